"""The history of an edge in its proof and on its page, and the timeline at the foot of the map."""

from __future__ import annotations

import re

from django.test import Client

from apps.reachability.models import StoredPort, StoredSpaces, TimelineStep
from apps.snapshots.models import Snapshot

EDGE = "from=orders&to=payments/db&port=5432/TCP"


def text_of(client: Client, address: str) -> str:
    response = client.get(address)
    assert response.status_code == 200, address
    plain = re.sub(r"<[^>]+>", "", response.content.decode())
    return re.sub(r"\s+", " ", plain)


def changed_edge(snapshot: Snapshot) -> str:
    """The query of an edge that was opened in a snapshot."""
    from apps.reachability.history.outcomes import compare_stored

    diff = compare_stored(snapshot.cluster_id, snapshot.number - 1, snapshot.number)
    edge = next(diff.edges("opened"))
    return f"from={edge.source}&to={edge.target}&port={edge.port}/{edge.protocol}"


def test_the_proof_says_since_when(visitor: Client, quay_changed: Snapshot) -> None:
    said = text_of(visitor, f"/c/quay/s/2/explain?{changed_edge(quay_changed)}")
    assert "since #2," in said
    assert "What made it so" in said
    assert "Denied#1" in said.replace("Denied #1", "Denied#1")


def test_the_page_names_what_opened_it(visitor: Client, quay_changed: Snapshot) -> None:
    said = text_of(visitor, f"/c/quay/s/2/history?{changed_edge(quay_changed)}")
    assert re.search(r"Opened by \S+ \S+ (created|deleted|changed)", said), said
    assert "between #1 and #2" in said


def test_the_piece_is_the_cause_alone(visitor: Client, quay_changed: Snapshot) -> None:
    page = visitor.get(f"/c/quay/s/2/history?{changed_edge(quay_changed)}&fragment=1").content.decode()
    assert "Opened by" in page
    assert "<html" not in page


def test_the_first_snapshot_claims_no_beginning(visitor: Client, quay: Snapshot) -> None:
    said = text_of(visitor, f"/c/quay/s/1/history?{EDGE}")
    assert "already in #1" in said
    assert "before the first snapshot" in said


def test_a_snapshot_without_a_history_says_what_to_do(visitor: Client, quay: Snapshot) -> None:
    for model in (StoredPort, StoredSpaces, TimelineStep):
        model.objects.all().delete()
    assert "rebuild_history" in text_of(visitor, f"/c/quay/s/1/explain?{EDGE}")
    assert visitor.get("/c/quay/s/1/map").status_code == 200


def test_wrong_addresses_are_told(visitor: Client, quay: Snapshot) -> None:
    for query in ("", "from=orders&to=payments/db", "from=orders&to=payments/db&port=x"):
        assert visitor.get(f"/c/quay/s/1/history?{query}").status_code == 404
    for source, target in (("nobody", "payments/db"), ("orders", "payments/none"), ("orders", "payments")):
        address = f"/c/quay/s/1/history?from={source}&to={target}&port=5432/TCP"
        assert visitor.get(address).status_code == 404


def test_needs_login(client: Client, quay: Snapshot) -> None:
    assert client.get(f"/c/quay/s/1/history?{EDGE}").status_code == 302


def test_the_map_has_a_timeline_that_keeps_the_question(visitor: Client, quay_changed: Snapshot) -> None:
    page = visitor.get("/c/quay/s/2/map?to=payments/db&view=table").content.decode()
    assert "2 snapshots" in page
    older = re.search(r'data-key="\[" href="([^"]+)"', page)
    assert older is not None
    assert older[1].startswith("/c/quay/s/1/map?")
    assert "to=payments/db" in older[1]
    assert "This is the newest" in page
    step = TimelineStep.objects.get(number=2)
    assert f"{step.opened} opened" in page
    assert page.count("<rect") == 2
    newer = visitor.get("/c/quay/s/1/map").content.decode()
    assert 'data-key="]"' in newer
    assert "This is the oldest" in newer
