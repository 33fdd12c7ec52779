"""The answer of a graph in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from apps.engine import Reach
from apps.engine.model import Verdict
from apps.reachability.bundle import RANKING, REACHING, Bundle
from apps.reachability.drawing import count_of
from apps.reachability.overview import Card
from apps.reachability.question import GraphQuestion

_BETWEEN = {
    Verdict.UNRESTRICTED: "Yes, unrestricted: {source} can reach {target}",
    Verdict.ALLOWED: "Yes, allowed by rule: {source} can reach {target}",
    Verdict.PARTIAL: "Partly: some pairs of pods from {source} to {target} are allowed",
    Verdict.UNKNOWN: "Unknown: it cannot be decided whether {source} can reach {target}",
    Verdict.DENIED: "No, denied: {source} cannot reach {target}",
    Verdict.EMPTY: "No pair: from {source} to {target} there is no pair of pods",
}


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
    return sentence + _on(question) + (f", {unknown:,} unknown" if unknown else "")


def of_two_ends(question: GraphQuestion, edges: Sequence[Bundle]) -> str:
    """`Yes, allowed by rule: orders can reach payments/db on 1 of 2 Service ports`: the most permissive."""
    ends = (question.only, question.focus) if question.direction == "to" else (question.focus, question.only)
    if not edges:
        return f"{ends[1]} has no Service port{_on(question)}"
    verdict = min((each.verdict for each in edges), key=RANKING.index)
    total, reaching = sum(each.size for each in edges), sum(each.reaching for each in edges)
    on = _on(question)
    if total > 1:
        on += f" on {f'{reaching:,}' if reaching else 'any'} of {total:,} Service ports"
    return _BETWEEN[verdict].format(source=ends[0], target=ends[1]) + on


def of_overview(reach: Reach, cards: Sequence[Card]) -> str:
    """`12 namespaces, 4 of them isolated by no policy`."""
    total = len(reach.namespaces)
    open_zone = sum(len(card.members) for card in cards if card.node["kind"] == "open-zone")
    if total and open_zone == total:
        return f"No policy isolates any of {count_of(total, 'namespace')}"
    open_part = f"{open_zone:,}" if open_zone else "none"
    return f"{count_of(total, 'namespace')}, {open_part} of them isolated by no policy"


def folded_label(key: str, number: int, direction: str) -> str:
    """What stands on a folded node."""
    ending = {
        "more": "more",
        "denied": "cannot" if direction == "to" else "cannot be reached",
        "empty": "with no pair of pods",
    }
    return f"{number:,} {ending[key]}"


def _on(question: GraphQuestion) -> str:
    port = str(question.port or "")
    return f" on {'/'.join(filter(None, (port, question.protocol)))}" if port or question.protocol else ""
