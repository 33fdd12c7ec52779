"""Lists in pages, and what is asked again: expired tokens, 429, 5xx, broken answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from tests.fakes.kube_api import CHUNK, Fault, KubeApi
from tests.fakes.kube_objects import namespace, pod
from tests.fakes.kube_reading import Reader, names, unread

PODS = "/api/v1/pods"


def _many(count: int = 1100) -> KubeApi:
    return KubeApi([namespace("shop"), *(pod("shop", f"web-{number:04}") for number in range(count))])


def test_pages_are_asked_for_with_limit_and_continue() -> None:
    with _many() as api:
        reading = Reader().read(api)
    asked = [each.query for each in api.asked if each.path == PODS]
    assert [each["limit"] for each in asked] == ["500"] * 3
    assert ["continue" in each for each in asked] == [False, True, True]
    assert names(reading, "Pod") == [f"shop/web-{number:04}" for number in range(1100)]


def test_an_expired_list_is_read_from_the_start() -> None:
    with _many() as api:
        api.faults[PODS] = Fault(status=410, times=1, continued=True)
        reading = Reader().read(api)
    asked = [each.query for each in api.asked if each.path == PODS]
    assert ["continue" in each for each in asked] == [False, True, False, True, True]
    assert names(reading, "Pod") == [f"shop/web-{number:04}" for number in range(1100)]
    assert reading.unread == []


def test_a_list_that_always_expires_is_given_up() -> None:
    with _many(600) as api:
        api.faults[PODS] = Fault(status=410, continued=True)
        reading = Reader().read(api)
    assert "expired 4 times" in unread(reading)["Pod"]
    assert names(reading, "Pod") == []
    assert len([path for path in api.paths if path == PODS]) == 8


def test_a_list_that_offers_the_same_page_for_ever_is_given_up() -> None:
    page = b'{"kind":"PodList","items":[],"metadata":{"continue":"again"}}'
    with _many(1) as api:
        api.faults[PODS] = Fault(garbage=page)
        reading = Reader().read(api)
    assert "does not get on" in unread(reading)["Pod"]


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_server_is_asked_again_with_growing_pauses(status: int) -> None:
    reader = Reader()
    with _many(1) as api:
        api.faults[PODS] = Fault(status=status, times=3)
        reading = reader.read(api)
    assert (names(reading, "Pod"), reading.unread) == (["shop/web-0000"], [])
    stretched = [wait / least for wait, least in zip(reader.waits, (0.5, 1.0, 2.0), strict=True)]
    assert all(1 <= each <= 1.25 for each in stretched)
    assert len(set(stretched)) == 3  # by chance, so that two readers do not march in step


def test_the_pause_that_the_server_asks_for_is_kept() -> None:
    reader = Reader()
    in_twenty = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    with _many(1) as api:
        for path, value in ((PODS, "7"), ("/api/v1/services", in_twenty), ("/api/v1/nodes", "3600")):
            api.faults[path] = Fault(status=429, headers=(("Retry-After", value),), times=1)
        reader.read(api)
    nodes, services, pods = reader.waits
    assert 30 <= nodes <= 1.25 * 30  # no longer than we are patient
    assert 5 <= services <= 1.25 * 20  # some of it passed before the server was asked
    assert 7 <= pods <= 1.25 * 7


ENDLESS = "Mon, 09 Nov 99999999999 00:00:00 GMT"


@pytest.mark.parametrize("value", ["soon", "-1", "", "99999999999999999999999999 GMT", ENDLESS])
def test_a_pause_that_cannot_be_read_is_ours_to_choose(value: str) -> None:
    reader = Reader()
    with _many(1) as api:
        api.faults[PODS] = Fault(status=429, headers=(("Retry-After", value),), times=1)
        reader.read(api)
    assert 0.5 <= reader.waits[0] <= 0.625


def test_a_server_that_stays_busy_makes_the_reading_partial() -> None:
    reader = Reader()
    with _many(1) as api:
        api.faults[PODS] = Fault(status=500, message="etcd is away")
        reading = reader.read(api)
    assert unread(reading) == {"Pod": "not readable: HTTP 500 (etcd is away)"}
    assert names(reading, "Namespace") == ["shop"]
    assert len([path for path in api.paths if path == PODS]) == 4


def test_what_is_forbidden_is_asked_once() -> None:
    reader = Reader()
    with _many(1) as api:
        api.faults[PODS] = Fault(status=403)
        reader.read(api)
    assert (api.paths.count(PODS), reader.waits) == (1, [])


@pytest.mark.parametrize(
    "fault", [Fault(cut=500, times=2), Fault(reset=True, times=2), Fault(garbage=b"<html>", times=2)]
)
def test_an_answer_that_breaks_is_asked_for_again(fault: Fault) -> None:
    with _many() as api:
        api.faults[PODS] = fault
        reading = Reader().read(api)
    assert len(names(reading, "Pod")) == 1100
    assert reading.unread == []


# In the middle of a chunk's length, of a chunk, of its end, and between two chunks (RFC 9112, 7.1).
@pytest.mark.parametrize("cut", [0, 3, 100, 6 + CHUNK, 6 + CHUNK + 1, 6 + CHUNK + 2, 6 + CHUNK + 5])
def test_an_answer_that_always_breaks_off_makes_the_reading_partial(cut: int) -> None:
    with _many(20) as api:
        api.faults[PODS] = Fault(cut=cut)
        reading = Reader().read(api)
    assert unread(reading) == {"Pod": "not readable: the answer breaks off at every try"}
    assert names(reading, "Namespace") == ["shop"]


def test_a_short_answer_that_always_breaks_off() -> None:
    with _many(1) as api:
        api.faults["/api/v1/services"] = Fault(cut=20)
        reading = Reader().read(api)
    assert unread(reading) == {"Service": "not readable: the answer breaks off at every try"}


def test_a_long_message_is_cut() -> None:
    with _many(1) as api:
        api.faults[PODS] = Fault(status=403, message="x" * 5000)
        reading = Reader().read(api)
    assert len(unread(reading)["Pod"]) < 350
