"""The guardrails of a cluster: what each came to on the newest snapshot, and since when."""

from __future__ import annotations

from typing import Any

import yaml
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from apps.review.follow_up import check_now
from apps.review.models import GuardrailCheck, StoredGuardrail
from apps.review.queries import guardrail_results, guardrails_of
from apps.review.save_guardrails import TooManyGuardrails, end_guardrail, save_guardrails
from apps.snapshots.models import Cluster
from apps.snapshots.queries import latest_complete
from apps.web.check_drafts import CheckDraft, read_draft
from apps.web.frame import frame, get_cluster
from apps.web.pages import page_of
from apps.web.review_forms import GuardrailsForm
from apps.web.views.clusters import check_administrator

ROWS = 50
CHECKS = 30  # snapshots of which the page of one guardrail tells


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def show_guardrails(request: HttpRequest, slug: str) -> HttpResponse:
    """The list; a POST adds or changes some. A question of the map in the address drafts one."""
    cluster = get_cluster(slug)
    if request.method != "POST":
        draft = read_draft(request.GET.dict())
        return _list(request, cluster, GuardrailsForm(initial={"text": draft.text if draft else ""}), draft)
    check_administrator(request)
    form = GuardrailsForm(request.POST)
    if form.is_valid():
        try:
            saved = save_guardrails(cluster, form.guardrails, by=request.user.get_username())
        except TooManyGuardrails as refusal:
            form.add_error("text", f"{refusal}.")
        else:
            check_now(cluster)
            messages.success(request, f"Saved and checked: {', '.join(each.name for each in saved[:20])}.")
            return redirect("guardrails", slug)
    return _list(request, cluster, form)


@login_required
def show_guardrail(request: HttpRequest, slug: str, guardrail_id: int) -> HttpResponse:
    """One guardrail: its text, what breaks it, its versions and what it came to before."""
    cluster = get_cluster(slug)
    guardrail = _find(cluster, guardrail_id)
    versions = list(guardrail.versions.order_by("-number"))
    checks = GuardrailCheck.objects.filter(version__guardrail=guardrail)
    checks = checks.select_related("version", "snapshot").order_by("-snapshot__number", "-version__number")
    latest = latest_complete(cluster)
    context = {
        "guardrail": guardrail,
        "versions": versions[:ROWS],
        "text": _text(versions[0].body),
        "check": next((check for check in checks[:1] if latest and check.snapshot_id == latest.pk), None),
        "checks": checks[:CHECKS],
    }
    return render(request, "web/guardrail.html", frame(cluster, latest, "guardrails") | context)


@login_required
@require_POST
def end(request: HttpRequest, slug: str, guardrail_id: int) -> HttpResponse:
    check_administrator(request)
    guardrail = _find(get_cluster(slug), guardrail_id)
    end_guardrail(guardrail, by=request.user.get_username())
    messages.success(request, f"{guardrail.name} is checked no more. What it came to before is kept.")
    return redirect("guardrails", slug)


def _list(
    request: HttpRequest, cluster: Cluster, form: GuardrailsForm, draft: CheckDraft | None = None
) -> HttpResponse:
    latest = latest_complete(cluster)
    checks = {check.version.guardrail_id: check for check in guardrail_results(latest)} if latest else {}
    standing = guardrails_of(cluster)
    page = page_of(request, standing.count(), ROWS)
    rows = [_row(each, checks.get(each.pk)) for each in standing[page.window]]
    context = {
        "rows": rows,
        "page": page,
        "form": form,
        "draft": draft,
        "is_open": bool(form.errors or draft),
    }
    return render(request, "web/guardrails.html", frame(cluster, latest, "guardrails") | context)


def _row(guardrail: StoredGuardrail, check: GuardrailCheck | None) -> dict[str, Any]:
    """A result of an older version is none of this one."""
    newest = next(iter(guardrail.versions.all()))
    is_of_newest = check is not None and check.version_id == newest.pk
    return {
        "guardrail": guardrail,
        "version": newest,
        "description": newest.body["spec"].get("description", ""),
        "check": check if is_of_newest else None,
    }


def _find(cluster: Cluster, pk: int) -> StoredGuardrail:
    guardrail = StoredGuardrail.objects.filter(cluster=cluster, pk=pk).first()
    if guardrail is None:
        raise Http404(f"{cluster.name} has no guardrail {pk}.")
    return guardrail


def _text(body: Any) -> str:
    return yaml.safe_dump(body, sort_keys=False, allow_unicode=True)
