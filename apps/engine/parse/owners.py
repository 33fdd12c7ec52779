"""Who made a pod: controllers name what they make after themselves.

A Deployment's ReplicaSet is `web-<pod-template-hash>`, a CronJob's Job `report-<minutes since 1970>`
(seconds, before Kubernetes 1.21).
"""

from __future__ import annotations

import re
from typing import NamedTuple

_RUN = re.compile(r"(.+)-(\d{8}|\d{10})")
# Whoever dates a Job of their own writes 20261123, which as minutes would be 2008: before CronJobs.
_MINUTES = range(26_000_000, 80_000_000)
_SECONDS = range(1_400_000_000, 2_500_000_000)


class Owner(NamedTuple):
    kind: str
    name: str


def maker_of(owner: Owner, template_hash: str) -> Owner:
    """The controller above a pod's controller, as its name shows it; `template_hash`: the pod's label
    pod-template-hash. The owner itself when there is none above it."""
    suffix = f"-{template_hash}"
    if owner.kind == "ReplicaSet" and template_hash and owner.name.endswith(suffix) and owner.name != suffix:
        return Owner("Deployment", owner.name.removesuffix(suffix))
    if owner.kind == "Job" and (run := _RUN.fullmatch(owner.name)) and _is_time(run.group(2)):
        return Owner("CronJob", run.group(1))
    return owner


def _is_time(digits: str) -> bool:
    return int(digits) in (_MINUTES if len(digits) == 8 else _SECONDS)
