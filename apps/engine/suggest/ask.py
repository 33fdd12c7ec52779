"""What was asked for: the edges to keep, checked against the cluster, and which gates that needs closed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from apps.engine.dns import PORT, PROTOCOLS, find_dns_service
from apps.engine.edges import NotFound
from apps.engine.labels import selects
from apps.engine.model import Action, Cluster, Direction, Tier
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene
from apps.engine.suggest.openings import Place, Pods
from apps.engine.suggest.suggestion import EdgeKey, Impossible

_NO_DNS = "the cluster shows no DNS Service with end points, so it is not known where names are asked"


class Ask:
    """The edges to keep of one namespace. `into`: Service ports that lead to its pods, wherever they are."""

    def __init__(
        self, scene: Scene, reach: Reach, namespace: str, keep: Iterable[EdgeKey], *, dns: bool
    ) -> None:
        if namespace not in reach.namespaces:
            raise NotFound(f"no namespace {namespace}")
        self.scene, self.reach, self.namespace = scene, reach, namespace
        self.pods = Pods(scene.cluster, scene.assumptions)
        self.places = {_place(each): each for each in reach.ports}
        self.into = {place for place, each in self.places.items() if self._leads_here(each)}
        self.kept = {self._checked(key) for key in keep}
        self.without_dns: list[Impossible] = []
        if dns:
            self._keep_dns()

    def closes(self, direction: Direction) -> bool:
        """Whether the namespace's gate has to be closed: unless all of its edges are kept, and nothing of
        the Baseline tier would deny them while no NetworkPolicy isolates its pods (A4)."""
        if direction is Direction.INGRESS:
            all_of_them = {EdgeKey(name, *place) for place in self.into for name in self.reach.namespaces}
        else:
            all_of_them = {EdgeKey(self.namespace, *place) for place in self.places}
        whole = bool(all_of_them) and all_of_them <= self.kept
        return not whole or _baseline_denies(self.scene.cluster, self.namespace, direction)

    def sources_by_place(self) -> dict[Place, set[str]]:
        found: dict[Place, set[str]] = defaultdict(set)
        for key in self.kept:
            found[key.target, key.port, key.protocol].add(key.source)
        return found

    def _leads_here(self, each: PortReach) -> bool:
        behind = (unit.workload for unit in each.units)
        return any(w and w.namespace == self.namespace and self.pods.governs(w) for w in behind)

    def _checked(self, key: EdgeKey) -> EdgeKey:
        key = EdgeKey(*key)
        place = (key.target, key.port, key.protocol)
        if key.source not in self.reach.namespaces:
            raise NotFound(f"no namespace {key.source}")
        if place not in self.places:
            raise NotFound(f"no Service port {key.target}:{key.port}/{key.protocol}")
        if self.namespace not in (key.source, key.target.partition("/")[0]) and place not in self.into:
            raise ValueError(f"keep: {edge_name(key)} neither starts nor ends in {self.namespace}")
        return key

    def _keep_dns(self) -> None:
        service = find_dns_service(self.scene.services)
        target = service.key if service else ""
        for protocol in PROTOCOLS:
            each = self.places.get((target, PORT, protocol))
            key = EdgeKey(self.namespace, target or "kube-system/kube-dns", PORT, protocol)
            if each is None or not each.units:
                self.without_dns.append(Impossible(key, _NO_DNS))
            else:
                self.kept.add(key)


def edge_name(key: EdgeKey) -> str:
    return f"{key.source} to {key.target}:{key.port}/{key.protocol}"


def _place(each: PortReach) -> Place:
    return each.target, each.port, each.protocol


def _baseline_denies(cluster: Cluster, namespace: str, direction: Direction) -> bool:
    labels = next(space.labels for space in cluster.namespaces if space.name == namespace)
    return any(
        selects(subject.namespaces, labels)
        for policy in cluster.policies
        if policy.tier is Tier.BASELINE
        if any(rule.direction is direction and rule.action is Action.DENY for rule in policy.rules)
        for subject in policy.subjects
    )
