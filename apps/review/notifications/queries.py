"""Rules and what was sent, as pages and REST list them."""

from __future__ import annotations

from django.db.models import Count, Prefetch, QuerySet

from apps.review.models import Delivery, Notice, NotificationRule
from apps.snapshots.models import Cluster

MOST_NOTICES = 5  # of one delivery in a list


def rules_of(cluster: Cluster) -> QuerySet[NotificationRule]:
    return NotificationRule.objects.filter(cluster=cluster).select_related("cluster").order_by("pk")


def deliveries_of(cluster: Cluster) -> QuerySet[Delivery]:
    """The newest first, each with its rule, its `first_notices` and their `notice_count`."""
    notices = Notice.objects.defer("content").order_by("pk")[:MOST_NOTICES]
    first = Prefetch("notices", notices, to_attr="first_notices")
    found = Delivery.objects.filter(rule__cluster=cluster).select_related("rule")
    return found.annotate(notice_count=Count("notices")).prefetch_related(first).order_by("-pk")
