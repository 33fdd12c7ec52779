"""Answers: edges, and why a pair may or may not connect."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from apps.engine.model.holdings import Pod, Workload
from apps.engine.model.words import Backend, Direction, Dns, ObjectRef, Verdict


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One end of a connection: a pod of a workload, or an address that is no pod's."""

    workload: Workload | None = None
    pod: Pod | None = None
    address: str = ""

    @property
    def key(self) -> str:
        return self.workload.key if self.workload else self.address


@dataclass(frozen=True, slots=True)
class Citation:
    """A policy, and the rule in it (empty `path`: the policy as a whole, as when it isolates).

    `paths`: the parts of the manifest that decide, most telling first, such as
    `spec.ingress[0].from[1]` and `spec.ingress[0].ports[0]`.
    """

    ref: ObjectRef
    path: str
    paths: tuple[str, ...]
    effect: str  # allow, deny, pass, isolate
    selects: bool = True


@dataclass(frozen=True, slots=True)
class NearestMiss:
    """The rule that came closest to allowing a denied connection, and what it lacks, in words."""

    citation: Citation
    lacks: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """One gate: egress of the source or ingress of the target.

    `verdict`: allowed, denied or unknown. `isolated`: some policy closes this side but for exceptions.
    `citations`: what decides, in order. `others`: policies that select the pod and did not match.
    """

    direction: Direction
    verdict: Verdict
    isolated: bool
    reason: str
    citations: tuple[Citation, ...] = ()
    others: tuple[Citation, ...] = ()
    nearest: NearestMiss | None = None


@dataclass(frozen=True, slots=True)
class PairExplanation:
    """Why one pair of end points may or may not connect on one port."""

    source: Endpoint
    target: Endpoint
    port: int
    protocol: str
    verdict: Verdict  # allowed, unrestricted, denied, unknown; partial when the address families differ
    egress: Side
    ingress: Side
    reason: str


class Edge(NamedTuple):
    """One answer of the product: source namespace, Service port, verdict and what stands beside it.

    `reason`: why the verdict is unknown, where somebody asked for it.
    """

    source: str
    target: str  # NS/SERVICE
    port: int
    protocol: str
    verdict: Verdict
    allowed_pairs: int
    pairs: int
    dns: Dns
    backend: Backend
    potential: Verdict
    reason: str = ""
