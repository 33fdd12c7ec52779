"""Policy kinds that exist and are not evaluated: what they touch is unknown, never ignored.

Calico, Cilium, Antrea, OVN-Kubernetes, Istio, Linkerd and Consul; and any kind that calls itself a
network policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from apps.engine.model import Direction, ObjectRef, Unevaluated
from apps.engine.parse.fields import Part


class Reach(NamedTuple):
    """What a kind can touch."""

    directions: frozenset[Direction] = frozenset(Direction)
    only_restricts: bool = False


_BOTH = Reach()
# A proxy beside the target refuses; it opens nothing that the network closes (I1).
_MESH = Reach(frozenset({Direction.INGRESS}), only_restricts=True)
_EGRESS_ONLY = Reach(frozenset({Direction.EGRESS}), only_restricts=True)

_KINDS: Mapping[tuple[str, str], Reach] = {
    ("cilium.io", "CiliumNetworkPolicy"): _BOTH,
    ("cilium.io", "CiliumClusterwideNetworkPolicy"): _BOTH,
    ("crd.projectcalico.org", "NetworkPolicy"): _BOTH,
    ("crd.projectcalico.org", "GlobalNetworkPolicy"): _BOTH,
    ("projectcalico.org", "NetworkPolicy"): _BOTH,
    ("projectcalico.org", "GlobalNetworkPolicy"): _BOTH,
    ("crd.antrea.io", "NetworkPolicy"): _BOTH,
    ("crd.antrea.io", "ClusterNetworkPolicy"): _BOTH,
    ("k8s.ovn.org", "EgressFirewall"): _EGRESS_ONLY,
    ("security.istio.io", "AuthorizationPolicy"): _MESH,
    ("policy.linkerd.io", "AuthorizationPolicy"): _MESH,
    ("policy.linkerd.io", "Server"): _MESH,
    ("policy.linkerd.io", "ServerAuthorization"): _MESH,
    ("consul.hashicorp.com", "ServiceIntentions"): _MESH,
}
# Looks like a policy by its name and decides nothing about connections.
_HARMLESS = {
    ("crd.projectcalico.org", "StagedNetworkPolicy"),
    ("crd.projectcalico.org", "StagedGlobalNetworkPolicy"),
    ("crd.projectcalico.org", "StagedKubernetesNetworkPolicy"),
    ("projectcalico.org", "StagedNetworkPolicy"),
    ("projectcalico.org", "StagedGlobalNetworkPolicy"),
    ("projectcalico.org", "StagedKubernetesNetworkPolicy"),
}


def is_policy_kind(group: str, kind: str) -> bool:
    """Whether objects of this kind may decide about connections though Portolan does not evaluate them."""
    if (group, kind) in _HARMLESS:
        return False
    return (group, kind) in _KINDS or kind.endswith("NetworkPolicy")


def read_unevaluated(part: Part, group: str, kind: str) -> Unevaluated:
    """What the object touches: its namespace, or the whole cluster when it has none."""
    meta = part / "metadata"
    namespace = (meta / "namespace").text()
    reach = _KINDS.get((group, kind), _BOTH)
    ref = ObjectRef(kind, namespace, (meta / "name").required_text())
    return Unevaluated(
        ref=ref,
        reason=f"{kind} ({group}) is not evaluated",
        namespace=namespace,
        directions=reach.directions,
        only_restricts=reach.only_restricts,
    )
