"""A cluster with a past: its first snapshot was reviewed and signed, in its second something else is open."""

from __future__ import annotations

from apps.reachability.take import snapshot_from_reading
from apps.review.decide import Judgement, decide_group
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from apps.review.sign import sign_review
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.web.quay import FILE

_BEFORE = FILE.read_text().replace("metadata: {name: ci}", "metadata: {name: ci, labels: {env: dev}}")
_AFTER = _BEFORE.replace("metadata.name: partner-gw}}}]", "metadata.name: ci}}}]")


def store_reviewed() -> Snapshot:
    """The second snapshot: what partner-gw was allowed at the database, ci of `env=dev` is allowed now."""
    cluster = add_cluster(name="Quay", source=Cluster.Source.MANIFESTS)
    _sign(_store(cluster, _BEFORE))
    return _store(cluster, _AFTER)


def _store(cluster: Cluster, manifests: str) -> Snapshot:
    reading = read_bytes("quay.yaml", manifests.encode())
    assert not reading.problems, reading.problems
    return snapshot_from_reading(cluster, reading)


def _sign(snapshot: Snapshot) -> None:
    review = start_review(snapshot, by="ann")
    decide_group(review, ReviewItems(review).items, Judgement("fine", ""), by="ann")
    review.refresh_from_db()
    found = ReviewItems(review)
    sign_review(review, found.items, found.after, found.before, version=review.version, by="ann")
