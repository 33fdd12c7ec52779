"""A token with limits for somebody without: an administrator of its clusters, and of nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone

from apps.access.models import ApiToken, Role
from apps.access.roles import give_role
from apps.access.rules import RULES, Sees
from apps.reports.models import Schedule
from apps.review.accept import accept_edges
from apps.snapshots.models import Cluster, Snapshot
from tests.access.addresses import all_addresses, fill
from tests.review.stored import OPENED, WEB, guardrail, save, store

ADDRESSES = all_addresses()
OF_ALL = sorted(name for name, rule in RULES.items() if rule.sees is Sees.ALL)
SCHEDULES = "/api/v1/report-schedules/"
OPTIONS = {"kind": "full", "paper": "a4", "format": "csv", "namespaces": [], "guardrail": "", "against": None}


@pytest.fixture
def limited(quay: Snapshot, reviewer: User, client: Client) -> Client:
    """Bears a token that sees quay alone, as an administrator."""
    give_role(reviewer, Role.ADMINISTRATOR)
    _, token = ApiToken.objects.create(reviewer, name="ci", role=Role.ADMINISTRATOR, clusters={"quay": []})
    client.defaults["HTTP_AUTHORIZATION"] = f"Token {token}"
    return client


@pytest.fixture
def bay(db: None) -> Cluster:
    """Another cluster, about which something was decided."""
    snapshot = store(None, OPENED)
    save(snapshot.cluster, guardrail())
    until = timezone.now() + timedelta(days=3)
    accept_edges(snapshot, [WEB], reason="a trial", until=until, by="ann")
    return snapshot.cluster


def test_it_administers_its_cluster(limited: Client) -> None:
    changed = limited.patch("/api/v1/clusters/quay/", {"name": "New"}, content_type="application/json")
    assert changed.status_code == 200


@pytest.mark.parametrize("name", [*OF_ALL, "tokens"])
def test_what_is_about_all_clusters_is_not_its(limited: Client, name: str) -> None:
    assert limited.get(fill(name, ADDRESSES[name])).status_code == 403


def test_it_makes_nobody_who_sees_more(limited: Client) -> None:
    person = {"username": "eve", "password1": "a long password", "password2": "a long password"}
    assert limited.post("/people/", person | {"role": "administrator"}).status_code == 403
    assert limited.post("/tokens/", {"name": "more", "role": "administrator", "days": 9}).status_code == 403
    assert User.objects.count() == ApiToken.objects.count() == 1


def test_it_ends_no_other_token(limited: Client, reviewer: User) -> None:
    other, _ = ApiToken.objects.create(reviewer, name="other")

    assert limited.post(f"/tokens/{other.token_key}/end").status_code == 403
    assert ApiToken.objects.count() == 2


def test_it_adds_no_cluster(limited: Client) -> None:
    wanted = {"name": "Mine", "source": "manifests"}
    assert limited.post("/api/v1/clusters/", wanted, content_type="application/json").status_code == 403
    assert Cluster.objects.count() == 1


def test_it_reads_no_metrics(limited: Client) -> None:
    assert limited.get("/metrics").status_code == 401


def test_reports_of_other_clusters_come_to_nobody(limited: Client, bay: Cluster) -> None:
    wanted = OPTIONS | {"cluster": "bay", "every": "day"}
    del wanted["against"]
    assert limited.post(SCHEDULES, wanted, content_type="application/json").status_code == 404
    again = Schedule.objects.create(cluster=bay, options=OPTIONS, every="day", next_due=timezone.now())
    assert limited.delete(f"{SCHEDULES}{again.pk}/").status_code == 404
    assert Schedule.objects.count() == 1
    own = limited.post(SCHEDULES, wanted | {"cluster": "quay"}, content_type="application/json")
    assert own.status_code == 201, own.content


@pytest.mark.parametrize("noun", ["guardrail", "exception"])
def test_a_number_of_another_cluster_is_as_if_it_were_not(limited: Client, bay: Cluster, noun: str) -> None:
    there = getattr(bay, f"{noun}s").get().pk

    told = [limited.get(f"/api/v1/{noun}s/{number}/") for number in (there, 999)]

    assert [answer.status_code for answer in told] == [404, 404]
    assert told[0].content.replace(str(there).encode(), b"999") == told[1].content
