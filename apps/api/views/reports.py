"""Reports: asked for, followed, fetched; and those that come again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, cast

from django.contrib.auth.models import User
from django.http import HttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.access.sight import sight_of
from apps.api.asked import read_body, read_query
from apps.api.lookup import find_cluster, find_snapshot
from apps.api.permissions import AdministratorsWrite
from apps.api.problems import Refusal
from apps.api.renderers import FileRenderer, PdfRenderer
from apps.api.serializers.questions import NoQuery
from apps.api.serializers.reports import (
    NewReport,
    NewSchedule,
    ReportSerializer,
    ReportsQuery,
    ScheduleSerializer,
)
from apps.reports.models import Report, Schedule
from apps.reports.options import Options, OptionsRefused
from apps.reports.order import add_schedule
from apps.reports.queries import file_of, reports_of
from apps.reports.tasks import request_report
from apps.snapshots.models import Cluster

_OPTIONS = ("kind", "paper", "format", "guardrail")


class ReportsView(GenericAPIView[Report]):
    serializer_class = ReportSerializer

    @extend_schema(
        operation_id="reports_list", parameters=[ReportsQuery], responses=ReportSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """The reports that one may see, newest first."""
        asked = read_query(request, ReportsQuery, paged=True)
        clusters = [seen_cluster(request, asked["cluster"])] if "cluster" in asked else seen_clusters(request)
        page = self.paginate_queryset(reports_of(clusters))
        return self.get_paginated_response(ReportSerializer(page, many=True).data)

    @extend_schema(operation_id="reports_create", request=NewReport, responses={202: ReportSerializer})
    def post(self, request: Request) -> Response:
        """Asks for a report; a worker makes it. `Location` says where to follow it."""
        wanted = read_body(request, NewReport)
        cluster = seen_cluster(request, wanted["cluster"])
        snapshot = find_snapshot(cluster.slug, str(wanted["snapshot"] or "latest"))
        with _refusals():
            report = request_report(
                snapshot,
                _options(wanted, wanted["against"]),
                cast(User, request.user),
            )
        location = reverse("api:report", args=[report.pk])
        return Response(ReportSerializer(report).data, status=202, headers={"Location": location})


class ReportView(GenericAPIView[Report]):
    permission_classes = [AdministratorsWrite]
    serializer_class = ReportSerializer

    @extend_schema(operation_id="reports_read")
    def get(self, request: Request, report: int) -> Response:
        """State, options and hashes."""
        read_query(request, NoQuery)
        return Response(ReportSerializer(_find(request, report)).data)

    @extend_schema(operation_id="reports_remove", responses={204: None})
    def delete(self, request: Request, report: int) -> Response:
        """Removes a report with its file; `--verify` no longer knows it."""
        _find(request, report).delete()
        return Response(status=204)


class ReportPdfView(APIView):
    renderer_classes = [PdfRenderer, JSONRenderer]

    @extend_schema(operation_id="reports_pdf", responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    def get(self, request: Request, report: int) -> HttpResponse:
        """The PDF of a complete report."""
        read_query(request, NoQuery)
        return _send(_find(request, report), only="pdf")


class ReportFileView(APIView):
    renderer_classes = [FileRenderer, JSONRenderer]

    @extend_schema(
        operation_id="reports_file", responses={(200, "application/octet-stream"): OpenApiTypes.BINARY}
    )
    def get(self, request: Request, report: int) -> HttpResponse:
        """The file of a complete report in whatever format it was asked for."""
        read_query(request, NoQuery)
        return _send(_find(request, report))


class SchedulesView(GenericAPIView[Schedule]):
    permission_classes = [AdministratorsWrite]
    serializer_class = ScheduleSerializer

    @extend_schema(operation_id="report_schedules_list", responses=ScheduleSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Reports that come again."""
        read_query(request, NoQuery, paged=True)
        rows = Schedule.objects.filter(cluster__in=seen_clusters(request)).select_related("cluster")
        page = self.paginate_queryset(rows.order_by("pk"))
        return self.get_paginated_response(ScheduleSerializer(page, many=True).data)

    @extend_schema(
        operation_id="report_schedules_create", request=NewSchedule, responses={201: ScheduleSerializer}
    )
    def post(self, request: Request) -> Response:
        """Lets a report come again."""
        wanted = read_body(request, NewSchedule)
        with _refusals():
            schedule = add_schedule(
                seen_cluster(request, wanted["cluster"]),
                _options(wanted, None),
                every=wanted["every"],
                recipients=wanted["recipients"],
            )
        return Response(ScheduleSerializer(schedule).data, status=201)


class ScheduleView(GenericAPIView[Schedule]):
    permission_classes = [AdministratorsWrite]
    serializer_class = ScheduleSerializer

    @extend_schema(operation_id="report_schedules_remove", responses={204: None})
    def delete(self, request: Request, schedule: int) -> Response:
        """Ends what comes again; its reports stay."""
        if not Schedule.objects.filter(cluster__in=seen_clusters(request), pk=schedule).delete()[0]:
            raise Refusal(404, f"There is no schedule {schedule}")
        return Response(status=204)


def seen_clusters(request: Request) -> list[Cluster]:
    """Those that the reader sees whole: a report tells about all their namespaces."""
    sight = sight_of(request.user)
    return [each for each in sight.clusters() if (names := sight.names_in(each.slug)) and names.is_all]


def seen_cluster(request: Request, slug: str) -> Cluster:
    cluster = find_cluster(slug)
    if cluster not in seen_clusters(request):
        raise Refusal(404, f"There is no cluster {slug!r}")
    return cluster


def _find(request: Request, number: int) -> Report:
    found = reports_of(seen_clusters(request)).filter(pk=number).first()
    if found is None:
        raise Refusal(404, f"There is no report {number}")
    return found


def _send(report: Report, only: str = "") -> HttpResponse:
    if only and report.options["format"] != only:
        raise Refusal(404, f"Report {report.pk} is no PDF; its file is at …/file")
    data = file_of(report)
    if data is None:
        raise Refusal(409, f"Report {report.pk} has no file: it is {report.state}")
    kind = "application/pdf" if report.options["format"] == "pdf" else "application/octet-stream"
    headers = {
        "Content-Disposition": f'attachment; filename="{report.file_name}"',
        "ETag": f'"{report.file_sha256}"',
    }
    return HttpResponse(data, content_type=kind, headers=headers)


def _options(wanted: Mapping[str, Any], against: int | None) -> Options:
    told = {name: wanted[name] for name in _OPTIONS}
    return Options(namespaces=tuple(wanted["namespaces"]), against=against, **told)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except OptionsRefused as refused:
        if not refused.field:
            raise Refusal(409, refused.message) from None
        raise ValidationError({refused.field: refused.message}) from None
