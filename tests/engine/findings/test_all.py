"""What holds of all findings together."""

from __future__ import annotations

import random
import re
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from apps.engine import Finding, Severity, find_findings, parse_cluster
from apps.engine.model import Assumptions
from benchmarks.generate import generate_cluster
from tests.engine.objects import Object
from tests.engine.strategies import assumptions, clusters

ROOT = Path(__file__).parents[3]


def find(objects: list[Object], assumed: dict[str, str]) -> tuple[Finding, ...]:
    return find_findings(parse_cluster(objects), Assumptions(**assumed))


@given(clusters(), assumptions, st.randoms(use_true_random=False))
def test_the_order_of_the_objects_means_nothing(
    objects: list[Object], assumed: dict[str, str], chance: random.Random
) -> None:
    found = find(objects, assumed)
    chance.shuffle(objects)
    assert find(objects, assumed) == found


@given(clusters(), assumptions)
def test_keys_are_unique_and_the_gravest_come_first(objects: list[Object], assumed: dict[str, str]) -> None:
    found = find(objects, assumed)
    assert len({each.key for each in found}) == len(found)
    ranks = [list(Severity).index(each.severity) for each in found]
    assert ranks == sorted(ranks)


def test_the_documentation_lists_every_finding_with_its_severity() -> None:
    text = (ROOT / "docs/findings.md").read_text()
    listed = dict(re.findall(r"^\| `([a-z-]+)` \| ([a-z, ]+) \|", text, re.MULTILINE))
    sources = "".join(path.read_text() for path in (ROOT / "apps/engine/findings").glob("*.py"))
    ids = set(re.findall(r'^ID = "([a-z-]+)(?:\{direction\})?"', sources, re.MULTILINE))
    assert {re.sub(r"(?<=-)(in|e)gress$", "", each) for each in listed} == ids
    assert {word for each in listed.values() for word in each.split(" or ")} == set(Severity)


def test_a_generated_cluster_has_findings_of_many_kinds() -> None:
    objects = generate_cluster(60, 200, 300, 100, 160, seed=3)
    kinds = {each.id for each in find_findings(parse_cluster(objects), Assumptions())}
    assert {"no-default-deny-ingress", "unrestricted-service", "rule-adds-nothing"} <= kinds
