"""Scopes: what a limited reader is told, and what it is not."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.test import Client

from apps.access.models import ApiToken, Scope
from apps.access.roles import Role, give_role
from apps.access.rules import RULES, STRICTEST, Sees
from apps.access.scope_text import write_sight
from apps.access.sight import Names, sight_of
from apps.snapshots.clusters import remove_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.access.addresses import all_addresses, fill

ADDRESSES = all_addresses()
OF_CLUSTERS = sorted(name for name, path in ADDRESSES.items() if ":slug>" in path)
WHOLE = [name for name in OF_CLUSTERS if RULES.get(name, STRICTEST).sees is Sees.WHOLE]
EXPLAIN = "/api/v1/clusters/quay/snapshots/1/explain/"


@pytest.fixture
def limited(quay: Snapshot, reviewer: AbstractBaseUser, client: Client) -> Client:
    """Sees `orders` of quay, and nothing else."""
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders"])
    client.force_login(reviewer)
    return client


@pytest.mark.parametrize("name", OF_CLUSTERS)
def test_another_cluster_is_as_if_it_were_not(
    quay: Snapshot, reviewer: AbstractBaseUser, client: Client, name: str
) -> None:
    other = Cluster.objects.create(slug="other", name="Other")
    Scope.objects.create(user=reviewer, cluster=other)
    client.force_login(reviewer)

    hidden = client.get(fill(name, ADDRESSES[name]))

    assert hidden.status_code == 404
    assert "There is no cluster quay." in hidden.content.decode()


@pytest.mark.parametrize("name", WHOLE)
def test_a_part_of_a_cluster_is_not_the_whole(limited: Client, name: str) -> None:
    assert limited.get(fill(name, ADDRESSES[name])).status_code == 403


def test_lists_hold_what_is_seen(limited: Client) -> None:
    Cluster.objects.create(slug="other", name="Other")

    listed = limited.get("/api/v1/clusters/").json()["results"]
    assert [each["slug"] for each in listed] == ["quay"]
    assert "Other" not in limited.get("/?all=1").content.decode()


def test_an_edge_is_told_at_either_end(limited: Client) -> None:
    for source, target, status in (
        ("orders", "payments/db", 200),
        ("payments", "payments/db", 404),
        ("orders-not", "payments/db", 404),
    ):
        asked = {"source": source, "target": target, "port": 5432}
        assert limited.get(EXPLAIN, asked).status_code == status, source


def test_scopes_of_groups_add_up(quay: Snapshot, reviewer: User) -> None:
    team = Group.objects.create(name="team")
    reviewer.groups.add(team)
    Scope.objects.create(group=team, cluster=quay.cluster, namespaces=["team-*"])
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders"])

    names = sight_of(reviewer).names_in("quay")

    assert names is not None
    assert [name for name in ("team-a", "orders", "payments") if name in names] == ["team-a", "orders"]


def test_a_token_never_sees_more_than_its_user(quay: Snapshot, reviewer: User, client: Client) -> None:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders", "storefront"])
    stored, token = ApiToken.objects.create(
        reviewer, name="ci", clusters={"quay": ["orders", "payments"], "elsewhere": []}
    )
    reviewer.token = stored

    assert sight_of(reviewer).by_slug == {"quay": Names((("orders", "storefront"), ("orders", "payments")))}
    headers = {"Authorization": f"Token {token}"}
    for source, status in (("orders", 200), ("payments", 404)):
        asked = {"source": source, "target": "payments/db", "port": 5432}
        assert client.get(EXPLAIN, asked, headers=headers).status_code == status, source


def test_administrators_have_no_limits(quay: Snapshot, reviewer: User) -> None:
    Scope.objects.create(user=reviewer, cluster=quay.cluster, namespaces=["orders"])
    give_role(reviewer, Role.ADMINISTRATOR)

    assert sight_of(reviewer).by_slug is None


def test_without_scopes_everything_or_nothing(
    quay: Snapshot, reviewer: User, client: Client, settings: Any
) -> None:
    client.force_login(reviewer)
    assert "Quay" in client.get("/?all=1").content.decode()

    settings.SCOPES_REQUIRED = True
    assert "There is no cluster that you may see." in client.get("/?all=1").content.decode()
    assert client.get("/api/v1/clusters/").json()["results"] == []
    assert client.get("/api/v1/clusters/quay/").status_code == 404

    Scope.objects.create(user=reviewer, cluster=quay.cluster)
    assert client.get("/api/v1/clusters/quay/").status_code == 200


def test_what_is_seen_as_people_write_it(quay: Snapshot, reviewer: User) -> None:
    """Of two groups that see the same, it stands once; what a token cuts is not told as if it were added."""
    for name in ("team-a", "team-b"):
        group = Group.objects.create(name=name)
        Scope.objects.create(group=group, cluster=quay.cluster, namespaces=["orders", name])
        reviewer.groups.add(group)
    token, _ = ApiToken.objects.create(reviewer, name="ci", clusters={"quay": ["payments"]})

    assert write_sight(sight_of(reviewer)) == "quay orders team-a team-b"
    by_token = User.objects.get(pk=reviewer.pk)
    by_token.token = token  # type: ignore[attr-defined]
    with pytest.raises(ValueError, match="unpack"):
        write_sight(sight_of(by_token))


def test_an_administrators_weak_token_sees_what_the_administrator_sees(
    quay: Snapshot, reviewer: User, client: Client, settings: Any
) -> None:
    settings.SCOPES_REQUIRED = True
    give_role(reviewer, Role.ADMINISTRATOR)
    _, token = ApiToken.objects.create(reviewer, name="ci", role=Role.VIEWER)

    answer = client.get("/api/v1/clusters/quay/", headers={"Authorization": f"Token {token}"})

    assert answer.status_code == 200


@pytest.mark.parametrize("by_group", [False, True])
def test_a_limit_outlives_its_cluster(quay: Snapshot, reviewer: User, client: Client, by_group: bool) -> None:
    group = Group.objects.create(name="team-a")
    reviewer.groups.add(group)
    whose: dict[str, Any] = {"group": group} if by_group else {"user": reviewer}
    old = Cluster.objects.create(slug="old", name="Old")
    Scope.objects.create(cluster=old, namespaces=["orders"], **whose)

    remove_cluster(old)

    client.force_login(reviewer)
    assert client.get("/api/v1/clusters/").json()["results"] == []
    assert client.get("/api/v1/clusters/quay/").status_code == 404
