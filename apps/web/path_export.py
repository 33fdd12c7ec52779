"""Paths of several hops as a file: all of them, also those that the page has no room for."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

from apps.engine import Path
from apps.reachability.pivots import tell_path
from apps.reachability.queries import all_paths
from apps.snapshots.models import Snapshot
from apps.web.edge_export import write_rows
from apps.web.question import Question

_COLUMNS = ("kind", "target", "port", "protocol", "hops", "certainty", "steps")
_PIECE = 500  # paths


def paths_of(snapshot: Snapshot, question: Question) -> list[Path]:
    """As certain as the question wants them: to workloads, then to Service ports, the nearest first."""
    found = all_paths(snapshot, source=question.source, hops=question.hops)
    return [path for path in chain(found.workloads, found.services) if path.certainty in question.show]


def as_csv(head: dict[str, Any], paths: Sequence[Path]) -> Iterator[str]:
    """As `edge_export.as_csv`; the steps of a path stand in one cell."""
    yield write_rows([*([name, value] for name, value in head.items()), []])
    yield write_rows([_COLUMNS])
    for start in range(0, len(paths), _PIECE):
        yield write_rows([_row(path) for path in paths[start : start + _PIECE]])


def as_json(head: dict[str, Any], paths: Sequence[Path]) -> Iterator[str]:
    """One object: the head's keys, but `paths` holds the paths and `count` their number."""
    head = {("count" if name == "paths" else name): value for name, value in head.items()}
    yield json.dumps(head)[:-1] + ', "paths": ['
    for index, path in enumerate(paths):
        yield (",\n" if index else "") + json.dumps(_tell(path))
    yield "]}\n"


def _row(path: Path) -> list[object]:
    steps = (
        f"{step.source} → {step.target} on {step.service or 'pod'}:{step.port}/{step.protocol}"
        for step in path.steps
    )
    told = _tell(path)
    return [*("" if told[name] is None else told[name] for name in _COLUMNS[:-1]), "; ".join(steps)]


def _tell(path: Path) -> dict[str, Any]:
    return {"kind": "Service port" if path.port else "workload", **tell_path(path)}
