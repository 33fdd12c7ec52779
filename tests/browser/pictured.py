"""The clusters that pictures are taken of: the sample and generated ones, with a past and with decisions."""

from __future__ import annotations

import logging
import subprocess
import sys
from datetime import timedelta
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from apps.snapshots.models import Cluster, Snapshot

SAMPLE = "examples/sample"
REVIEWED = 1000  # above, nobody reviews all edges at once
_RULE = """apiVersion: portolan/v1
kind: Guardrail
metadata: {name: ci-stays-out-of-payments}
spec: {deny: {from: [{namespace: "*"}], to: [{namespace: %s}]}}
"""


def prepare(sizes: list[int]) -> dict[int, dict[str, str]]:
    """Stores what is not stored yet. By size: what the addresses of its pages are filled in with."""
    for command in (["migrate", "-v0"], ["collectstatic", "-v0", "--noinput"]):
        subprocess.run([sys.executable, "manage.py", *command], check=True)
    import django

    django.setup()
    logging.disable(logging.WARNING)  # no broker is there to be told of the snapshots
    from django.contrib.auth import get_user_model

    from apps.snapshots.models import Cluster
    from benchmarks.screens import PASSWORD

    users = get_user_model()
    if not users.objects.exists():
        users.objects.create_superuser("admin", password=PASSWORD)
    for size in sizes:
        if not Cluster.objects.filter(slug=_slug(size)).exists():
            _store(size)
    return {size: _place(Cluster.objects.get(slug=_slug(size))) for size in sizes}


def _slug(size: int) -> str:
    return "sample" if size == 12 else f"size-{size}"


def _store(size: int) -> None:
    """Two snapshots, the first without the last tenth of the policies; a signed review between them."""
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.reading import Reading, ReadObject

    objects = _sample() if size == 12 else _generated(size)
    cluster = add_cluster(name="Sample" if size == 12 else f"Size {size}", source="manifests")
    policies = [body for body in objects if body["kind"] == "NetworkPolicy"]
    dropped = [id(body) for body in policies[-max(1, len(policies) // 10) :]]
    before = [body for body in objects if id(body) not in dropped]
    first, second = (
        snapshot_from_reading(cluster, Reading([ReadObject(body, None) for body in bodies], [], []))
        for bodies in (before, objects)
    )
    _decide(second)
    if size <= REVIEWED:
        _review(first, second)


def _sample() -> list[dict[str, Any]]:
    from apps.snapshots.manifests import read_paths

    return [dict(each.body) for each in read_paths([SAMPLE]).objects]


def _generated(size: int) -> list[dict[str, Any]]:
    from benchmarks.generate import generate_cluster

    return generate_cluster(size, 3 * size, 3 * size, 2 * size, 2 * size, seed=1)


def _decide(second: Snapshot) -> None:
    """A guardrail, an exception and a report."""
    from django.utils import timezone

    from apps.reports.make import make_report
    from apps.reports.options import Options
    from apps.reports.order import order_report
    from apps.review.accept import accept_edges
    from apps.review.follow_up import check_now
    from apps.review.guardrails import read_guardrails
    from apps.review.save_guardrails import save_guardrails
    from apps.snapshots.manifests import read_bytes

    place = _ends(second)
    rule = read_bytes("rule.yaml", (_RULE % place["service_space"]).encode())
    save_guardrails(second.cluster, read_guardrails(rule), by="ann")
    check_now(second.cluster)
    until = timezone.now() + timedelta(days=30)
    accept_edges(second, [_reaching(second)], reason="Until the migration ends", until=until, by="ann")
    make_report(order_report(second, Options(kind="executive", format="csv"), user=None).pk)


def _review(first: Snapshot, second: Snapshot) -> None:
    """One that is signed, and one that is not yet."""
    from apps.review.decide import Judgement, decide_group
    from apps.review.open_review import start_review
    from apps.review.review_items import ReviewItems
    from apps.review.sign import sign_review

    review = start_review(first, by="ann")
    decide_group(review, ReviewItems(review).items, Judgement("fine", ""), by="ann")
    review.refresh_from_db()
    found = ReviewItems(review)
    sign_review(review, found.items, found.after, found.before, version=review.version, by="ann")
    start_review(second, by="ben")


def _reaching(snapshot: Snapshot) -> Any:
    """Some edge that a rule allows."""
    from apps.engine import EdgeKey
    from apps.engine.model import Verdict
    from apps.reachability.queries import reach_page
    from apps.reachability.selection import EdgeFilter

    edge = reach_page(snapshot, EdgeFilter(verdicts=frozenset({Verdict.ALLOWED})))[0:1][0]
    return EdgeKey(edge.source, edge.target, edge.port, edge.protocol)


def _ends(snapshot: Snapshot) -> dict[str, str]:
    key = _reaching(snapshot)
    space, name = key.target.split("/")
    return {
        "space": key.source,
        "service": key.target,
        "service_space": space,
        "service_name": name,
        "port": f"{key.port}/{key.protocol}",
    }


def _place(cluster: Cluster) -> dict[str, str]:
    from apps.review.models import Review

    review = Review.objects.filter(cluster=cluster).order_by("-pk").first()
    ends = _ends(cluster.snapshots.get(number=2))
    return {**ends, "slug": cluster.slug, "review": str(review.pk if review else 0)}
