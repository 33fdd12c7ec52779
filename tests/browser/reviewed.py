"""A cluster with a past: its first snapshot was reviewed and signed, in its second something else is open."""

from __future__ import annotations

from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group
from django.utils import timezone

from apps.engine import EdgeKey
from apps.reachability.take import snapshot_from_reading
from apps.reports.options import Options
from apps.reports.order import add_schedule, order_report
from apps.review.accept import accept_edges
from apps.review.decide import Judgement, decide_group
from apps.review.follow_up import check_now
from apps.review.guardrails import read_guardrails
from apps.review.models import NotificationRule
from apps.review.open_review import start_review
from apps.review.review_items import ReviewItems
from apps.review.save_guardrails import save_guardrails
from apps.review.sign import sign_review
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from tests.web.quay import FILE

_BEFORE = FILE.read_text().replace("metadata: {name: ci}", "metadata: {name: ci, labels: {env: dev}}")
_AFTER = _BEFORE.replace("metadata.name: partner-gw}}}]", "metadata.name: ci}}}]")
_EDGE = EdgeKey("ci", "payments/db", 5432, "TCP")
_RULE = """apiVersion: portolan/v1
kind: Guardrail
metadata: {name: "ci-stays-out"}
spec: {description: "<s>Never</s>", deny: {from: [{namespace: ci}], to: [{namespace: payments}]}}
"""


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


def add_decisions(snapshot: Snapshot) -> dict[str, dict[str, int]]:
    """One of everything that people make. By the name of its page: its number in the address."""
    cluster = snapshot.cluster
    rules = read_guardrails(read_bytes("rule.yaml", _RULE.encode()))
    (rule,) = save_guardrails(cluster, rules, by="ann")
    check_now(cluster)
    until = timezone.now() + timedelta(days=30)
    accept_edges(snapshot, [_EDGE], reason="<img src=x onerror=alert(1)>", until=until, by="ann")
    review = start_review(snapshot, by="ann")
    options = Options(kind="executive", format="csv")
    report = order_report(snapshot, options, user=None)
    add_schedule(cluster, options, every="month", recipients=[])
    group = Group.objects.create(name="<u>crew</u>")
    user = get_user_model().objects.get()
    channel, address = "email", "<i>ann</i>@example.org"
    told = NotificationRule.objects.create(
        cluster=cluster, events=["edges-opened"], channel=channel, address=address
    )
    return {
        "change-notification": {"rule_id": told.pk},
        "guardrail": {"guardrail_id": rule.pk},
        "review": {"review_id": review.pk},
        "report": {"report": report.pk},
        "person": {"user": user.pk},
        "group": {"group": group.pk},
    }
