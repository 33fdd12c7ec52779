"""Who made a pod: the controller at the top, as far as the pod itself tells.

Controllers name what they make: a Deployment's ReplicaSet `web-<pod-template-hash>`, a CronJob's Job
`report-<minutes since 1970>` (seconds, before Kubernetes 1.21).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_RUN = re.compile(r"(.+)-(\d{8}|\d{10})")
# Whoever dates a Job of their own writes 20261123, which as minutes would be 2008: before CronJobs.
_MINUTES = range(26_000_000, 80_000_000)
_SECONDS = range(1_400_000_000, 2_500_000_000)


def top_owner(metadata: Mapping[str, Any]) -> dict[str, Any] | None:
    """The owner reference of the top controller of a pod; None for a bare one or one that a node runs."""
    owner = _controller(metadata.get("ownerReferences"))
    if owner is None or owner["kind"] == "Node":
        return None
    labels = metadata.get("labels")
    mark = labels.get("pod-template-hash") if isinstance(labels, Mapping) else None
    if owner["kind"] == "ReplicaSet" and isinstance(mark, str) and mark:
        return _lift(owner, "Deployment", owner["name"].removesuffix(f"-{mark}"))
    if owner["kind"] == "Job" and (run := _RUN.fullmatch(owner["name"])) and _is_time(run.group(2)):
        return _lift(owner, "CronJob", run.group(1))
    return owner


def _controller(references: Any) -> dict[str, Any] | None:
    if not isinstance(references, list):
        return None
    usable = [each for each in references if _is_reference(each)]
    controllers = [each for each in usable if each.get("controller") is True]
    return dict((controllers or usable)[0]) if usable else None


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(key), str) and value[key] for key in ("kind", "name")
    )


def _lift(owner: dict[str, Any], kind: str, name: str) -> dict[str, Any]:
    return owner | {"kind": kind, "name": name} if name not in ("", owner["name"]) else owner


def _is_time(digits: str) -> bool:
    return int(digits) in (_MINUTES if len(digits) == 8 else _SECONDS)
