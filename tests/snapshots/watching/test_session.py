"""A session tells of every change that is stored, once the server has told it, however the line behaves."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from apps.snapshots.asking import ListExpired, NotReadable
from apps.snapshots.live import Access
from apps.snapshots.paging import Resource, decode_objects
from apps.snapshots.watching.events import read_events
from apps.snapshots.watching.session import Session
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_objects import namespace, pod, policy

KINDS = {"Namespace", "Node", "Service", "EndpointSlice", "NetworkPolicy", "Pod"}


class Told:
    """A running session and what it told of."""

    def __init__(self, api: KubeApi) -> None:
        self.counts: Counter[str] = Counter()
        self.session = Session("shop", Access(kubeconfig=api.kubeconfig(), trusted=True), self.note)

    def note(self, resource: Resource) -> None:
        self.counts[resource.kind] += 1

    def after(self, deed: Callable[[], Any]) -> Counter[str]:
        """What was told in consequence of `deed`; waits for the first, and a little for more."""
        before = self.counts.copy()
        deed()
        wait_for(lambda: self.counts != before)
        time.sleep(0.3)
        return self.counts - before


def wait_for(condition: Callable[[], Any], seconds: float = 120.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)


@pytest.fixture
def told(kube_api: KubeApi) -> Iterator[Told]:
    found = Told(kube_api)
    found.session.start()
    wait_for(lambda: found.counts.keys() >= KINDS)
    time.sleep(0.2)
    yield found
    found.session.stop()


def test_the_first_lists_tell_once(told: Told) -> None:
    assert told.counts == dict.fromkeys(KINDS, 1)
    assert told.session.trouble == ""


def test_what_comes_changes_and_goes_is_told(told: Told, kube_api: KubeApi) -> None:
    store = kube_api.store
    assert told.after(lambda: store.add(policy("lab", "open"))) == {"NetworkPolicy": 1}
    changed = policy("lab", "open")
    changed["spec"]["policyTypes"] = ["Egress"]
    assert told.after(lambda: store.add(changed)) == {"NetworkPolicy": 1}
    assert told.after(lambda: store.remove("NetworkPolicy", "lab", "open")) == {"NetworkPolicy": 1}
    assert told.after(lambda: store.add(pod("lab", "two", number=9))) == {"Pod": 1}


def test_what_is_not_stored_is_not_told(told: Told, kube_api: KubeApi) -> None:
    before = told.counts.copy()
    body = namespace("lab")
    body["metadata"]["annotations"] = {"touched": "now"}
    body["metadata"]["managedFields"] = [{"manager": "kubectl"}]
    kube_api.store.add(body)
    assert told.after(lambda: kube_api.store.add(namespace("new"))) == {"Namespace": 1}
    assert told.counts - before == {"Namespace": 1}


def test_an_expired_watch_falls_back_to_a_list(told: Told, kube_api: KubeApi) -> None:
    store = kube_api.store

    def unseen() -> None:
        kube_api.faults["/apis/networking.k8s.io/v1/networkpolicies"] = Fault(status=503)
        kube_api.cut_watches()
        time.sleep(0.2)
        store.add(policy("lab", "open"))
        store.forget()  # the event is gone before anybody saw it
        kube_api.faults.clear()

    assert told.after(unseen) == {"NetworkPolicy": 1}
    assert told.after(lambda: store.remove("NetworkPolicy", "lab", "open")) == {"NetworkPolicy": 1}


def test_a_hundred_losses_at_random_moments_lose_no_change(told: Told, kube_api: KubeApi) -> None:
    """After each change the counter of its kind must move; connections break before, at and after it."""
    rng, store = random.Random(7), kube_api.store
    for number in range(100):
        before = told.counts["NetworkPolicy"]
        moments = [
            kube_api.cut_watches,
            lambda number=number: store.add(policy("lab", f"p{number}")),
            lambda: time.sleep(rng.random() * 0.05),
        ]
        if number % 10 == 0:
            moments.append(store.forget)
        rng.shuffle(moments)
        for moment in moments:
            moment()
        wait_for(lambda before=before: told.counts["NetworkPolicy"] > before)
    assert kube_api.cuts == 100


def test_what_may_not_be_watched_is_named_and_the_rest_followed(shop: list[Any]) -> None:
    with KubeApi(shop, token="t0ken") as api:
        api.faults["/api/v1/pods"] = Fault(status=403, message="pods is forbidden")
        told = Told(api)
        told.session.start()
        wait_for(lambda: told.counts.keys() >= KINDS - {"Pod"} and told.session.trouble)
        assert told.session.trouble == "pods: HTTP 403 (pods is forbidden)"
        told.session.stop()


def test_a_cluster_that_is_away_is_followed_when_it_is_back(shop: list[Any]) -> None:
    with KubeApi(shop, token="t0ken") as api:
        api.faults["*"] = Fault(status=401)
        told = Told(api)
        told.session.start()
        wait_for(lambda: told.session.trouble)
        assert "401" in told.session.trouble
        api.faults.clear()
        wait_for(lambda: told.counts.keys() >= KINDS)
        wait_for(lambda: told.session.trouble == "")
        told.session.stop()


def test_kinds_that_come_later_are_followed_once(shop: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.snapshots.watching.session.REDISCOVER", 0.2)
    with KubeApi(shop, token="t0ken") as api:
        told = Told(api)
        told.session.start()
        wait_for(lambda: told.counts.keys() >= KINDS)
        api.faults["/apis"] = Fault(status=401)  # looking for more fails, and stops nothing
        wait_for(lambda: "401" in told.session.trouble)
        assert told.after(lambda: api.store.add(policy("lab", "open"))) == {"NetworkPolicy": 1}
        told.session.stop()
    with KubeApi(shop, token="t0ken") as api:
        told = Told(api)
        told.session.start()
        wait_for(lambda: told.counts.keys() >= KINDS)
        api.store.add(cilium("lab", "open"))
        wait_for(lambda: told.counts["CiliumNetworkPolicy"])
        time.sleep(0.5)  # it is looked for again twice
        assert told.after(lambda: api.store.add(cilium("lab", "other"))) == {"CiliumNetworkPolicy": 1}
        told.session.stop()


def cilium(space: str, name: str) -> dict[str, Any]:
    meta = {"namespace": space, "name": name}
    return {"apiVersion": "cilium.io/v2", "kind": "CiliumNetworkPolicy", "metadata": meta, "spec": {}}


def test_nothing_is_told_after_the_end(told: Told, kube_api: KubeApi) -> None:
    told.session.stop()
    before = told.counts.copy()
    kube_api.store.add(policy("lab", "open"))
    time.sleep(0.5)
    assert told.counts == before


def test_events_may_break_anywhere() -> None:
    line = b'{"type":"ADDED","object":{"metadata":{"name":"a","resourceVersion":"7"}}}\n'
    for size in (1, 7, len(line)):
        pieces = [line[start : start + size] for start in range(0, len(line), size)]
        (seen,) = read_events(pieces, decode_objects)
        assert (seen.version, seen.is_gone) == ("7", False)
    assert list(read_events([line[:-1]], decode_objects)) == []  # half of an event is none


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (b'{"type":"ERROR","object":{"code":410,"message":"too old"}}\n', ListExpired),
        (b'{"type":"ERROR","object":{"code":500}}\n', NotReadable),
        (b"<html>\n", NotReadable),
        (b'{"kind":"Status"}\n', NotReadable),
    ],
)
def test_what_is_no_event_is_an_error(line: bytes, error: type[Exception]) -> None:
    with pytest.raises(error):
        list(read_events([line], decode_objects))
