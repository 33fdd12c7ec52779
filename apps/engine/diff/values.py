"""The values in which a difference is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pyroaring import BitMap

from apps.engine.diff.changes import ObjectChange
from apps.engine.diff.states import PortKey
from apps.engine.model import Backend, Dns, Verdict

KINDS = ("opened", "closed", "changed")


@dataclass(frozen=True, slots=True)
class EdgeState:
    """What one side says of an edge."""

    verdict: Verdict
    dns: Dns
    backend: Backend


@dataclass(frozen=True, slots=True)
class Cause:
    """Object changes that, undone alone, undo the change of some edges.

    `changes`: one; or several of which none would do without the others. `aspect`: what they changed of
    the edges: verdict, dns or backend. `opened`, `closed`, `changed`: of how many. `namespaces`: whose DNS
    answer, when that is the aspect.
    """

    changes: tuple[ObjectChange, ...]
    aspect: str
    opened: int
    closed: int
    changed: int
    namespaces: tuple[str, ...] = ()
    numbers: Mapping[PortKey, BitMap] = field(default_factory=dict, repr=False, compare=False)

    def __str__(self) -> str:
        """`NetworkPolicy/shop/allow appeared: opened 9 edges`."""
        counts = ((kind, getattr(self, kind)) for kind in KINDS)
        said = [f"{kind} {count:,} edge{'s' * (count != 1)}" for kind, count in counts if count]
        return f"{' and '.join(map(str, self.changes))}: {', '.join(said) or self.aspect}"


@dataclass(frozen=True, slots=True)
class EdgeChange:
    """One edge that differs. `before` or `after` is None where there is no such edge."""

    source: str
    target: str  # NS/SERVICE
    port: int
    protocol: str
    kind: str  # opened, closed or changed
    before: EdgeState | None
    after: EdgeState | None
    causes: tuple[Cause, ...]


@dataclass(frozen=True, slots=True)
class DnsChange:
    """A namespace, on both sides, that got another DNS answer."""

    namespace: str
    before: Dns
    after: Dns
