"""Tokens: hashed, with an end, and never more than they say."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from apps.access.models import ApiToken, Scope
from apps.access.roles import Role, give_role
from apps.snapshots.models import Cluster

CLUSTERS = "/api/v1/clusters/"


def bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def test_only_the_hash_is_stored(reviewer: User) -> None:
    stored, token = ApiToken.objects.create(reviewer, name="ci")

    told = [str(getattr(stored, field.attname)) for field in ApiToken._meta.concrete_fields]
    assert token not in told
    assert token[4:] not in "".join(told)


def test_it_ends(reviewer: User, client: Client) -> None:
    _, token = ApiToken.objects.create(reviewer, name="ci")
    assert client.get(CLUSTERS, headers=bearing(token)).status_code == 200

    ApiToken.objects.update(expiry=timezone.now() - timedelta(seconds=1))

    assert client.get(CLUSTERS, headers=bearing(token)).status_code == 401


@pytest.mark.parametrize(("role", "status"), [(Role.VIEWER, 403), (Role.ADMINISTRATOR, 201)])
def test_its_role_caps_its_users(reviewer: User, client: Client, role: Role, status: int) -> None:
    give_role(reviewer, Role.ADMINISTRATOR)
    _, token = ApiToken.objects.create(reviewer, name="ci", role=role)

    answer = client.post(
        CLUSTERS, {"name": "New", "source": "manifests"}, "application/json", headers=bearing(token)
    )

    assert answer.status_code == status
    assert Cluster.objects.count() == (status == 201)


@pytest.mark.django_db
def test_what_is_no_text_is_no_token(client: Client) -> None:
    assert client.get(CLUSTERS, headers=bearing("ptl_\xff\x00")).status_code == 401


def test_what_changes_holds_at_once(reviewer: User, client: Client) -> None:
    cluster = Cluster.objects.create(slug="prod", name="Prod")
    stored, token = ApiToken.objects.create(reviewer, name="ci")

    def seen() -> int:
        return client.get(f"{CLUSTERS}prod/", headers=bearing(token)).status_code

    assert seen() == 200
    scope = Scope.objects.create(user=reviewer, cluster=cluster, namespaces=["payments"])
    assert seen() == 403
    scope.delete()
    assert seen() == 200
    ApiToken.objects.update(clusters={"dev": []})
    assert seen() == 404
    ApiToken.objects.update(clusters={})
    User.objects.update(is_active=False)
    assert seen() == 401
    User.objects.update(is_active=True)
    assert seen() == 200
    stored.delete()
    assert seen() == 401


@pytest.mark.parametrize("header", ["Token {}", "Token\t{}", "tOKEN \t {}", "Token\x0b{}", " Token {}"])
def test_the_gate_knows_it_however_it_is_written(reviewer: User, client: Client, header: str) -> None:
    Cluster.objects.create(slug="prod", name="Prod")
    _, token = ApiToken.objects.create(reviewer, name="ci", clusters={"prod": ["payments"]})

    answer = client.get(f"{CLUSTERS}prod/", headers={"Authorization": header.format(token)})

    assert answer.status_code == 403


def test_its_user_caps_it(reviewer: User, client: Client) -> None:
    _, token = ApiToken.objects.create(reviewer, name="ci", role=Role.ADMINISTRATOR)

    answer = client.post(
        CLUSTERS, {"name": "New", "source": "manifests"}, "application/json", headers=bearing(token)
    )

    assert answer.status_code == 403


def test_it_does_not_open_pages_with_a_wrong_one(reviewer: User, client: Client) -> None:
    answer = client.get("/", headers=bearing("ptl_0000"))

    assert answer["Location"].startswith("/login/")
