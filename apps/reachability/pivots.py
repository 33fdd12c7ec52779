"""Paths as screen and REST show them: counted in full, and the nearest of them written out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from apps.engine import Path, Paths

MOST_PATHS = 250  # of workloads, and as many of Services
MOST_STARTS = 100


def tell(paths: Paths) -> dict[str, Any]:
    """`{"source", "hops", "start_count", "starts", "workloads", "services"}` (docs/architecture.md)."""
    return {
        "source": paths.source,
        "hops": paths.hops,
        "start_count": len(paths.starts),
        "starts": list(paths.starts[:MOST_STARTS]),
        "workloads": _tell_all(paths.workloads, paths.hops),
        "services": _tell_all(paths.services, paths.hops),
    }


def _tell_all(found: Sequence[Path], hops: int) -> dict[str, Any]:
    """`by_hops`: how many are first reached in 1, 2, … hops."""
    counts = Counter(path.hops for path in found)
    return {
        "count": len(found),
        "by_hops": [counts[number] for number in range(1, hops + 1)],
        "paths": [tell_path(path) for path in found[:MOST_PATHS]],
    }


def tell_path(path: Path) -> dict[str, Any]:
    """A path to a workload ends at no Service port: its port and protocol are null."""
    return {
        "target": path.target,
        "port": path.port or None,
        "protocol": path.protocol or None,
        "hops": path.hops,
        "certainty": str(path.certainty),
        "steps": [{**step._asdict(), "certainty": str(step.certainty)} for step in path.steps],
    }
