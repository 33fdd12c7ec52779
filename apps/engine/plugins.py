"""What each network plugin makes of the questions that Kubernetes leaves to it (N15 to N17, N27).

A key that a profile leaves out stays as it is without a plugin: nothing is assumed that its own
documentation, or the network policy tests of Kubernetes, do not show.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from apps.engine.model import Assumptions

VALUES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "ip-block-matches-pods": ("yes", "no", "unknown"),
        "host-network": ("node", "pod", "unknown"),
        "own-node": ("allowed", "policy", "unknown"),
    }
)

PROFILES: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "generic": {},
        "calico": {"ip-block-matches-pods": "yes", "host-network": "node", "own-node": "policy"},
        "cilium": {"ip-block-matches-pods": "no", "host-network": "node"},
        "antrea": {"ip-block-matches-pods": "yes", "host-network": "node"},
        "ovn-kubernetes": {"ip-block-matches-pods": "yes", "host-network": "node"},
        "aws-vpc-cni": {"ip-block-matches-pods": "yes", "host-network": "node"},
        "kube-router": {"ip-block-matches-pods": "yes", "host-network": "node"},
        "none": {},
    }
)


def assumptions_for(plugin: str = "generic", overrides: Mapping[str, str] | None = None) -> Assumptions:
    """The plugin's profile with these overrides; ValueError names a plugin, key or value that is none."""
    plugin = plugin or "generic"
    if plugin not in PROFILES:
        raise ValueError(f"plugin: must be one of {', '.join(PROFILES)}, not {plugin!r}")
    chosen = {**PROFILES[plugin], **(overrides or {})}
    for key, value in chosen.items():
        if key not in VALUES:
            raise ValueError(f"assume: {key!r} is none of {', '.join(VALUES)}")
        if value not in VALUES[key]:
            raise ValueError(f"assume: {key} must be one of {', '.join(VALUES[key])}, not {value!r}")
    return Assumptions(
        ip_block_matches_pods=chosen.get("ip-block-matches-pods", "unknown"),
        host_network=chosen.get("host-network", "node"),
        own_node=chosen.get("own-node", "unknown"),
        enforced=plugin != "none",
    )
