"""Two evaluators on purpose: `matrix` computes all pairs at once, `explain` reads the sentences for one.

They share no rule of policy, only values and parsing, so a fault in either shows here as a difference.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given

from apps.engine import assumptions_for, parse_cluster
from apps.engine.addresses import parse_address
from apps.engine.classes import FAMILIES
from apps.engine.explain import Explainer
from apps.engine.model import Assumptions, Direction, Endpoint, Verdict
from apps.engine.scene import Scene
from tests.engine.cases import FOLDERS, read_expected, read_objects
from tests.engine.strategies import OUTSIDE, PORTS, PROTOCOLS, Object, assumptions, clusters

# (party number, end point)
End = tuple[int, Endpoint]


def ends_of(scene: Scene) -> Iterator[End]:
    """Every pod of every party, and every address that the scene was asked about."""
    for number, party in enumerate(scene.parties):
        for member in party.members:
            for pod in member.pods:
                yield number, Endpoint(member.workload, pod)
        if not party.is_pod:
            yield number, Endpoint(address=scene.address_of(number))


def families_of(end: Endpoint) -> set[int]:
    """The families in which the end has an address; both where none is known yet."""
    texts = [end.address] if end.address else end.pod.addresses if end.pod else ()
    return {parse_address(text).family for text in texts} or set(FAMILIES)


def matrix_verdict(scene: Scene, source: End, target: End, port: int, protocol: str) -> Verdict:
    """What the matrix's rows say about one pair: over all families that both ends have (N26)."""
    verdicts = set()
    for family in families_of(source[1]) & families_of(target[1]):
        row = scene.matrix.row(target[0], protocol, port, family)
        sure, possible = source[0] in row.surely, source[0] in row.possibly
        verdicts.add(Verdict.ALLOWED if sure else Verdict.UNKNOWN if possible else Verdict.DENIED)
    if len(verdicts) > 1:
        return Verdict.UNKNOWN if Verdict.UNKNOWN in verdicts else Verdict.PARTIAL
    closed = source[0] in scene.matrix.closed(Direction.EGRESS) or target[0] in scene.matrix.closed(
        Direction.INGRESS
    )
    (verdict,) = verdicts
    return Verdict.UNRESTRICTED if verdict is Verdict.ALLOWED and not closed else verdict


def assert_agreement(objects: list[Object], under: Assumptions, ports: Collection[int]) -> None:
    """On every pair of the cluster that is one, on these ports."""
    cluster = parse_cluster(objects)
    scene, explainer = Scene(cluster, under, OUTSIDE), Explainer(cluster, under)
    for source, target in product(tuple(ends_of(scene)), repeat=2):
        if source[1].pod is target[1].pod or not families_of(source[1]) & families_of(target[1]):
            continue  # itself, or nothing to connect over: no pair
        for port, protocol in product(ports, PROTOCOLS):
            expected = explainer.explain(source[1], target[1], port, protocol)
            found = matrix_verdict(scene, source, target, port, protocol)
            assert found is expected.verdict, (source[1], target[1], port, protocol, expected)


@given(clusters(), assumptions)
def test_the_two_evaluators_agree_on_every_pair(objects: list[Object], assumed: dict[str, str]) -> None:
    assert not parse_cluster(objects).problems
    assert_agreement(objects, Assumptions(**assumed), PORTS)


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_they_agree_on_every_pair_of_a_case(folder: Path) -> None:
    expected = read_expected(folder)
    under = assumptions_for(expected.get("plugin", "generic"), expected.get("assume", {}))
    asked = {ask["port"] for ask in expected.get("asks", ()) if isinstance(ask.get("port"), int)}
    assert_agreement(read_objects(folder), under, asked | {80, 8080})
