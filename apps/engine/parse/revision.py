"""A cluster after a few manifests, from the cluster before them: without reading all other objects again.

It takes NetworkPolicies, Services and labels of namespaces, and only where nothing else can come of them:
then the outcome is, value by value, what reading all of the objects gives.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from apps.engine.model import Cluster, Namespace, Note, ObjectRef, Policy, Tier
from apps.engine.parse.checks import notes_of_doubts, notes_of_idle, sorted_notes
from apps.engine.parse.cluster import NAME_LABEL, group_of, ref_of
from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.network_policy import Doubt, read_network_policy
from apps.engine.parse.services import read_service
from apps.engine.parse.workloads import VOLATILE_LABELS, asked_keys

Object = Mapping[str, Any]


def revise_cluster(cluster: Cluster, applied: Iterable[Object], deleted: Iterable[Object]) -> Cluster | None:
    """The cluster with these manifests in the place of what they name, and without what those others name.

    Workloads and all else that is not named stay the very same values. None: more than these manifests
    decides what becomes of the cluster, or one of them cannot be used.
    """
    if cluster.problems:
        return None  # an object may stand here that is not among the cluster's values
    try:
        revision = _Revision(cluster)
        for body in deleted:
            revision.delete(Part(body))
        for body in applied:
            revision.apply(Part(body))
    except (BadField, _Beyond):
        return None
    return revision.outcome()


class _Beyond(Exception):
    """More than the manifest decides."""


class _Revision:
    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._spaces = {space.name: space for space in cluster.namespaces}
        self._policies = {policy.ref: policy for policy in cluster.policies}
        self._services = {(service.namespace, service.name): service for service in cluster.services}
        self._noted = {note.object for note in cluster.notes}
        self._unevaluated = {entry.ref for entry in cluster.unevaluated}
        self._renoted: dict[str, list[Note]] = {}
        if len(self._policies) < len(cluster.policies):
            raise _Beyond

    def delete(self, part: Part) -> None:
        kind, ref = self._meant(part)
        if kind == "NetworkPolicy" and ref in self._policies:
            self._drop_policy(ref)
        elif kind == "Service" and (ref.namespace, ref.name) in self._services:
            del self._services[ref.namespace, ref.name]
        else:
            raise _Beyond

    def apply(self, part: Part) -> None:
        kind, ref = self._meant(part)
        if kind == "NetworkPolicy":
            self._put_policy(part, ref)
        elif kind == "Service":
            self._services[ref.namespace, ref.name] = read_service(part, ref.namespace)
        else:
            self._label_namespace(part, ref)

    def outcome(self) -> Cluster:
        before = self._cluster
        kept = [note for note in before.notes if note.object not in self._renoted]
        policies = sorted(self._policies.values(), key=lambda each: (each.tier, each.priority, each.ref))
        return replace(
            before,
            namespaces=_same(before.namespaces, [self._spaces[name] for name in sorted(self._spaces)]),
            services=_same(before.services, [self._services[key] for key in sorted(self._services)]),
            policies=_same(before.policies, policies),
            notes=sorted_notes([*kept, *(note for notes in self._renoted.values() for note in notes)]),
        )

    def _meant(self, part: Part) -> tuple[str, ObjectRef]:
        """The kind and the object, which stands in a namespace that was given, not made up for it."""
        kind = (part / "kind").required_text()
        group = group_of((part / "apiVersion").required_text())
        if (group, kind) not in _KINDS:
            raise _Beyond
        ref = ref_of(part, group, kind)
        space = ref.namespace or ref.name
        if space not in self._spaces or f"Namespace/{space}" in self._noted:
            raise _Beyond
        return kind, ref

    def _put_policy(self, part: Part, ref: ObjectRef) -> None:
        doubts: list[Doubt] = []
        policy = read_network_policy(part, ref.namespace, doubts)
        self._drop_policy(ref)
        self._check_pods(policy)
        self._policies[ref] = policy
        near = [each for each in self._cluster.workloads if each.namespace == ref.namespace]
        idle = notes_of_idle((self._spaces[ref.namespace],), near, (policy,))
        self._renoted[str(ref)] = notes_of_doubts(ref, doubts) + idle

    def _drop_policy(self, ref: ObjectRef) -> None:
        if ref in self._unevaluated:
            raise _Beyond  # another group has a kind of this name, and notes tell the two apart no better
        self._renoted[str(ref)] = []
        if ref in self._policies:
            self._check_pods(self._policies.pop(ref))

    def _check_pods(self, policy: Policy) -> None:
        """Which pods are one workload does not hang on this policy."""
        if asked_keys((policy,)) & VOLATILE_LABELS:
            raise _Beyond

    def _label_namespace(self, part: Part, ref: ObjectRef) -> None:
        if any(policy.tier is not Tier.NAMESPACE for policy in self._cluster.policies):
            raise _Beyond  # such a policy may come to select pods, or none
        labels = (part / "metadata" / "labels").labels()
        self._spaces[ref.name] = Namespace(ref.name, {**labels, NAME_LABEL: ref.name})


_KINDS = (
    ("networking.k8s.io", "NetworkPolicy"),
    ("extensions", "NetworkPolicy"),
    ("", "Service"),
    ("", "Namespace"),
)


def _same(before: tuple[Any, ...], after: Iterable[Any]) -> tuple[Any, ...]:
    """The very tuple where it holds the same, so that a glance tells so."""
    found = tuple(after)
    return before if found == before else found
