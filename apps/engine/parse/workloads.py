"""Pods become workloads: those of one owner that no policy and no Service can tell apart are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.engine.labels import keys_of
from apps.engine.model import Pod, PodPeer, Policy, Workload
from apps.engine.parse.owners import Owner
from apps.engine.parse.pods import PodRecord, top_owner

# Labels that controllers write on each pod or each rollout. They make a workload of its own only
# where some selector asks about them.
VOLATILE_LABELS = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)


def asked_keys(policies: Iterable[Policy]) -> set[str]:
    """Every label key that the policies ask of pods."""
    peers = (
        peer
        for policy in policies
        for peers in (policy.subjects, *(rule.peers or () for rule in policy.rules))
        for peer in peers
    )
    return keys_of(peer.pods for peer in peers if isinstance(peer, PodPeer))


def group_pods(
    records: Iterable[PodRecord], owners: Mapping[tuple[str, Owner], Owner], used_keys: set[str]
) -> tuple[Workload, ...]:
    """The workloads, sorted; a template gives way to the pods that it has made."""
    unused = VOLATILE_LABELS - used_keys
    groups: dict[tuple[object, ...], list[PodRecord]] = {}
    made = set()
    for record in records:
        owner = top_owner(record, owners)
        labels = {key: value for key, value in record.labels.items() if key not in unused}
        record = record._replace(owner=owner, labels=labels)
        groups.setdefault(_identity(record), []).append(record)
        if not record.from_template:
            made.add((record.namespace, owner))
    workloads = [_workload(group[0], pods) for group in groups.values() if (pods := _pods(group, made))]
    return tuple(
        sorted(workloads, key=lambda w: (w.namespace, w.kind, w.name, sorted(w.labels.items()), w.ports))
    )


def _identity(record: PodRecord) -> tuple[object, ...]:
    return (record.namespace, record.owner, frozenset(record.labels.items()), record.settings)


def _pods(group: list[PodRecord], made: set[tuple[str, Owner]]) -> tuple[Pod, ...]:
    return tuple(
        pod
        for record in group
        if not (record.from_template and (record.namespace, record.owner) in made)
        for pod in record.pods
    )


def _workload(record: PodRecord, pods: tuple[Pod, ...]) -> Workload:
    return Workload(
        namespace=record.namespace,
        kind=record.owner.kind,
        name=record.owner.name,
        labels=record.labels,
        **record.settings._asdict(),
        pods=tuple(sorted(pods, key=lambda pod: (pod.name, pod.addresses))),
    )
