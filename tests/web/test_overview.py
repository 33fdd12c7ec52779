from __future__ import annotations

import re
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.reachability.take import snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.web.pages import text_of

OVERVIEW = "/c/quay/s/1/"


def tiles(page: str) -> dict[str, tuple[str, str]]:
    """Figure and address of each tile by its first words."""
    found = re.findall(r'<li class="tile"><a href="([^"]+)"[^>]*>(.*?)</a>', page, re.DOTALL)
    told = [(unescape(url), text_of(inner).split("  ")) for url, inner in found]
    return {words[0]: ("".join(words[1:3]), url) for url, words in told}


def test_edges_are_counted_by_verdict_and_lead_to_the_table(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get(OVERVIEW).content.decode()
    found = tiles(page)
    for word, verdict in (("Allowed by rule", "allowed"), ("Partly", "partial"), ("Denied", "denied")):
        count, url = found[word]
        assert url == f"/c/quay/s/1/map?view=table&show={verdict}"
        rows = visitor.get(url).content.decode().count("<tr data-id")
        assert int(count) == rows
    assert found["Partly"][0] == "1"


def test_figures_lead_to_the_namespaces_that_they_do_not_count(visitor: Client, quay: Snapshot) -> None:
    found = tiles(visitor.get(OVERVIEW).content.decode())
    assert found["Default deny, ingress"] == ("1/7", "/c/quay/s/1/ns?missing=default-deny-ingress")
    assert found["Name lookup works"] == ("4/6", "/c/quay/s/1/ns?dns=blocked")
    page = visitor.get("/c/quay/s/1/ns?dns=blocked").content.decode()
    assert re.findall(r'/ns/([a-z-]+)">', page) == ["monitoring"]


def test_the_gravest_findings_are_named(visitor: Client, quay: Snapshot) -> None:
    page = visitor.get(OVERVIEW).content.decode()
    assert "ci/runner is unrestricted on 80/TCP" in page
    assert 'href="/c/quay/s/1/findings?severity=high"' in page


def test_what_is_not_evaluated_is_told(visitor: Client, quay: Snapshot) -> None:
    page = text_of(visitor.get(OVERVIEW).content.decode())
    assert "Not evaluated 1 finding" in page.replace("  ", " ")


def test_without_an_older_snapshot_nothing_is_compared(visitor: Client, quay: Snapshot) -> None:
    assert "There is no older snapshot to compare with yet." in visitor.get(OVERVIEW).content.decode()


def test_the_banner_counts_what_changed(visitor: Client, quay_changed: Snapshot) -> None:
    page = visitor.get("/c/quay/s/2/").content.decode()
    assert 'data-fragment="/c/quay/s/2/?fragment=changes"' in page
    banner = visitor.get("/c/quay/s/2/?fragment=changes").content.decode()
    assert "<html" not in banner
    assert 'href="/c/quay/diff/1..2"' in banner
    assert "+1 / −4 paths, 1 changed, since #1 (the snapshot before)" in text_of(banner).replace("  ", " ")


def test_an_older_snapshot_says_that_it_is(visitor: Client, quay_changed: Snapshot) -> None:
    page = visitor.get(OVERVIEW).content.decode()
    assert "This is not the newest snapshot" in page
    assert 'href="/c/quay/s/2/"' in page


def test_an_old_reading_says_its_age(visitor: Client, quay: Snapshot) -> None:
    assert "may be out of date" not in visitor.get(OVERVIEW).content.decode()
    quay.finished = timezone.now() - timedelta(days=9)
    quay.save()
    page = text_of(visitor.get(OVERVIEW).content.decode())
    assert "1 week ago · may be out of date" in page.replace("  ", " ")


def test_a_failed_try_is_named_and_the_last_good_one_shown(visitor: Client, quay: Snapshot) -> None:
    Snapshot.objects.create(
        cluster=quay.cluster, number=2, state=Snapshot.State.FAILED, error="the server said <no>"
    )
    response = visitor.get("/c/quay/", follow=True)
    page = response.content.decode()
    assert response.redirect_chain[-1][0] == OVERVIEW
    assert "Snapshot #2 failed" in page
    assert "the server said &lt;no&gt;" in page


def test_no_policy_at_all_is_said(visitor: Client, db: None) -> None:
    cluster = add_cluster(name="Open", source=Cluster.Source.MANIFESTS)
    text = b"{apiVersion: v1, kind: Namespace, metadata: {name: lab}}"
    snapshot_from_reading(cluster, read_bytes("lab.yaml", text))
    page = visitor.get("/c/open/s/1/").content.decode()
    assert "No network policy exists" in page
    assert 'href="/c/open/s/1/whatif"' in page


def test_it_asks_the_database_little(
    visitor: Client, quay: Snapshot, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    visitor.get(OVERVIEW)
    with django_assert_max_num_queries(32):
        visitor.get(OVERVIEW)


@pytest.mark.parametrize("address", ["/c/quay/s/9/", "/c/nowhere/s/1/"])
def test_what_is_not_there_is_said(visitor: Client, quay: Snapshot, address: str) -> None:
    assert visitor.get(address).status_code == 404
