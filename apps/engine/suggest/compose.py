"""Puts the suggestion together: one policy that closes the namespace's gates, and one a group of pods."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import chain, count

from apps.engine.model import Cluster, Direction
from apps.engine.reach import Reach
from apps.engine.scene import Scene
from apps.engine.suggest.ask import Ask
from apps.engine.suggest.check import find_impossible
from apps.engine.suggest.ingress import Part, ingress_parts
from apps.engine.suggest.openings import End, Ends, PodPort
from apps.engine.suggest.rules import Manifest, egress_rules, ingress_rules
from apps.engine.suggest.suggestion import EdgeKey, Suggestion

_LONGEST_NAME = 63


def compose(scene: Scene, reach: Reach, namespace: str, keep: Iterable[EdgeKey], *, dns: bool) -> Suggestion:
    """See `apps.engine.suggest_policies`."""
    ask = Ask(scene, reach, namespace, keep, dns=dns)
    policies = _Composer(ask).policies()
    names = {policy["metadata"]["name"] for policy in policies}
    return Suggestion(
        namespace=namespace,
        policies=tuple(policies),
        delete=tuple(name for name in _existing(scene.cluster, namespace) if name not in names),
        impossible=tuple(sorted([*ask.without_dns, *find_impossible(ask, policies)])),
    )


class _Composer:
    """Writes the manifests for one ask.

    The policy for all pods closes the gates, also those of pods that come later, and has all that concerns
    every pod: what lets out does, because an edge starts in a namespace as a whole.
    """

    def __init__(self, ask: Ask) -> None:
        self._ask = ask
        self._ends = Ends(ask.scene.services, ask.pods)
        self._names: set[str] = set()

    def policies(self) -> list[Manifest]:
        closed = [direction for direction in Direction if self._ask.closes(direction)]
        if not closed:
            return []
        parts = ingress_parts(self._ask, self._ends) if Direction.INGRESS in closed else []
        common = frozenset(need for part in parts if not part.selector for need in part.needs)
        rules = {"ingress": ingress_rules(common)}
        if Direction.EGRESS in closed:
            rules["egress"] = egress_rules(self._outward(), self._ask.pods)
        name = "namespace-default" if any(rules.values()) else "default-deny"
        return [
            self._write(name, {}, closed, rules),
            *(self._write_part(part) for part in parts if part.selector),
        ]

    def _outward(self) -> set[tuple[End, PodPort]]:
        outward = (key for key in self._ask.kept if key.source == self._ask.namespace)
        return {end for key in outward for end in self._ends.behind((key.target, key.port, key.protocol))}

    def _write_part(self, part: Part) -> Manifest:
        rules = {"ingress": ingress_rules(part.needs)}
        return self._write(self._name(part), part.selector, [Direction.INGRESS], rules)

    def _write(
        self, name: str, selector: Manifest, closed: list[Direction], rules: Mapping[str, list[Manifest]]
    ) -> Manifest:
        self._names.add(name)
        spec = {"podSelector": selector, "policyTypes": [direction.capitalize() for direction in closed]}
        return {
            "apiVersion": "networking.k8s.io/v1",
            "kind": "NetworkPolicy",
            "metadata": {"name": name, "namespace": self._ask.namespace},
            "spec": spec | {direction: found for direction, found in rules.items() if found},
        }

    def _name(self, part: Part) -> str:
        """After the Services in front of its pods."""
        services = {
            target.partition("/")[2]
            for target, number, protocol in self._ask.sources_by_place()
            for end, _ in self._ends.behind((target, number, protocol))
            if end.namespace == self._ask.namespace and end.labels & part.subjects
        }
        start = f"allow-to-{'-'.join(sorted(services))}"[:_LONGEST_NAME].rstrip("-.")
        tries = chain([start], (f"{start}-{number}" for number in count(2)))
        return next(name for name in tries if name not in self._names)


def _existing(cluster: Cluster, namespace: str) -> list[str]:
    return [
        policy.ref.name
        for policy in cluster.policies
        if (policy.ref.kind, policy.ref.namespace) == ("NetworkPolicy", namespace)
    ]
