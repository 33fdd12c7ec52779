"""The parts of a Cluster that hold objects: how an entry names its object, and how a part is sorted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from apps.engine.model import ObjectRef


class Section(NamedTuple):
    """`field`: of Cluster. `kind`: of change; policies that are evaluated and those that are not are one."""

    field: str
    kind: str
    ref: Callable[[Any], ObjectRef]
    order: Callable[[Any], Any]


SECTIONS = (
    Section("nodes", "node", lambda node: ObjectRef("Node", "", node.name), lambda node: node.name),
    Section(
        "workloads",
        "workload",
        lambda workload: ObjectRef(workload.kind, workload.namespace, workload.name),
        lambda workload: (workload.namespace, workload.kind, workload.name),
    ),
    Section(
        "services",
        "service",
        lambda service: ObjectRef("Service", service.namespace, service.name),
        lambda service: (service.namespace, service.name),
    ),
    Section(
        "slices",
        "slice",
        lambda part: ObjectRef("EndpointSlice", part.namespace, part.name),
        lambda part: (part.namespace, part.service, part.name),
    ),
    Section(
        "policies",
        "policy",
        lambda policy: policy.ref,
        lambda policy: (policy.tier, policy.priority, policy.ref),
    ),
    Section("unevaluated", "policy", lambda entry: entry.ref, lambda entry: entry.ref),
)
