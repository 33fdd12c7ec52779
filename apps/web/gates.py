"""The two gates of a connection: what decides each, and what a closed one lacks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from apps.web.evidence import Library

GATES = ("egress", "ingress")  # in the order in which a packet meets them
_TITLES = {"egress": "OUT", "ingress": "IN"}
_GLYPHS = {"allowed": "✓", "denied": "✕", "unknown": "?"}
_DOES = {"egress": "leave", "ingress": "enter"}

Side = Mapping[str, Any]  # `egress` or `ingress` of an explanation (docs/architecture.md)


@dataclass(frozen=True, slots=True)
class Gate:
    """`look`: allowed, denied, unknown, or open where no policy isolates this side."""

    title: str
    verdict: str
    look: str
    glyph: str
    policy: str
    rule: str
    url: str


@dataclass(frozen=True, slots=True)
class Miss:
    policy: str
    rule: str
    url: str
    direction: str
    lacks: Sequence[str]


def make_gate(library: Library, name: str, side: Side) -> Gate:
    verdict = side["verdict"]
    is_open = verdict == "allowed" and not side["isolated"]
    policy, rule, url = _decides(library, side, is_open)
    return Gate(
        title=_TITLES[name],
        verdict=verdict,
        look="open" if is_open else verdict,
        glyph=_GLYPHS.get(verdict, ""),
        policy=policy,
        rule=rule,
        url=url,
    )


def make_miss(library: Library, name: str, nearest: Mapping[str, Any]) -> Miss:
    shown = library.name(nearest["citation"])
    return Miss(shown.policy, _rule(nearest["citation"]["path"]), shown.url, _DOES[name], nearest["lacks"])


def _decides(library: Library, side: Side, is_open: bool) -> tuple[str, str, str]:
    """Policy, rule and address of what decides a side; several that only isolate are counted."""
    cited = side["citations"]
    if not cited:
        return ("no policy isolates it" if is_open else "see the reasons"), "", ""
    if len(cited) > 1 and all(citation["effect"] == "isolate" for citation in cited):
        return f"{len(cited)} policies isolate it", "no rule matches", ""
    shown = library.name(cited[0])
    return shown.policy, _rule(cited[0]["path"]) or "no rule matches", shown.url


def _rule(path: str) -> str:
    """`spec.ingress[0]` as people say it; empty for a policy as a whole."""
    return path.removeprefix("spec.")
