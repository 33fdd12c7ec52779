"""What leads out of a reader's namespaces, and what is told of a whole cluster, tells nothing of others."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from apps.access.models import ApiToken, Scope
from apps.access.roles import Role, give_role
from apps.reachability.queries import load_reach
from apps.reachability.take import snapshot_from_reading
from apps.review.models import AcceptedException, Review, StoredGuardrail
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.access.addresses import all_addresses, fill
from tests.access.test_within import REST, check_nothing_named
from tests.web.quay import FILE

ASTRAY = Path(__file__).with_name("astray.yaml")


@pytest.fixture
def quay(db: None) -> Snapshot:
    reading = read_bytes("astray.yaml", FILE.read_bytes() + b"---\n" + ASTRAY.read_bytes())
    assert not reading.problems, reading.problems
    snapshot = snapshot_from_reading(add_cluster(name="Quay", source=Cluster.Source.MANIFESTS), reading)
    snapshot.coverage |= {
        "unread": [
            {
                "kind": "AuthorizationPolicy",
                "namespace": "vault",
                "name": "safe",
                "reason": "is not evaluated",
                "touches": "vault",
                "directions": ["ingress"],
                "only_restricts": True,
            }
        ],
        "problems": ["NetworkPolicy/vault/odd: spec.ingress[0] is no rule"],
    }
    snapshot.save()
    return snapshot


@pytest.fixture
def own(quay: Snapshot, reviewer: User, client: Client) -> str:
    """A reviewer of orders, as somebody who may write has more addresses to ask."""
    give_role(reviewer, Role.REVIEWER)
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders"])
    client.force_login(reviewer)
    return "orders"


def test_it_leads_astray(quay: Snapshot) -> None:
    """Without which the tests below would show nothing."""
    ports = {port.target: [key for key, _ in port.backends] for port in load_reach(quay).ports}
    assert ports["orders/probe"] == ports["orders/alias"] == ["vault/Pod/safe"]
    assert "orders/blind" in ports


def test_no_answer_names_where_it_leads(own: str, client: Client) -> None:
    check_nothing_named(client, own, {"vault", "AuthorizationPolicy"})


def test_an_alias_of_what_is_hidden_is_as_one_of_nothing(own: str, client: Client) -> None:
    def ask(name: str) -> list[tuple[int, str]]:
        services = client.get(f"{REST}services/").json()["results"]
        (listed,) = [str(each) for each in services if each["name"] == name]
        target = f"orders/{name}"
        answers = [
            client.get(f"{REST}reach/", {"target": target}),
            client.get(f"{REST}graph/", {"focus": target}),
            client.get(f"{REST}graph/", {"focus": target, "port": "8200"}),
            client.get(f"{REST}explain/", {"source": own, "target": target, "port": "8200"}),
            client.get("/c/quay/s/1/own", {"to": target}),
            client.get("/c/quay/s/1/own.svg", {"to": target}),
            client.get("/c/quay/s/1/explain", {"from": own, "to": target, "port": "8200/TCP"}),
        ]
        told = [(200, listed), *((each.status_code, each.content.decode()) for each in answers)]
        hidden = re.compile(rf'{name}|name="csrfmiddlewaretoken" value="\w+"')
        return [(status, hidden.sub("", text)) for status, text in told]

    assert ask("alias") == ask("loose") == ask("blind")


def test_a_reviewer_of_a_part_decides_nothing(own: str, client: Client) -> None:
    edge = {"source": own, "target": "payments/db", "port": 5432, "protocol": "TCP"}
    body = {
        "cluster": "quay",
        "edges": [edge],
        "reason": "x",
        "until": "2999-01-01",
        "guardrails": [],
        "namespace": own,
    }
    for name, pattern in all_addresses().items():
        if ":slug>" not in pattern and "api:" not in name:
            continue
        for ask in (client.post, client.delete):
            answer = ask(fill(name, pattern), body, "application/json")
            if name.startswith("api:"):
                assert 400 <= answer.status_code < 500, (name, ask, answer.status_code)
            assert "vault" not in answer.content.decode(), name
    for model in (AcceptedException, Review, StoredGuardrail):
        assert not model.objects.exists()
    assert (Cluster.objects.count(), Snapshot.objects.count()) == (1, 1)


def test_what_is_counted_of_all_is_not_told(own: str, quay: Snapshot, client: Client) -> None:
    page = client.get("/?all=1").content.decode()
    assert "namespaces ·" not in page
    assert "Not all of this cluster could be read." in client.get("/c/quay/s/1/own").content.decode()
    Scope.objects.all().delete()
    assert f"{quay.counts['namespaces']} namespaces ·" in client.get("/?all=1").content.decode()


def test_a_token_cannot_be_used_to_ask_what_clusters_there_are(own: str, client: Client) -> None:
    add_cluster(name="Secret", source=Cluster.Source.MANIFESTS)

    def ask(slug: str) -> str:
        form = {"name": "ci", "role": "viewer", "days": "7", "scopes": slug}
        page: str = client.post(reverse("tokens"), form).content.decode()
        return re.sub(rf'{slug}|name="csrfmiddlewaretoken" value="\w+"', "", page)

    assert ask("secret") == ask("nowhere")
    assert not ApiToken.objects.exists()
