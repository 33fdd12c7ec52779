"""Paths straight to pods, on any port: against a plain search over all connections of workloads."""

from __future__ import annotations

from collections.abc import Collection

from hypothesis import given
from hypothesis import strategies as st

from apps.engine import find_connections, find_paths, parse_cluster
from apps.engine.model import Assumptions, Verdict
from tests.engine.objects import Object
from tests.engine.service_strategies import services
from tests.engine.strategies import assumptions, clusters


def distances(start: str, pairs: Collection[tuple[str, str]], hops: int) -> dict[str, int]:
    """In how many hops each target is first reached; without the start."""
    found = {start: 0}
    for hop in range(1, hops + 1):
        reached = set(found)
        for source, target in pairs:
            if source in reached:
                found.setdefault(target, hop)
    return {target: hop for target, hop in found.items() if target != start}


@given(st.data(), clusters(), assumptions, st.integers(1, 3))
def test_workloads_on_any_port_are_those_to_which_connections_lead(
    data: st.DataObject, objects: list[Object], assumed: dict[str, str], hops: int
) -> None:
    """A Service leads to nothing that its pods' own ports do not."""
    cluster, under = parse_cluster(objects + data.draw(services(objects))), Assumptions(**assumed)
    whole = find_connections(cluster, under)
    workloads = set(whole.workloads)
    sure = {(each.source, each.target) for each in whole.connections}
    perhaps = sure | {pair for pair in whole.undecided if workloads.issuperset(pair)}
    for start in whole.workloads:
        found = find_paths(cluster, under, start, hops, any_port=True)
        possible = {key: (hop, Verdict.UNKNOWN) for key, hop in distances(start, perhaps, hops).items()}
        certain = {key: (hop, Verdict.ALLOWED) for key, hop in distances(start, sure, hops).items()}
        assert {path.target: (path.hops, path.certainty) for path in found.workloads} == possible | certain
