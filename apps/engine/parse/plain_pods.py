"""Running pods of the shape that nearly all have, read without the care that complaints need.

A large cluster has far more pods than anything else, so they have this way of their own. It takes only what
`pods` reads part by part without a complaint, and reads the same in it: a test holds the two together.
"""

from __future__ import annotations

from typing import Any

from apps.engine.addresses import check_address
from apps.engine.model import Pod, PodState

_READINESS = {"True": PodState.READY, "False": PodState.NOT_READY, "Unknown": PodState.NOT_READY}


def read_plain_pod(meta: dict[str, Any], spec: dict[str, Any], status: Any) -> Pod | None:
    """What is a running pod's own, where it has one address and a node. None: it is not plain."""
    try:
        if status["phase"] != "Running" or "deletionTimestamp" in meta or "subdomain" in spec:
            return None
        (shown,) = status["podIPs"]
        name, node, address, conditions = meta["name"], spec["nodeName"], shown["ip"], status["conditions"]
        if not (type(name) is type(node) is type(address) is str and type(conditions) is list):
            return None
        check_address(address)
        state = PodState.READY  # which a pod is that says nothing about it
        for entry in conditions:
            kind = entry["type"]
            if kind == "Ready":
                state = _READINESS[entry["status"]]
            elif type(kind) is not str:
                return None
        return Pod(name, (address,), node, state)
    except (KeyError, TypeError, ValueError):
        return None  # something is missing, or is not what it should be
