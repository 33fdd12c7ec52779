"""A difference out of stored rows is the one that the engine computes out of the objects."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from apps.engine import ReachDiff, assumptions_for, compare_reach, compute_reach, parse_cluster
from apps.reachability.analyse import store_reach
from apps.reachability.history.outcomes import compare_stored
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.engine.edits import edited_clusters

ASSUMED = assumptions_for("", {})


def told(diff: ReachDiff) -> tuple[object, ...]:
    edges = [
        (each.source, each.target, each.port, each.protocol, each.kind, each.before, each.after)
        for each in diff.edges()
    ]
    return diff.counts, diff.dns, edges


class TestCompareStored(TestCase):
    @settings(suppress_health_check=list(HealthCheck), deadline=None)
    @given(st.lists(edited_clusters(), min_size=1, max_size=2))
    def test_equals_what_the_engine_computes(self, pairs: list[tuple[object, object]]) -> None:
        """Between any two of up to four snapshots, forwards and backwards."""
        worlds = [parse_cluster(objects) for pair in pairs for objects in pair]
        cluster = add_cluster(name="Random", source=Cluster.Source.MANIFESTS)
        for number, world in enumerate(worlds, 1):
            snapshot = Snapshot.objects.create(cluster=cluster, number=number, state=Snapshot.State.COMPLETE)
            store_reach(snapshot, compute_reach(world, ASSUMED))

        for before, old in enumerate(worlds, 1):
            for after, new in enumerate(worlds, 1):
                found = compare_stored(cluster.pk, before, after)
                assert told(found) == told(compare_reach(old, new, ASSUMED))
                assert (found.causes, found.changes) == ((), ())


pytestmark = pytest.mark.django_db
