"""Mutated manifests: each is read and evaluated, or refused with its place; nothing crashes or grows."""

from __future__ import annotations

import json
import resource
from collections import Counter
from pathlib import Path

import pytest

from apps.engine import assumptions_for, compute_reach, find_findings, parse_cluster
from apps.snapshots.check import find_problems
from apps.snapshots.gather import gather
from apps.snapshots.manifests import read_bytes
from tests.fuzz.conftest import THOROUGH
from tests.fuzz.mutate import mutations

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 20_000 if THOROUGH else 400
MOST_MEMORY = 500  # MB


def corpus() -> list[bytes]:
    files = [*ROOT.glob("tests/cases/*/manifests.yaml"), *ROOT.glob("examples/**/*.yaml")]
    return [each.read_bytes() for each in sorted(files)]


@pytest.mark.parametrize("half", [0, 1])
def test_mutated_manifests_are_used_or_refused(half: int) -> None:
    assumptions = assumptions_for("", {})
    became: Counter[str] = Counter()
    for number, data in enumerate(mutations(corpus(), COUNT // 2, seed=7 + half)):
        try:
            became[_evaluate(data, assumptions)] += 1
        except Exception as error:
            error.add_note(f"seed {7 + half}, number {number}: {data[:3000]!r}")
            raise
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{became.total()} mutated manifests: {dict(became)}; peak memory {peak:.0f} MB")
    assert became["evaluated"] > COUNT / 20
    assert became["refused"] > COUNT / 20
    assert peak < MOST_MEMORY or not THOROUGH  # of the usual suite this process did much else


def _evaluate(data: bytes, assumptions: object) -> str:
    reading = read_bytes("mutated.yaml", data)
    cluster = parse_cluster(each.body for each in reading.objects)
    problems = find_problems(reading)
    assert all(problem.message for problem in problems)
    json.dumps([str(problem) for problem in problems]).encode()
    if problems:
        return "refused"
    gathered = gather(reading)
    kept = parse_cluster(gathered.bodies(), unread=gathered.unread)
    list(compute_reach(kept, assumptions).edges())  # type: ignore[arg-type]
    find_findings(cluster, assumptions)  # type: ignore[arg-type]
    return "evaluated"
