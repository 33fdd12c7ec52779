"""Suggest: the edges of a namespace that one keeps, and policies that allow just these. Nothing is stored."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from apps.engine import EdgeKey
from apps.reachability.keepable import Choice, edges_to_keep
from apps.reachability.names import UnknownName
from apps.reachability.queries import load_reach
from apps.reachability.suggesting import KeepRefused, suggest
from apps.snapshots.models import Snapshot
from apps.web.frame import frame, get_snapshot
from apps.web.pickers import LONGEST_SELECT
from apps.web.question import split_edge, split_port
from apps.web.words import word_of


@login_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def show_suggestion(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """GET: the edges of `namespace` to choose from. POST: policies for those chosen; `download` as a file."""
    snapshot = get_snapshot(slug, number)
    asked = request.POST if request.method == "POST" else request.GET
    namespace = asked.get("namespace", "").strip()
    context = frame(snapshot.cluster, snapshot, "suggest") | {"namespace": namespace}
    names = load_reach(snapshot).namespaces
    context |= {"names": names if len(names) <= LONGEST_SELECT else None}
    if not namespace:
        return render(request, "web/suggest.html", context)
    try:
        choice = edges_to_keep(snapshot, namespace)
        context |= _choice(choice)
        if request.method == "POST":
            context |= _answer(request, snapshot, namespace, choice)
    except UnknownName as error:
        context["complaint"] = f"{error} in this snapshot."
    except KeepRefused as refused:
        context["refused"] = f"{refused.field}: {refused}"
    if "download" in request.POST and "found" in context:
        return _download(context["found"]["yaml"], namespace)
    return render(request, "web/suggest.html", context)


def _answer(request: HttpRequest, snapshot: Snapshot, namespace: str, choice: Choice) -> dict[str, Any]:
    ticked = request.POST.getlist("keep")
    keep = [_read_edge(text) for text in ticked]
    if "others" in request.POST:
        keep += choice.others
    found = suggest(snapshot, namespace=namespace, keep=keep, dns="dns" in request.POST)
    rows = _rows(choice, set(ticked))
    return {
        "found": found,
        "rows": rows,
        "keeps_others": "others" in request.POST,
        "keeps_dns": "dns" in request.POST,
        "deletions": "\n".join(f"NetworkPolicy/{namespace}/{each['name']}" for each in found["delete"]),
    }


def _choice(choice: Choice) -> dict[str, Any]:
    return {
        "rows": _rows(choice, {_text(edge.key) for edge in choice.listed if edge.is_allowed}),
        "other_count": len(choice.others),
        "is_cut": choice.is_cut,
        "keeps_others": True,
        "keeps_dns": True,
    }


def _rows(choice: Choice, ticked: set[str]) -> list[dict[str, Any]]:
    return [
        {
            "text": _text(edge.key),
            "key": edge.key,
            "verdict": edge.verdict,
            "word": word_of(edge.verdict),
            "is_kept": _text(edge.key) in ticked,
        }
        for edge in choice.listed
    ]


def _text(key: EdgeKey) -> str:
    """As the map names an edge in its address."""
    return f"{key.source}>{key.target}:{key.port}/{key.protocol}"


def _read_edge(text: str) -> EdgeKey:
    source, target, port_text = split_edge(text)
    port = split_port(port_text)
    if port is None or not port[1]:
        raise KeepRefused("keep", f"{text!r} is no edge: one is written orders>payments/db:5432/TCP")
    return EdgeKey(source, target, *port)


def _download(text: str, namespace: str) -> HttpResponse:
    """The name is a namespace of the snapshot, which has no character that a header could not hold."""
    response = HttpResponse(text, content_type="application/yaml; charset=utf-8")
    response.headers["Content-Disposition"] = f'attachment; filename="{namespace}-policies.yaml"'
    return response
