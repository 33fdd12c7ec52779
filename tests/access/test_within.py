"""A reader of some namespaces: every answer is looked through for names that it must not hold."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.models import Scope
from apps.access.rules import RULES, Sees
from apps.reachability.queries import load_reach
from apps.snapshots.models import Snapshot
from tests.access.addresses import all_addresses, fill

ADDRESSES = all_addresses()
REST = "/api/v1/clusters/quay/snapshots/1/"
TOLD = ("allowed", "unrestricted", "partial", "unknown")


@pytest.fixture(params=["orders", "payments", "monitoring", "vacant"])
def own(request: pytest.FixtureRequest, quay: Snapshot, reviewer: User, client: Client) -> str:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=[request.param])
    client.force_login(reviewer)
    return str(request.param)


@pytest.fixture
def hidden(own: str, quay: Snapshot) -> set[str]:
    """Namespaces that no policy lets speak with the reader's."""
    reach = load_reach(quay)
    named = {own}
    for edge in reach.edges():
        ends = {edge.source, edge.target.partition("/")[0]}
        if own in ends and edge.verdict in TOLD:
            named |= ends
    return set(reach.namespaces) - named


def edges_told(client: Client, **asked: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = client.get(f"{REST}reach/", asked).json()["results"]
    return found


def check_nothing_named(client: Client, own: str, hidden: set[str]) -> None:
    """Of all that can be asked about the cluster."""
    questions = ["", f"?from={own}", f"?to={own}", f"?source={own}", f"?target={own}"]
    questions += [
        f"?focus={own}{more}" for more in ("", "&group=namespace", "&direction=from", f"&only={own}")
    ]
    asked = [name for name, path in ADDRESSES.items() if ":slug>" in path or RULES[name].sees is Sees.CHOSEN]
    for name in asked:
        for question in questions:
            answer = client.get(fill(name, ADDRESSES[name]) + question, follow=True)
            text = re.sub(r'(href|action|value|placeholder)="[^"]*"', "", answer.content.decode())
            told = [each for each in hidden if re.search(rf"(?<![\w-]){each}(?![\w-])", text)]
            assert told == [], (name, question)


def test_no_answer_names_what_is_hidden(own: str, hidden: set[str], client: Client) -> None:
    check_nothing_named(client, own, hidden)


def test_edges_are_those_from_and_into_it(own: str, quay: Snapshot, client: Client) -> None:
    expected = [
        (edge.source, edge.target, edge.port, edge.verdict)
        for edge in load_reach(quay).edges()
        if (edge.target.startswith(f"{own}/") and (edge.verdict in TOLD or edge.source == own))
        or (edge.source == own and edge.verdict in TOLD)
    ]

    told = edges_told(client)

    assert [(each["source"], each["target"], each["port"], each["verdict"]) for each in told] == expected


def test_nothing_is_counted_of_the_other_end(own: str, client: Client) -> None:
    for edge in edges_told(client):
        foreign_source = edge["source"] != own
        foreign = foreign_source or not str(edge["target"]).startswith(f"{own}/")
        assert (edge["pairs"] is None) == foreign
        assert (edge["dns"] is None) == foreign_source


def test_explanations_hold_ones_own_side(own: str, client: Client) -> None:
    for edge in edges_told(client):
        asked = {name: str(edge[name]) for name in ("source", "target", "port", "protocol")}
        told = client.get(f"{REST}explain/", asked).json()
        cited = [
            citation["namespace"]
            for side in (told["egress"], told["ingress"])
            if side
            for citation in (*side["citations"], *side["others"])
        ]
        assert set(cited) <= {own}
        if edge["pairs"] is None:
            assert told["groups"] == []
            assert (told["egress"] is None) or (told["ingress"] is None)


@pytest.mark.parametrize("query", ["q=env%3Dprod", "dns=blocked"])
def test_filters_do_not_tell(own: str, client: Client, query: str) -> None:
    assert client.get(f"{REST}reach/?{query}").status_code == 403


def test_what_is_hidden_and_what_is_not_there_are_the_same(
    own: str, hidden: set[str], client: Client
) -> None:
    def ask(name: str) -> list[tuple[int, str]]:
        answers = [
            client.get(f"{REST}reach/", {"source": name}),
            client.get(f"{REST}reach/", {"target": name}),
            client.get(f"{REST}explain/", {"source": name, "target": f"{own}/db", "port": "5432"}),
            client.get("/c/quay/s/1/explain", {"from": name, "to": f"{own}/db", "port": "5432/TCP"}),
            client.get("/c/quay/s/1/explain", {"from": own, "to": f"{name}/db"}),
            client.get("/c/quay/s/1/own", {"from": name}),
            client.get("/c/quay/s/1/own", {"to": f"{name}/db"}),
            client.get("/c/quay/s/1/own.svg", {"to": name}),
            client.get(f"{REST}graph/", {"focus": name}),
            client.get(f"{REST}graph/", {"focus": f"{name}/db"}),
            client.get(f"{REST}graph/", {"focus": own, "only": name}),
            client.get(f"{REST}graph/", {"focus": own, "only": name, "direction": "from"}),
            client.get("/c/quay/s/1/findings", {"namespace": name}),
        ]
        return [(each.status_code, _plain(each.content.decode(), name)) for each in answers]

    for name in hidden:
        assert ask(name) == ask("is-not-there"), name


def _plain(text: str, name: str) -> str:
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"|placeholder="[^"]*"', "", text)
    return re.sub(rf"(?<![\w-]){name}(?![\w-])", "NAME", text)


def test_lists_are_of_ones_own(own: str, client: Client) -> None:
    assert [each["name"] for each in client.get(f"{REST}namespaces/").json()["results"]] == [own]
    for listing in ("services", "policies"):
        found = client.get(f"{REST}{listing}/").json()
        assert {each["namespace"] for each in found["results"]} <= {own}
        assert found["count"] == len(found["results"])


def test_policies_of_others_are_not_there(own: str, quay: Snapshot, client: Client) -> None:
    from apps.snapshots.queries import list_policies

    for policy in list_policies(quay):
        status = client.get(f"{REST}policies/{policy.pk}/yaml").status_code
        assert status == (200 if policy.namespace == own else 404)


def test_the_way_leads_to_ones_own(own: str, client: Client) -> None:
    answer = client.get("/c/quay/", follow=True)

    assert answer.redirect_chain == [("/c/quay/s/1/own", 302)]
    assert "Your namespaces" in answer.content.decode()
