"""Findings over REST: their keys, filters, pages and evidence."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from apps.api.serializers.findings import FindingSerializer
from apps.api.serializers.words import FINDING_IDS
from apps.engine import find_findings
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from tests.api.conftest import FIRST, HARBOUR
from tests.api.problems import fields_of, problem_of
from tests.api.shapes import assert_shape
from tests.reachability.stored import deny_all, store_harbour_again

FINDINGS = f"{FIRST}findings/"


def test_every_finding_of_the_engine_is_answered(client: APIClient, harbour: Snapshot) -> None:
    body = client.get(FINDINGS).json()
    expected = find_findings(load_cluster(harbour), assumptions_of(harbour))
    assert body["count"] == len(expected) > 5
    assert_shape(FindingSerializer(many=True), body["results"])
    for told, finding in zip(body["results"], expected, strict=True):
        assert (told["id"], told["key"], told["severity"]) == (finding.id, finding.key, finding.severity)
        assert (told["message"], told["advice"]) == (finding.message, finding.advice)
        assert told["object"] == finding.object._asdict()
        assert [place["path"] for place in told["evidence"]] == [place.path for place in finding.evidence]


def test_evidence_in_a_policy_has_its_lines(client: APIClient, harbour: Snapshot) -> None:
    idle = {
        "apiVersion": "networking.k8s.io/v1",
        "kind": "NetworkPolicy",
        "metadata": {"namespace": "front", "name": "open"},
        "spec": {"podSelector": {}, "policyTypes": ["Ingress"], "ingress": [{}]},
    }
    store_harbour_again(harbour.cluster, extra=[idle])
    (found,) = client.get(f"{HARBOUR}snapshots/2/findings/", {"id": "allow-all-ingress"}).json()["results"]
    place = found["evidence"][0]
    assert (place["kind"], place["namespace"], place["name"]) == ("NetworkPolicy", "front", "open")
    assert place["path"].startswith("spec.ingress[0]")
    first, last = place["lines"]
    shown = client.get(place["yaml_url"]).content.decode().splitlines()
    assert [line.strip() for line in shown[first - 1 : last]] == ["- {}"]


def test_the_policies_of_a_page_are_read_at_once(
    client: APIClient, harbour: Snapshot, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    idle = [deny_all("front", f"idle-{number}") for number in range(5)]
    for body in idle:
        body["spec"]["podSelector"] = {"matchLabels": {"app": "nothing"}}
    store_harbour_again(harbour.cluster, extra=idle)
    address = f"{HARBOUR}snapshots/2/findings/?id=policy-selects-nothing"
    client.get(f"{address}&limit=1")
    with django_assert_num_queries(6):  # session, user, scopes, audit; snapshot; the other texts
        found = client.get(address).json()["results"]
    with django_assert_num_queries(5):
        client.get(address)
    assert [each["object"]["name"] for each in found] == [f"idle-{number}" for number in range(5)]
    assert all(place["lines"] for each in found for place in each["evidence"])


def test_evidence_elsewhere_has_none(client: APIClient, harbour: Snapshot) -> None:
    for found in client.get(FINDINGS, {"id": "service-without-backends"}).json()["results"]:
        assert found["object"] == {"kind": "Service", "namespace": "shop", "name": "ghost"}
        assert found["evidence"]
        assert all(place["lines"] is place["yaml_url"] is None for place in found["evidence"])


@pytest.mark.parametrize(
    "query",
    [
        {"severity": "high"},
        {"severity": "high,low"},
        {"id": "no-default-deny-ingress"},
        {"id": "no-default-deny-ingress,no-default-deny-egress", "severity": "low"},
        {"id": "external-ips"},
    ],
    ids=str,
)
def test_filters(client: APIClient, harbour: Snapshot, query: dict[str, str]) -> None:
    whole = client.get(FINDINGS, {"limit": 500}).json()["results"]
    wanted = [each for each in whole if all(each[name] in words.split(",") for name, words in query.items())]
    body = client.get(FINDINGS, query).json()
    assert (body["count"], body["results"]) == (len(wanted), wanted)
    assert len(wanted) < len(whole)
    assert bool(wanted) == (query != {"id": "external-ips"})


def test_pages_join_to_the_whole(client: APIClient, harbour: Snapshot) -> None:
    whole = client.get(FINDINGS).json()
    joined, address = [], f"{FINDINGS}?limit=3"
    while address:
        page = client.get(address).json()
        assert len(page["results"]) <= 3
        joined += page["results"]
        address = page["next"]
    assert joined == whole["results"]


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"severity": "grave"}, "severity"),
        ({"severity": ""}, "severity"),
        ({"id": "unrestricted-services"}, "id"),
        ({"id": "dns-blocked,"}, "id"),
        ({"object": "shop"}, "object"),
        ({"limit": "0"}, "limit"),
    ],
    ids=str,
)
def test_wrong_parameters_are_named(
    client: APIClient, harbour: Snapshot, query: dict[str, str], field: str
) -> None:
    assert fields_of(client.get(FINDINGS, query)) == [field]


def test_an_answer_once_given_is_not_sent_again(client: APIClient, harbour: Snapshot) -> None:
    tag = client.get(FINDINGS)["ETag"]
    assert client.get(FINDINGS, HTTP_IF_NONE_MATCH=tag).status_code == 304
    assert client.get(FINDINGS, {"severity": "low"}, HTTP_IF_NONE_MATCH=tag).status_code == 200


def test_an_unfinished_snapshot_has_no_findings(client: APIClient, harbour: Snapshot) -> None:
    Snapshot.objects.create(cluster=harbour.cluster, number=2)
    problem_of(client.get(f"{HARBOUR}snapshots/2/findings/"), 409)


def test_every_documented_finding_can_be_asked_for() -> None:
    page = Path(__file__).parents[2] / "docs" / "findings.md"
    assert sorted(re.findall(r"^\| `([a-z-]+)` \|", page.read_text(), re.MULTILINE)) == FINDING_IDS
