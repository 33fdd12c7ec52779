"""Reports and schedules, as pages and REST list them."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from apps.reports.models import Report, Schedule
from apps.snapshots.models import Cluster


def reports_of(clusters: Iterable[Cluster] | Cluster) -> QuerySet[Report]:
    """Newest first, without the files."""
    chosen = [clusters] if isinstance(clusters, Cluster) else list(clusters)
    return Report.objects.filter(cluster__in=chosen).select_related("cluster").order_by("-pk")


def find_report(report_id: int) -> Report | None:
    return Report.objects.select_related("cluster").filter(pk=report_id).first()


def file_of(report: Report) -> bytes | None:
    """The bytes of a complete report; None before."""
    data = Report.objects.filter(pk=report.pk).values_list("file__data", flat=True).first()
    return None if data is None else bytes(data)


def schedules_of(cluster: Cluster) -> QuerySet[Schedule]:
    return Schedule.objects.filter(cluster=cluster).order_by("pk")
