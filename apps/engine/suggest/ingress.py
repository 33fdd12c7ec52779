"""The policies of the ingress gate: which pods share one, and with which rules."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from apps.engine.suggest.ask import Ask
from apps.engine.suggest.openings import Ends, PodPort
from apps.engine.suggest.rules import Manifest, cover
from apps.engine.suggest.selectors import Labels, split_apart

Needs = frozenset[tuple[str, PodPort]]  # (source namespace, port)
Subjects = frozenset[Labels]


class Part(NamedTuple):
    """Pods with a policy of their own, and what it lets in. `selector` empty: all of the namespace."""

    subjects: Subjects
    selector: Manifest
    needs: Needs


def ingress_parts(ask: Ask, ends: Ends) -> list[Part]:
    """The parts that open exactly what the kept edges need: as few as two ways of grouping find.

    By Service: the pods behind a Service port are one part. By pods: those that need the same are.
    """
    everyone = frozenset(ask.pods.labels[ask.namespace])
    by_service = _by_service(ask, ends)
    needs: dict[Labels, set[tuple[str, PodPort]]] = defaultdict(set)
    for subjects, wanted in by_service.items():
        for labels in subjects:
            needs[labels] |= wanted
    ways = [_split(ask, way) for way in (by_service, _by_pods(everyone, needs))]
    fewest = min(ways, key=_cost)
    return sorted(fewest, key=lambda part: sorted(part.subjects))


def _cost(parts: Iterable[Part]) -> tuple[int, int]:
    """Policies besides the one for all pods, and rules."""
    parts = list(parts)
    return sum(bool(part.selector) for part in parts), sum(len(cover(part.needs, str)) for part in parts)


def _by_service(ask: Ask, ends: Ends) -> Mapping[Subjects, Needs]:
    found: dict[Subjects, set[tuple[str, PodPort]]] = defaultdict(set)
    for place, sources in ask.sources_by_place().items():
        for end, port in ends.behind(place):
            if end.namespace == ask.namespace:
                found[end.labels] |= {(source, port) for source in sources}
    return {subjects: frozenset(needs) for subjects, needs in found.items()}


def _by_pods(
    everyone: Subjects, needs: Mapping[Labels, Iterable[tuple[str, PodPort]]]
) -> dict[Subjects, Needs]:
    """What all pods need, once for all of them; then pods by what else they need."""
    each = {labels: frozenset(needs.get(labels, ())) for labels in everyone}
    common = frozenset.intersection(*each.values()) if each else frozenset()
    alike: dict[Needs, set[Labels]] = defaultdict(set)
    for labels, wanted in each.items():
        alike[wanted - common].add(labels)
    parts = {frozenset(subjects): wanted for wanted, subjects in alike.items()}
    parts[everyone] = parts.get(everyone, frozenset()) | common
    return parts


def _split(ask: Ask, way: Mapping[Subjects, Needs]) -> list[Part]:
    """The parts of one way; pods that no single selector picks are parted further."""
    everyone = ask.pods.labels[ask.namespace]
    selectors: dict[Subjects, Manifest] = {}
    needs: dict[Subjects, Needs] = defaultdict(frozenset)
    for subjects, wanted in way.items():
        if wanted:
            others = everyone - subjects
            known = ask.pods.selectors[ask.namespace] if others else []
            for part, selector in split_apart(subjects, others, known):
                selectors[part] = selector
                needs[part] |= wanted
    return [Part(subjects, selector, needs[subjects]) for subjects, selector in selectors.items()]
