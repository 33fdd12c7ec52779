"""What-if: a draft over a snapshot, and what it would open, close and break. Nothing is applied or stored.

The page itself carries the draft, and each further page of edges posts it again. The process keeps the last
drafts' answers (`reachability.trial`), so that this costs nothing; another process computes its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.engine.model import Verdict
from apps.reachability.comparison import Comparison
from apps.reachability.names import UnknownName
from apps.reachability.take import ReadingRefused
from apps.reachability.transitions import count_turns
from apps.reachability.trial import try_draft
from apps.review.try_guardrails import try_guardrails
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import policy_yaml
from apps.web.change_rows import edge_rows, kind_chips
from apps.web.draft_forms import DraftForm
from apps.web.filter_forms import ChangesForm
from apps.web.frame import frame, get_snapshot
from apps.web.pages import page_of
from apps.web.views.policies import find_policy
from apps.web.words import word_of

ROWS = 100


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_what_if(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET: an empty draft, one that deletes what `delete` names, or one that starts from the policy `start`
    (`Kind/NAMESPACE/NAME`). POST: the draft and what it would do."""
    snapshot = get_snapshot(slug, number)
    context = frame(snapshot.cluster, snapshot, "what-if")
    if request.method != "POST":
        given = {"delete": request.GET.get("delete", ""), "manifests": _start(request, snapshot)}
        form = DraftForm(initial=given)
        return render(request, "web/what_if.html", context | {"form": form})
    form = DraftForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            context |= _effect(request, try_draft(snapshot, form.reading, form.deletions))
        except ReadingRefused as refused:
            _add_problems(form, refused)
        except UnknownName as error:
            form.add_error(None, f"{error}.")
    return render(request, "web/what_if.html", context | {"form": form})


def _start(request: HttpRequest, snapshot: Snapshot) -> str:
    """The YAML of the policy to start from; empty where none is named that the snapshot has."""
    named = request.GET.get("start", "")
    if "\0" in named:
        return ""  # no name has one, and PostgreSQL refuses to look
    kind, _, place = named.partition("/")
    namespace, _, name = place.rpartition("/")
    policy = find_policy(snapshot, kind, namespace, name)
    return policy_yaml(snapshot, policy.pk) if policy else ""


def _effect(request: HttpRequest, found: Comparison) -> dict[str, Any]:
    filters = ChangesForm({} if "anew" in request.POST else request.POST)
    wanted = filters.wanted()
    edges = found.edges(wanted)
    page = page_of(request, len(edges), ROWS)
    told = found.tell(edges[page.window])
    return {
        "told": told,
        "wanted": wanted,
        "page": page,
        "chips": kind_chips(told["counts"], wanted.kind),
        "rows": edge_rows(told["results"], found.before, None),
        "turns": _turns(found),
        "guardrails": try_guardrails(found),
        "paged_by_post": True,
    }


def _add_problems(form: DraftForm, refused: ReadingRefused) -> None:
    """Each at the field that it is about: what the draft deletes has problems of its own."""
    for problem in refused.problems:
        form.add_error("delete" if problem.field.startswith("delete[") else "manifests", str(problem))


def _turns(found: Comparison) -> Mapping[str, Any]:
    """The table of verdicts before and after: only rows and columns in which something happened."""
    turns = count_turns(found.diff)
    order: tuple[Verdict | None, ...] = (*Verdict, None)
    columns = [verdict for verdict in order if any(new is verdict for _, new in turns)]
    rows = [verdict for verdict in order if any(old is verdict for old, _ in turns)]
    return {
        "columns": [_side(verdict) for verdict in columns],
        "rows": [{**_side(old), "counts": [turns.get((old, new), 0) for new in columns]} for old in rows],
    }


def _side(verdict: Verdict | None) -> dict[str, str]:
    return {"verdict": verdict or "empty", "word": word_of(verdict) if verdict else "Not there"}
