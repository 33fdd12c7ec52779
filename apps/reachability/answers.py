"""The answer of a graph in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.engine import Reach
from apps.engine.model import Verdict
from apps.reachability.bundle import REACHING
from apps.reachability.drawing import count_of
from apps.reachability.overview import Card
from apps.reachability.question import GraphQuestion


def of_focus(question: GraphQuestion, counts: Mapping[Verdict, int]) -> str:
    """`3 namespaces can reach payments/db on 5432/TCP, 1 unknown`."""
    can = sum(counts.get(verdict, 0) for verdict in REACHING)
    unknown = counts.get(Verdict.UNKNOWN, 0)
    noun = "namespace" if question.direction == "to" or question.group == "namespace" else "Service"
    many = count_of(can, noun)
    if question.direction == "to":
        sentence = f"{many[0].upper()}{many[1:]} can reach {question.focus}"
    else:
        sentence = f"{question.focus} can reach {many}"
    if question.only:
        sentence += f" {'from' if question.direction == 'to' else 'in'} {question.only}"
    return sentence + _on(question) + (f", {unknown} unknown" if unknown else "")


def of_overview(reach: Reach, cards: Sequence[Card]) -> str:
    """`12 namespaces, 4 of them isolated by no policy`."""
    total = len(reach.namespaces)
    open_zone = sum(len(card.members) for card in cards if card.node["kind"] == "open-zone")
    if total and open_zone == total:
        return f"No policy isolates any of {count_of(total, 'namespace')}"
    return f"{count_of(total, 'namespace')}, {open_zone or 'none'} of them isolated by no policy"


def folded_label(key: str, number: int, direction: str) -> str:
    """What stands on a folded node."""
    ending = {
        "more": "more",
        "denied": "cannot" if direction == "to" else "cannot be reached",
        "empty": "with no pair of pods",
    }
    return f"{number} {ending[key]}"


def _on(question: GraphQuestion) -> str:
    port = str(question.port or "")
    return f" on {'/'.join(filter(None, (port, question.protocol)))}" if port or question.protocol else ""
