"""The ask box: a name, or `namespace > Service:port`, to the address that answers it."""

from __future__ import annotations

from difflib import get_close_matches
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from apps.reachability.queries import load_reach
from apps.web.frame import frame, get_snapshot
from apps.web.pickers import services_of
from apps.web.question import Question, split_edge, split_port

MOST_FOUND = 30


class Found(NamedTuple):
    words: str
    question: Question


@login_required
def ask(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """One meaning is answered at once; several are listed, and for none the nearest names are."""
    snapshot = get_snapshot(slug, number)
    text = " ".join(request.GET.get("q", "").split())
    base = reverse("map", args=(slug, number))
    if not text:
        return redirect(base)
    reach = load_reach(snapshot)
    names = [*reach.namespaces, *(service.key for service in services_of(reach))]
    found = read_ask(text, names)
    if len(found) == 1:
        return redirect(base + found[0].question.address())
    nearest = found or [_about(name) for name in get_close_matches(text, names, n=8, cutoff=0.4)]
    context = {
        "asked": text,
        "is_exact": bool(found),
        "found": [{"words": each.words, "url": base + each.question.address()} for each in nearest],
    }
    return render(request, "web/found.html", frame(snapshot.cluster, snapshot, "map") | context)


def read_ask(text: str, names: list[str]) -> list[Found]:
    """What `text` may mean, given the names of namespaces and Services (`NS/SERVICE`)."""
    if ">" in text:
        source, target, port = split_edge(text)
        targets = _matching(target, names)
        return [_between(source, name, port) for name in targets] if source in names else []
    name, _, port = text.partition(":")
    return [_about(each, port.strip()) for each in _matching(name.strip(), names)]


def _matching(text: str, names: list[str]) -> list[str]:
    """The one of that name, else the Services so called in any namespace, else all that hold the text."""
    exact = [name for name in names if name == text]
    called = [name for name in names if name.endswith(f"/{text}")]
    return (exact or called or [name for name in names if text and text in name])[:MOST_FOUND]


def _about(name: str, port_text: str = "") -> Found:
    """A Service is asked who reaches it, a namespace what it reaches."""
    if "/" not in name:
        return Found(f"What can {name} reach?", Question(ask="from", source=name))
    port, protocol = split_port(port_text) or (None, "")
    return Found(f"Who can reach {name}?", Question(to=name, port=port, protocol=protocol))


def _between(source: str, target: str, port_text: str) -> Found:
    port, protocol = split_port(port_text) or (None, "")
    question = Question(to=target, source=source, port=port, protocol=protocol)
    return Found(f"Can {source} reach {target}?", question)
