"""The newest snapshot of each cluster is worked out in advance."""

from __future__ import annotations

import pytest

from apps.engine.model import Namespace
from apps.reachability import warm
from apps.snapshots import queries
from apps.snapshots.models import Snapshot
from tests.reachability.stored import deny_all, store_harbour, store_harbour_again


@pytest.mark.django_db
def test_the_newest_snapshot_is_read_before_it_is_asked_about(monkeypatch: pytest.MonkeyPatch) -> None:
    cluster = store_harbour().cluster
    # Contents that no other test has read in this process.
    first = store_harbour_again(cluster, extra=[deny_all("orders", "first-of-warm")])
    second = store_harbour_again(cluster, extra=[deny_all("orders", "second-of-warm")])
    Snapshot.objects.create(cluster=cluster, number=4, state=Snapshot.State.FAILED)
    assert warm.warm_newest() == [second]

    def read_again(*_: object) -> list[Namespace]:
        raise AssertionError("read a second time")

    monkeypatch.setattr(queries, "load_objects", read_again)
    assert queries.load_cluster(second).namespaces
    with pytest.raises(AssertionError, match="second time"):
        queries.load_cluster(first)


def test_a_process_has_one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[str] = []
    monkeypatch.setattr(warm, "_started_in", 0)
    monkeypatch.setattr(warm.threading.Thread, "start", lambda thread: started.append(thread.name))
    warm.keep_warm()
    warm.keep_warm()
    assert started == ["warm"]
