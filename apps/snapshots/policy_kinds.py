"""Which kinds a cluster read takes: what a cluster holds, and every policy kind that the API server offers.

A policy kind that Portolan does not evaluate is read all the same: it is shown, and what it touches is
`unknown`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from apps.engine import UNEVALUATED, is_policy_kind, touch_of
from apps.engine.model import ObjectRef, Unevaluated
from apps.snapshots.paging import Resource

CORE = (
    Resource("v1", "namespaces", "Namespace"),
    Resource("v1", "nodes", "Node"),
    Resource("v1", "services", "Service"),
    Resource("discovery.k8s.io/v1", "endpointslices", "EndpointSlice"),
    Resource("networking.k8s.io/v1", "networkpolicies", "NetworkPolicy"),
    Resource("v1", "pods", "Pod"),
)

_POLICY_API = "policy.networking.k8s.io"
_EVALUATED = {  # in the one version whose meaning Portolan knows
    "AdminNetworkPolicy": "v1alpha1",
    "BaselineAdminNetworkPolicy": "v1alpha1",
    "ClusterNetworkPolicy": "v1alpha2",
}

_KNOWN: dict[str, Iterable[str]] = {_POLICY_API: _EVALUATED, **UNEVALUATED}

# Groups that hold no policy of their own: Kubernetes' built-in ones (`networking.k8s.io` is in CORE),
# metrics, which are often down, and what Antrea works out from policies that are read already.
_WITHOUT_POLICIES = frozenset(
    {
        "admissionregistration.k8s.io",
        "apiextensions.k8s.io",
        "apiregistration.k8s.io",
        "apps",
        "authentication.k8s.io",
        "authorization.k8s.io",
        "autoscaling",
        "batch",
        "certificates.k8s.io",
        "controlplane.antrea.io",
        "coordination.k8s.io",
        "custom.metrics.k8s.io",
        "discovery.k8s.io",
        "events.k8s.io",
        "extensions",
        "external.metrics.k8s.io",
        "flowcontrol.apiserver.k8s.io",
        "internal.apiserver.k8s.io",
        "metrics.k8s.io",
        "networking.k8s.io",
        "node.k8s.io",
        "policy",
        "rbac.authorization.k8s.io",
        "resource.k8s.io",
        "scheduling.k8s.io",
        "storage.k8s.io",
        "storagemigration.k8s.io",
    }
)


class ServedKind(NamedTuple):
    """A kind as API discovery shows it."""

    resource: Resource
    verbs: frozenset[str]


def versions_to_ask(group: str, versions: Iterable[str]) -> list[str]:
    """The versions of a group (the preferred one first, as given) in which policy kinds may be found."""
    if group in _WITHOUT_POLICIES:
        return []
    # A known group may serve its kinds in different versions; of others the preferred version tells enough.
    return list(versions) if group in _KNOWN else list(versions)[:1]


def choose_policies(served: Iterable[ServedKind]) -> tuple[list[Resource], list[Unevaluated]]:
    """The policy kinds to list, each in one version, and those that exist but cannot be listed.

    `served`: in the order of preference; the first version of a kind that can be used is taken.
    """
    offered: dict[tuple[str, str], list[ServedKind]] = {}
    for kind in served:
        if _is_policy(kind.resource):
            offered.setdefault((kind.resource.group, kind.resource.kind), []).append(kind)
    chosen, unread = [], []
    for (group, name), kinds in offered.items():
        if group == "projectcalico.org" and ("crd.projectcalico.org", name) in offered:
            continue  # the same objects, shown a second time by Calico's own API server
        usable = [kind for kind in kinds if _is_usable(kind)]
        if usable:
            chosen.append(usable[0].resource)
        else:
            unread.append(unread_kind(kinds[0].resource, _why_not(kinds)))
    return chosen, unread


def unread_kind(resource: Resource, reason: str) -> Unevaluated:
    """A kind that exists and was not read: whatever it touches cannot be decided."""
    touch = touch_of(resource.group, resource.kind)
    return Unevaluated(
        ref=ObjectRef(resource.kind, "", ""),
        reason=f"not readable: {reason}",
        directions=touch.directions,
        only_restricts=touch.only_restricts,
    )


def unread_version(version: str, reason: str, chosen: Iterable[Resource]) -> list[Unevaluated]:
    """A version of a group that does not tell its kinds: the known policy kinds of the group, but for those
    that were chosen in another version; of a group that is not known, the group as such.
    """
    group = version.rpartition("/")[0]
    text = f"API discovery of {version}: {reason}"
    if group not in _KNOWN:
        return [Unevaluated(ref=ObjectRef("APIGroup", "", group), reason=f"not readable: {text}")]
    taken = {resource.kind for resource in chosen if resource.group == group}
    return [unread_kind(Resource(version, "", kind), text) for kind in _KNOWN[group] if kind not in taken]


def _is_policy(resource: Resource) -> bool:
    return resource.group == _POLICY_API or is_policy_kind(resource.group, resource.kind)


def _is_usable(kind: ServedKind) -> bool:
    group, _, version = kind.resource.api.partition("/")
    known = group != _POLICY_API or _EVALUATED.get(kind.resource.kind) == version
    return known and "list" in kind.verbs


def _why_not(kinds: list[ServedKind]) -> str:
    if any("list" in kind.verbs for kind in kinds):
        versions = ", ".join(kind.resource.api for kind in kinds)
        return f"the cluster serves it as {versions} only, and Portolan does not know that version"
    return f"the API server does not let anybody list {kinds[0].resource}"
