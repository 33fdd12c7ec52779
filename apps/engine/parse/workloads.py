"""Pods become workloads: those of one owner that no policy and no Service can tell apart are one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from apps.engine.labels import keys_of
from apps.engine.model import Pod, PodPeer, Policy, Workload
from apps.engine.parse.owners import Owner
from apps.engine.parse.pods import PodRecord, Settings, top_owner

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

# What pods of one workload share: namespace, top owner, labels and settings.
_Identity = tuple[str, Owner, frozenset[tuple[str, str]], Settings]


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
    groups: dict[_Identity, list[PodRecord]] = {}
    made = set()
    for record in records:
        owner = top_owner(record, owners)
        labels = frozenset([item for item in record.labels.items() if item[0] not in unused])
        groups.setdefault((record.namespace, owner, labels, record.settings), []).append(record)
        if not record.from_template:
            made.add((record.namespace, owner))
    workloads = [
        _workload(seen, group, pods)
        for seen, group in groups.items()
        if (pods := _pods(group, seen[:2] in made))
    ]
    return tuple(
        sorted(workloads, key=lambda w: (w.namespace, w.kind, w.name, sorted(w.labels.items()), w.ports))
    )


def _workload(seen: _Identity, group: list[PodRecord], pods: tuple[Pod, ...]) -> Workload:
    namespace, (kind, name), kept, settings = seen
    labels = {key: value for key, value in group[0].labels.items() if (key, value) in kept}  # in their order
    return Workload(namespace, kind, name, labels, *settings, pods)


def _pods(group: list[PodRecord], made: bool) -> tuple[Pod, ...]:
    """The pods of these records, sorted; of templates only if no pod has been `made` of them."""
    pods = [pod for record in group if not (made and record.from_template) for pod in record.pods]
    return tuple(sorted(pods))
