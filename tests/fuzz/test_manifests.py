"""Mutated manifests: each is read and evaluated, or refused with its place; nothing crashes or grows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from apps.engine import assumptions_for, compute_reach, find_findings, parse_cluster
from apps.engine.model import Assumptions
from apps.snapshots.check import find_problems
from apps.snapshots.gather import gather
from apps.snapshots.manifests import read_bytes
from tests.fuzz.apart import MOST_MEMORY, peak, printed_apart
from tests.fuzz.conftest import THOROUGH
from tests.fuzz.mutate import mutations

ROOT = Path(__file__).resolve().parent.parent.parent
COUNT = 20_000 if THOROUGH else 400


def corpus() -> list[bytes]:
    files = [*ROOT.glob("tests/cases/*/manifests.yaml"), *ROOT.glob("examples/**/*.yaml")]
    return [each.read_bytes() for each in sorted(files)]


@pytest.mark.parametrize("half", [0, 1])
def test_mutated_manifests_are_used_or_refused(half: int) -> None:
    became = dict(line.split(": ") for line in printed_apart(__name__, f"read_mutations({7 + half})"))
    print(f"{COUNT // 2} mutated manifests: {became}")
    assert int(became["evaluated"]) > COUNT / 20
    assert int(became["refused"]) > COUNT / 20
    assert float(became["peak memory in MB"]) < MOST_MEMORY


def read_mutations(seed: int) -> None:
    assumptions = assumptions_for("", {})
    became: Counter[str] = Counter()
    for number, data in enumerate(mutations(corpus(), COUNT // 2, seed)):
        try:
            became[_evaluate(data, assumptions)] += 1
        except Exception as error:
            error.add_note(f"seed {seed}, number {number}: {data[:3000]!r}")
            raise
    for what, times in became.items():
        print(f"{what}: {times}")
    print(f"peak memory in MB: {peak():.0f}")


def _evaluate(data: bytes, assumptions: Assumptions) -> str:
    reading = read_bytes("mutated.yaml", data)
    cluster = parse_cluster(each.body for each in reading.objects)
    problems = find_problems(reading)
    assert all(problem.message for problem in problems)
    json.dumps([str(problem) for problem in problems]).encode()
    if problems:
        return "refused"
    gathered = gather(reading)
    kept = parse_cluster(gathered.bodies(), unread=gathered.unread)
    list(compute_reach(kept, assumptions).edges())
    find_findings(cluster, assumptions)
    return "evaluated"
