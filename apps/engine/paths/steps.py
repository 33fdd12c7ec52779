"""The words of paths: steps, the paths that they make, and all paths from one source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from apps.engine.model import Verdict


class Step(NamedTuple):
    """One hop. `service` empty: straight to the pod, on its own port; else `port` is the Service's."""

    source: str  # NS/Kind/NAME
    service: str  # NS/SERVICE
    port: int
    protocol: str
    target: str  # NS/Kind/NAME, or an address that is no pod's
    certainty: Verdict  # allowed, or unknown


@dataclass(frozen=True, slots=True)
class Path:
    """A shortest way to a workload (`port` 0) or to a Service port; of several the first by name, read
    from the start. `certainty`: unknown when no way of sure hops alone is short enough."""

    target: str  # NS/Kind/NAME or NS/SERVICE
    port: int
    protocol: str
    certainty: Verdict
    steps: tuple[Step, ...]

    @property
    def hops(self) -> int:
        return len(self.steps)


@dataclass(frozen=True, slots=True)
class Paths:
    """All that `source` reaches in at most `hops` hops, nearest first. `starts`: its workloads, which
    are no targets; Services in front of them are."""

    source: str  # NS or NS/Kind/NAME
    hops: int
    starts: tuple[str, ...]
    workloads: tuple[Path, ...]
    services: tuple[Path, ...]
