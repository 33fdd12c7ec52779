"""What the policies say together that their reader should know: notes, never errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import pairwise

from apps.engine.labels import selects
from apps.engine.model import ContainerPort, Namespace, Note, ObjectRef, PodPeer, Policy, Tier, Workload
from apps.engine.parse.network_policy import Doubt


def check_policies(
    namespaces: Sequence[Namespace], workloads: Sequence[Workload], policies: Sequence[Policy]
) -> list[Note]:
    """Policies that select nothing, priorities used twice (A3), two cluster-wide kinds in one tier (C4)."""
    return [
        *notes_of_idle(namespaces, workloads, policies),
        *_same_priority(policies),
        *_two_kinds(policies),
        *_doubled_port_names(workloads),
    ]


def notes_of_doubts(ref: ObjectRef, doubts: Iterable[Doubt]) -> list[Note]:
    """Of what the API server would refuse in one policy."""
    return [Note("warning", str(ref), f"{doubt.path}: {doubt.message}") for doubt in doubts]


def notes_of_idle(
    namespaces: Sequence[Namespace], workloads: Sequence[Workload], policies: Sequence[Policy]
) -> list[Note]:
    """Of policies that select nothing."""
    at_home: dict[str, list[Workload]] = defaultdict(list)
    for workload in workloads:
        at_home[workload.namespace].append(workload)
    return [
        Note("warning", str(policy.ref), "selects no pods: it has no effect")
        for policy in policies
        if not any(_selects_any(subject, namespaces, at_home) for subject in policy.subjects)
    ]


def sorted_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """By object; what is said of one keeps its order."""
    return tuple(sorted(notes, key=lambda note: note.object))


def _selects_any(
    subject: PodPeer, namespaces: Iterable[Namespace], at_home: dict[str, list[Workload]]
) -> bool:
    if subject.namespace:
        names: Iterable[str] = (subject.namespace,)
    else:
        names = (space.name for space in namespaces if selects(subject.namespaces, space.labels))
    return any(selects(subject.pods, workload.labels) for name in names for workload in at_home.get(name, ()))


def _same_priority(policies: Sequence[Policy]) -> list[Note]:
    tiered = [policy for policy in policies if policy.tier is not Tier.NAMESPACE]
    return [
        Note(
            "warning",
            str(second.ref),
            f"has the same priority ({second.priority}) as {first.ref}: where they disagree, it is unknown",
        )
        for first, second in pairwise(tiered)
        if (first.tier, first.priority) == (second.tier, second.priority)
    ]


def _two_kinds(policies: Sequence[Policy]) -> list[Note]:
    kinds = {policy.ref.kind for policy in policies if policy.tier is not Tier.NAMESPACE}
    if "ClusterNetworkPolicy" not in kinds or len(kinds) == 1:
        return []
    message = "stands beside AdminNetworkPolicies: Kubernetes does not define which of the two is asked first"
    return [
        Note("warning", str(policy.ref), message)
        for policy in policies
        if policy.ref.kind == "ClusterNetworkPolicy"
    ]


def _doubled_port_names(workloads: Sequence[Workload]) -> list[Note]:
    """A name that two containers of one pod give to different ports: which it means is undefined (N10)."""
    return [
        Note(
            "warning",
            f"{workload.kind}/{workload.namespace}/{workload.name}",
            f"two containers name different {protocol} ports {name}: which it means is undefined",
        )
        for workload in workloads
        for name, protocol in _doubled(workload.ports)
    ]


@lru_cache(maxsize=1 << 12)
def _doubled(ports: tuple[ContainerPort, ...]) -> tuple[tuple[str, str], ...]:
    named = {(port.name, port.protocol, port.number) for port in ports if port.name}
    names = [(name, protocol) for name, protocol, _ in sorted(named)]
    return tuple(name for name, other in pairwise(names) if name == other)
