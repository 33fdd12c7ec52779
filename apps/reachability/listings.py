"""What the cluster said, one object at a time, with what Portolan makes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Container
from functools import cached_property
from typing import Any

from apps.engine import ServiceIndex
from apps.engine.model import Direction, Namespace, ObjectRef, Policy, Service
from apps.reachability.evidence import engine_ref
from apps.reachability.queries import load_reach
from apps.reachability.results import service_row
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.queries import load_cluster


class Listings:
    """Describes namespaces, Services and policies of one snapshot; what they share is counted once."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.cluster = load_cluster(snapshot)
        self.reach = load_reach(snapshot)

    def namespace(self, namespace: Namespace) -> dict[str, Any]:
        number = self._numbers[namespace.name]
        isolation = self.reach.isolation[number]
        return {
            "name": namespace.name,
            "labels": dict(namespace.labels),
            "workloads": self._workloads[namespace.name],
            "services": self._services[namespace.name],
            "policies": self._policies[namespace.name],
            "ingress": isolation.ingress,
            "egress": isolation.egress,
            "dns": str(self.reach.dns[number]),
        }

    def service(self, service: Service, names: Container[str] | None = None) -> dict[str, Any]:
        """With the keys of the command line's `services`; `names`: the namespaces that are told of.

        Without ports where the Service leads elsewhere, or is an alias: that has those of what it stands for.
        """
        told = service_row(self._index, self.reach, service)
        homes = {each["workload"].partition("/")[0] for port in told["ports"] for each in port["backends"]}
        if names is None or (service.type != "ExternalName" and all(home in names for home in homes)):
            return told
        return {**told, "ports": []}

    def policy(self, version: ObjectVersion) -> dict[str, Any]:
        """A stored policy; what the engine makes of it is empty when its kind is not evaluated."""
        ref = engine_ref(version)
        policy = self._by_ref.get(ref) if ref else None
        rules = Counter(rule.direction for rule in policy.rules) if policy else Counter[Direction]()
        return {
            "id": version.pk,
            "api_version": version.api_version,
            "kind": version.kind,
            "namespace": version.namespace,
            "name": version.name,
            "evaluated": policy is not None,
            "tier": policy.tier.name.lower() if policy else None,
            "priority": policy.priority if policy else None,
            "isolates": sorted(policy.isolates) if policy else [],
            "ingress_rules": rules[Direction.INGRESS],
            "egress_rules": rules[Direction.EGRESS],
        }

    @cached_property
    def _numbers(self) -> dict[str, int]:
        return {name: number for number, name in enumerate(self.reach.namespaces)}

    @cached_property
    def _index(self) -> ServiceIndex:
        return ServiceIndex(self.cluster)

    @cached_property
    def _by_ref(self) -> dict[ObjectRef, Policy]:
        return {policy.ref: policy for policy in self.cluster.policies}

    @cached_property
    def _workloads(self) -> dict[str, int]:
        """Owners of pods, by namespace: several workloads of one owner count once."""
        keys = {(workload.namespace, workload.key) for workload in self.cluster.workloads}
        return Counter(namespace for namespace, _ in keys)

    @cached_property
    def _services(self) -> dict[str, int]:
        return Counter(service.namespace for service in self.cluster.services)

    @cached_property
    def _policies(self) -> dict[str, int]:
        return Counter(policy.ref.namespace for policy in self.cluster.policies)
