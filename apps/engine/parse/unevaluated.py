"""Policy kinds that exist and are not evaluated: what they touch is unknown, never ignored.

Calico, Cilium, Antrea, OVN-Kubernetes, Istio, Linkerd and Consul; and any kind that calls itself a
network policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from apps.engine.model import Direction, ObjectRef, Unevaluated
from apps.engine.parse.fields import Part


class Touch(NamedTuple):
    """What objects of a kind may change: the gates of these directions; or only close what is open there."""

    directions: frozenset[Direction] = frozenset(Direction)
    only_restricts: bool = False


_BOTH = Touch()
# A proxy beside the target refuses; it opens nothing that the network closes (I1, I2).
_MESH = Touch(frozenset({Direction.INGRESS}), only_restricts=True)
_EGRESS_ONLY = Touch(frozenset({Direction.EGRESS}), only_restricts=True)

UNEVALUATED: Mapping[str, Mapping[str, Touch]] = MappingProxyType(
    {
        "cilium.io": dict.fromkeys(("CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"), _BOTH),
        "crd.projectcalico.org": dict.fromkeys(("NetworkPolicy", "GlobalNetworkPolicy"), _BOTH),
        "projectcalico.org": dict.fromkeys(("NetworkPolicy", "GlobalNetworkPolicy"), _BOTH),
        "crd.antrea.io": dict.fromkeys(("NetworkPolicy", "ClusterNetworkPolicy"), _BOTH),
        "k8s.ovn.org": {"EgressFirewall": _EGRESS_ONLY},
        "network.openshift.io": {"EgressNetworkPolicy": _EGRESS_ONLY},
        "security.istio.io": dict.fromkeys(("AuthorizationPolicy", "PeerAuthentication"), _MESH),
        "policy.linkerd.io": dict.fromkeys(("AuthorizationPolicy", "Server", "ServerAuthorization"), _MESH),
        "consul.hashicorp.com": {"ServiceIntentions": _MESH},
    }
)
# Calico's drafts: look like policies by their names and are never enforced.
_HARMLESS = ("StagedNetworkPolicy", "StagedGlobalNetworkPolicy", "StagedKubernetesNetworkPolicy")


def is_policy_kind(group: str, kind: str) -> bool:
    """Whether objects of this kind may decide about connections though Portolan does not evaluate them."""
    return kind in UNEVALUATED.get(group, ()) or (kind.endswith("NetworkPolicy") and kind not in _HARMLESS)


def touch_of(group: str, kind: str) -> Touch:
    """What objects of a policy kind may change; of a kind that is not known, everything."""
    return UNEVALUATED.get(group, {}).get(kind, _BOTH)


def read_unevaluated(part: Part, group: str, kind: str) -> Unevaluated | None:
    """What the object touches: its namespace, or the whole cluster when it has none. None: nothing."""
    if kind == "PeerAuthentication" and "STRICT" not in str(part.value.get("spec")):
        return None  # only strict mutual TLS refuses anybody
    meta = part / "metadata"
    namespace = (meta / "namespace").text()
    touch = touch_of(group, kind)
    return Unevaluated(
        ref=ObjectRef(kind, namespace, (meta / "name").required_text()),
        reason=f"{kind} ({group}) is not evaluated",
        namespace=namespace,
        directions=touch.directions,
        only_restricts=touch.only_restricts,
    )
