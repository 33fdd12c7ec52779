"""Guardrails on their pages: written, checked, ended, and made of an edge or a filter."""

from __future__ import annotations

import re
from html import unescape

import pytest
import yaml
from django.test import Client

from apps.review.models import StoredGuardrail
from apps.snapshots.models import Snapshot
from tests.review.stored import guardrail, save
from tests.web.pages import page_at

CHECKS = "/c/bay/checks/"


def test_a_guardrail_is_written_checked_and_ended(bay: Snapshot, administrator: Client) -> None:
    assert "No guardrail yet" in page_at(administrator, CHECKS)
    text = yaml.safe_dump(guardrail())
    saved = administrator.post(CHECKS, {"text": text}, follow=True)
    page = unescape(saved.content.decode())
    assert "Saved and checked: dev-stays-out." in page
    assert "✕ Broken" in page
    stored = StoredGuardrail.objects.get()
    detail = page_at(administrator, f"{CHECKS}{stored.pk}")
    assert "It has not passed since at least <strong>#1</strong>: what was before cannot be known." in detail
    assert "/c/bay/s/1/explain?from=lab&to=shop/web&port=80/TCP" in detail
    assert "namespaceSelector" in detail
    administrator.post(f"{CHECKS}{stored.pk}/end")
    assert "No guardrail yet" in page_at(administrator, CHECKS)
    assert "it is checked no more" in page_at(administrator, f"{CHECKS}{stored.pk}")


def test_bad_yaml_is_told_at_the_field_and_kept(bay: Snapshot, administrator: Client) -> None:
    text = yaml.safe_dump(guardrail(deny={"from": [{}]}))
    page = unescape(administrator.post(CHECKS, {"text": text}).content.decode())
    assert "document 1: Guardrail/dev-stays-out: spec.deny.to: is missing" in page
    assert "name: dev-stays-out" in page  # what was typed is still there
    assert not StoredGuardrail.objects.exists()
    assert "holds no Kubernetes object" in administrator.post(CHECKS, {"text": "a"}).content.decode()


def test_an_edge_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = page_at(administrator, f"{CHECKS}?from=lab&to=shop/web&port=80/TCP")
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.DOTALL)
    assert text is not None
    drafted = yaml.safe_load(text[1])
    assert drafted["metadata"]["name"] == "lab-never-reaches-shop-web"
    assert drafted["spec"]["deny"] == {
        "from": [{"namespace": "lab"}],
        "to": [{"namespace": "shop", "service": "web"}],
        "ports": [{"port": 80, "protocol": "TCP"}],
    }
    administrator.post(CHECKS, {"text": text[1]})
    assert "✕ Broken" in page_at(administrator, CHECKS)


def drafted(client: Client, address: str) -> list[dict[str, object]]:
    text = re.search(r"<textarea[^>]*>(.*?)</textarea>", page_at(client, address), re.DOTALL)
    assert text is not None
    return [each["spec"] for each in yaml.safe_load_all(text[1])]


def test_a_filter_of_the_map_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = page_at(administrator, "/c/bay/s/1/map?q=from:env=dev+to:env=prod+verdict:allowed")
    link = re.search(r'href="(/c/bay/checks/[^"]*)">Save as check', page)
    assert link is not None
    offered = page_at(administrator, link[1])
    assert "<code>verdict:allowed</code>: a guardrail speaks of an edge whatever its verdict is" in offered
    (spec,) = drafted(administrator, link[1])
    dev, prod = ({"namespaceSelector": {"matchLabels": {"env": env}}} for env in ("dev", "prod"))
    assert spec["deny"] == {"from": [dev], "to": [prod]}
    other = re.search(r'href="([^"]*)">Nobody but these sources', offered)
    assert other is not None
    (spec,) = drafted(administrator, f"{CHECKS}{other[1]}")
    assert spec["only"] == {"from": [dev], "to": [prod]}


def test_a_question_about_two_ends_becomes_a_guardrail(bay: Snapshot, administrator: Client) -> None:
    page = page_at(administrator, "/c/bay/s/1/map?ask=from&from=lab&to=shop&port=80/TCP&q=-type:NodePort")
    link = re.search(r'href="(/c/bay/checks/[^"]*)">Save as check', page)
    assert link is not None
    (spec,) = drafted(administrator, link[1])
    port = {"port": 80, "protocol": "TCP"}
    assert spec["deny"] == {"from": [{"namespace": "lab"}], "to": [{"namespace": "shop"}], "ports": [port]}


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("q=verdict:unrestricted", "A guardrail can say no part of it"),
        ("q=to:a/b+to:c/d", "No edge can fit all parts of it"),
        ("q=verdict:nope", "The filter cannot be read. verdict:nope: one of allowed"),
    ],
)
def test_a_filter_that_gives_no_guardrail_says_why(
    bay: Snapshot, administrator: Client, asked: str, says: str
) -> None:
    page = page_at(administrator, f"{CHECKS}?{asked}")
    assert says in page
    assert re.search(r"<textarea[^>]*>\s*</textarea>", page)


def test_paths_and_viewers_are_offered_no_check(
    bay: Snapshot, administrator: Client, visitor: Client
) -> None:
    assert "Save as check" not in page_at(administrator, "/c/bay/s/1/map?ask=path&from=lab")
    assert "Save as check" not in page_at(visitor, "/c/bay/s/1/map?q=from:lab")


def test_a_result_of_an_older_version_is_not_shown(bay: Snapshot, administrator: Client) -> None:
    save(bay.cluster)
    assert "Not checked yet" in page_at(administrator, CHECKS)
