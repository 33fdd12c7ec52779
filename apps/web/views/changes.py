"""What changed between two snapshots: by cause, edge by edge, and in the manifests themselves."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from apps.reachability.between import compare
from apps.reachability.comparison import Comparison
from apps.reachability.names import UnknownName
from apps.reachability.object_diff import object_diffs
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import latest_complete
from apps.web.change_rows import diff_rows, edge_rows, kind_chips
from apps.web.compared import base_of, choose_base
from apps.web.filter_forms import ChangesForm, used
from apps.web.frame import frame, get_cluster, get_snapshot, stored
from apps.web.pages import page_of

ROWS = 100  # edges a page
OBJECTS = 20  # differences of manifests a page


@login_required
def choose_changes(request: HttpRequest, slug: str) -> HttpResponse:
    """`?a=19&b=28` leads to their page; without `b` the newest, without `a` the one to compare with."""
    cluster = get_cluster(slug)
    after = _numbered(request, slug, "b") or latest_complete(cluster)
    if after is None:
        return redirect("snapshots", slug)
    base = base_of(request, after)
    before = _numbered(request, slug, "a") or (base.snapshot if base else None)
    if before is None:
        context = frame(cluster, after, "changes") | {"alone": True}
        return render(request, "web/changes.html", context)
    return redirect("changes", slug, before.number, after.number)


@login_required
def show_changes(request: HttpRequest, slug: str, a: int, b: int) -> HttpResponse:
    """`kind` and `cause` pick edges; `view=yaml` shows the manifests that changed."""
    before, after = get_snapshot(slug, a), get_snapshot(slug, b)
    if a < b:
        choose_base(request, before)
    form = ChangesForm(request.GET)
    found = compare(before, after)
    context = {
        "before": before,
        "after": after,
        "view": used(form)["view"] or "list",
        "complaints": [f"{field}: {error}" for field, errors in form.errors.items() for error in errors],
    }
    context |= _objects(request, found) if context["view"] == "yaml" else _edges(request, found, form)
    return render(request, "web/changes.html", frame(after.cluster, after, "changes") | context)


def _edges(request: HttpRequest, found: Comparison, form: ChangesForm) -> dict[str, Any]:
    wanted = form.wanted()
    try:
        edges = found.edges(wanted)
    except UnknownName as error:
        raise Http404(f"{error}.") from None
    page = page_of(request, len(edges), ROWS)
    told = found.tell(edges[page.window])
    return {
        "told": told,
        "wanted": wanted,
        "page": page,
        "chips": kind_chips(told["counts"], wanted.kind),
        "rows": edge_rows(told["results"], found.before, found.after),
    }


def _objects(request: HttpRequest, found: Comparison) -> dict[str, Any]:
    changes = found.diff.changes
    page = page_of(request, len(changes), OBJECTS)
    after = found.after or found.before
    return {"page": page, "objects": diff_rows(object_diffs(found.before, after, changes[page.window]))}


def _numbered(request: HttpRequest, slug: str, name: str) -> Snapshot | None:
    """The snapshot of that number; Http404 says that there is none."""
    text = request.GET.get(name, "").strip()
    if not text:
        return None
    number = int(text) if text.isdecimal() and len(text) < 10 else 0
    snapshot = stored(get_cluster(slug)).filter(number=number).first()
    if snapshot is None:
        raise Http404(f"{name}: there is no finished snapshot {text}.")
    return snapshot
