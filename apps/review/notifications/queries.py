"""Rules and what was sent, as pages and REST list them."""

from __future__ import annotations

from django.db.models import QuerySet

from apps.review.models import Delivery, NotificationRule
from apps.snapshots.models import Cluster


def rules_of(cluster: Cluster) -> QuerySet[NotificationRule]:
    return NotificationRule.objects.filter(cluster=cluster).select_related("cluster").order_by("pk")


def deliveries_of(cluster: Cluster) -> QuerySet[Delivery]:
    """The newest first, each with its rule and notices."""
    found = Delivery.objects.filter(rule__cluster=cluster).select_related("rule")
    return found.prefetch_related("notices").order_by("-pk")
