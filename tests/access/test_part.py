"""Graph, drawing and findings for a reader of some namespaces."""

from __future__ import annotations

from html import unescape
from typing import Any
from xml.etree import ElementTree

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.models import Scope
from apps.reachability.finding_ids import FINDING_IDS
from apps.reachability.part_findings import _TELL_OF_ONE
from apps.reachability.queries import findings_of, load_reach
from apps.snapshots.models import Snapshot
from tests.access.test_within import REST, TOLD, edges_told

__all__ = ["own"]

PAGE = "/c/quay/s/1/"


@pytest.fixture(params=["orders", "payments", "monitoring"])
def own(request: pytest.FixtureRequest, quay: Snapshot, reviewer: User, client: Client) -> str:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=[request.param])
    client.force_login(reviewer)
    return str(request.param)


def graph(client: Client, **asked: str) -> dict[str, Any]:
    answer = client.get(f"{REST}graph/", asked)
    assert answer.status_code == 200, answer.content
    assert answer["Cache-Control"] == "private, no-store"
    told: dict[str, Any] = answer.json()
    return told


def lines_of(told: dict[str, Any]) -> set[tuple[str, str, int, str]]:
    """The single edges of a graph that shows every verdict."""
    asked = [line["ask"] for line in told["edges"] if line["ask"]]
    return {(each["source"], each["target"], each["port"], each["protocol"]) for each in asked}


EVERY = ",".join((*TOLD, "denied", "empty"))


def test_the_graph_has_the_edges_that_are_told(own: str, client: Client) -> None:
    edges = [
        (str(each["source"]), str(each["target"]), each["port"], each["protocol"])
        for each in edges_told(client)
    ]
    into = graph(client, focus=own, show=EVERY)
    out_of = graph(client, focus=own, direction="from", show=EVERY)

    assert lines_of(into) == {each for each in edges if each[1].startswith(f"{own}/")}
    assert lines_of(out_of) == {each for each in edges if each[0] == own}


def test_of_another_namespace_only_its_name_is_drawn(own: str, client: Client) -> None:
    for direction in ("to", "from"):
        told = graph(client, focus=own, direction=direction, show=EVERY)
        for node in told["nodes"]:
            is_own = node["label"].partition("/")[0] == own
            assert (node["ingress"] is None) == (node["egress"] is None) == (not is_own), node
            assert bool(node["fact"]) == is_own, node
        for line in told["edges"]:
            is_both = line["ask"]["source"] == own and line["ask"]["target"].startswith(f"{own}/")
            assert (line["pairs"] is None) == (line["allowed_pairs"] is None) == (not is_both), line
            assert (line["dns"] is None) == (line["ask"]["source"] != own), line


def test_several_edges_in_one_line_are_those_that_are_told(own: str, quay: Snapshot, client: Client) -> None:
    told = graph(client, focus=own, direction="from", group="namespace", show=EVERY)
    edges = [each for each in edges_told(client) if each["source"] == own]
    for line in told["edges"]:
        home = line["target"].removeprefix("ns:")
        count = sum(str(each["target"]).startswith(f"{home}/") for each in edges)
        assert line["pairs"] == count or (count == 1 and line["label"].endswith(("/TCP", "/UDP")))
    counted = sum(told["meta"]["counts"].values())
    assert counted == len({str(each["target"]).partition("/")[0] for each in edges})


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"focus": "orders", "direction": "path"},
        {"focus": "orders", "q": "env=prod"},
        {"focus": "orders", "against": "1"},
    ],
)
def test_what_would_tell_of_others_is_refused(
    quay: Snapshot, reviewer: User, client: Client, asked: dict[str, str]
) -> None:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders"])
    client.force_login(reviewer)

    assert client.get(f"{REST}graph/", asked).status_code == 403


def test_the_page_draws_what_is_asked_for(own: str, client: Client) -> None:
    page = client.get(f"{PAGE}own", {"to": own}).content.decode()
    assert f'<img src="{PAGE}own.svg?ask=to&amp;to={own}"' in page

    picture = client.get(f"{PAGE}own.svg", {"to": own})

    assert picture["Content-Type"] == "image/svg+xml; charset=utf-8"
    ElementTree.fromstring(picture.content)
    drawn = graph(client, focus=own)
    for node in drawn["nodes"]:
        assert node["label"] in picture.content.decode()


def test_wrong_ends_are_named_by_their_field(own: str, client: Client) -> None:
    page = client.get(f"{PAGE}own", {"from": "ci", "to": "nowhere/db"}).content.decode()

    assert "You see no namespace ci." in page
    assert "You see no namespace or Service nowhere/db." in page
    assert "<img" not in page
    assert client.get(f"{PAGE}own.svg", {"to": "ci"}).status_code == 404


@pytest.mark.parametrize(
    "wrong", ["from=payments/db", "to=payments/", "to=payments/db/x", "to=/", "from=%00"]
)
def test_what_is_no_end_is_told_and_no_error(
    quay: Snapshot, reviewer: User, client: Client, wrong: str
) -> None:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["payments"])
    client.force_login(reviewer)

    assert "You see no namespace" in client.get(f"{PAGE}own?{wrong}").content.decode()
    assert client.get(f"{PAGE}own.svg?{wrong}").status_code == 404


def test_who_sees_all_is_led_to_the_whole(quay: Snapshot, reviewer: User, client: Client) -> None:
    client.force_login(reviewer)

    assert client.get(f"{PAGE}own.svg?to=payments/db")["Location"] == f"{PAGE}map.svg?to=payments/db"


def test_findings_are_those_of_ones_own(own: str, quay: Snapshot, client: Client) -> None:
    told = client.get(f"{REST}findings/").json()

    assert told["count"] == len(told["results"]) > 0
    for finding in told["results"]:
        named = finding["object"]
        assert own in (named["namespace"], named["name"])
        assert {place["namespace"] or place["name"] for place in finding["evidence"]} <= {own}
    everything = {finding.key: finding for finding in findings_of(quay)}
    assert all(everything[each["key"]].message == each["message"] for each in told["results"])
    page = client.get(f"{PAGE}findings").content.decode()
    assert page.count('class="finding"') == told["count"]
    assert f"{PAGE}namespaces/" not in page


def test_messages_name_only_what_is_told(own: str, quay: Snapshot, client: Client) -> None:
    named = {own} | {str(each["source"]) for each in edges_told(client)}
    named |= {str(each["target"]).partition("/")[0] for each in edges_told(client)}
    for finding in client.get(f"{REST}findings/").json()["results"]:
        words = f"{finding['message']} {finding['advice']}"
        assert [name for name in load_reach(quay).namespaces if name in words and name not in named] == []


def test_findings_that_are_told_exist() -> None:
    assert set(FINDING_IDS) >= _TELL_OF_ONE


def test_no_page_leads_where_one_may_not_go(own: str, client: Client) -> None:
    edge = edges_told(client)[0]
    proof = f"explain?from={edge['source']}&to={edge['target']}&port={edge['port']}/{edge['protocol']}"
    for address in ("own", f"own?to={own}", "findings", proof):
        page = client.get(f"{PAGE}{address}").content.decode()
        links = {unescape(part.split('"')[0]) for part in page.split('href="')[1:]}
        inner = [link for link in links if not link.startswith(("#", "/static/"))]
        assert f"{PAGE}findings" in inner
        for link in inner:
            base = f"{PAGE}{address.partition('?')[0]}" if link.startswith("?") else ""
            assert client.get(base + link).status_code in (200, 302), (address, link)


def test_what_an_edge_was_before_is_not_told(own: str, quay: Snapshot, client: Client) -> None:
    """Then it may have been denied, and the other end nobody that one was told of."""
    edge = edges_told(client)[0]
    asked = {"from": edge["source"], "to": edge["target"], "port": f"{edge['port']}/{edge['protocol']}"}

    assert "<h3>History</h3>" not in client.get(f"{PAGE}explain", asked).content.decode()
    Scope.objects.all().delete()
    assert "<h3>History</h3>" in client.get(f"{PAGE}explain", asked).content.decode()
