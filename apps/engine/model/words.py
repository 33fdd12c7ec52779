"""The words for answers and for what decides them."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import NamedTuple


class Direction(StrEnum):
    INGRESS = "ingress"
    EGRESS = "egress"


class Action(StrEnum):
    """What a matching rule does. `Allow` (v1alpha1) and `Accept` (v1alpha2) are one."""

    ALLOW = "allow"
    DENY = "deny"
    PASS = "pass"  # noqa: S105 - no password


class Tier(IntEnum):
    """The order in which policies are asked; NetworkPolicies stand between the two others."""

    ADMIN = 0
    NAMESPACE = 1
    BASELINE = 2


class Verdict(StrEnum):
    """The answer for one edge (see `docs/semantics.md`). Of one pair: allowed, denied or unknown only."""

    ALLOWED = "allowed"
    UNRESTRICTED = "unrestricted"
    PARTIAL = "partial"
    DENIED = "denied"
    UNKNOWN = "unknown"
    EMPTY = "empty"


class Backend(StrEnum):
    """What stands behind a Service port."""

    READY = "ready"
    NONE = "none"
    EXTERNAL = "external"
    MANUAL = "manual"


class Dns(StrEnum):
    """May the source's pods ask the cluster's DNS?"""

    RESOLVES = "resolves"
    BLOCKED = "blocked"
    UNKNOWN = "unknown"


PROTOCOLS = ("TCP", "UDP", "SCTP")


class ObjectRef(NamedTuple):
    """Names one object; `namespace` is empty for cluster-wide kinds. Printed `Kind/NS/NAME`."""

    kind: str
    namespace: str
    name: str

    def __str__(self) -> str:
        return "/".join(part for part in self if part)
