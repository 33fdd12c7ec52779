"""Running pods of the shape that nearly all have, read without the care that complaints need.

A large cluster has far more pods than anything else, so they have this way of their own. It takes only what
`pods` reads part by part without a complaint, and reads the same in it: a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from apps.engine.addresses import parse_address
from apps.engine.model import Pod, PodState


def read_plain_pod(meta: dict[str, Any], spec: dict[str, Any], status: Any) -> Pod | None:
    """What is a running pod's own, where it has one address and a node. None: it is not plain."""
    try:
        if status["phase"] != "Running" or "deletionTimestamp" in meta or "subdomain" in spec:
            return None
        (shown,) = status["podIPs"]
        name, node, address = meta["name"], spec["nodeName"], shown["ip"]
        state = _state(status["conditions"])
        if type(name) is str and type(node) is str and type(address) is str and parse_address(address):
            return Pod(name, (address,), node, state) if state else None
    except (KeyError, TypeError, ValueError):
        pass  # something is missing, or is not what it should be
    return None


def _state(conditions: Any) -> PodState | None:
    """A pod that says nothing about being ready counts as ready. None: the conditions are not plain."""
    ready = True
    for entry in conditions:
        if entry["type"] == "Ready":
            ready = entry["status"] == "True"
            if type(entry["status"]) is not str:
                return None
        elif type(entry["type"]) is not str:
            return None
    if type(conditions) is not list:
        return None
    return PodState.READY if ready else PodState.NOT_READY
