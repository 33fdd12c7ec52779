"""Reports and those that come again."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.reports.models import Report, Schedule
from apps.reports.options import FORMATS, KINDS, MOST_NAMESPACES, PAPERS


class ReportOptions(serializers.Serializer[Any]):
    """What a report is to be. `namespaces` empty and no `guardrail`: the whole cluster."""

    kind = words.one_of(list(KINDS), default="full", help_text="executive: three pages")
    paper = words.one_of(list(PAPERS), default="a4", help_text="Of a PDF")
    format = words.one_of(list(FORMATS), default="pdf", help_text="csv: an archive with a file a table")
    namespaces = serializers.ListField(
        child=serializers.CharField(max_length=253), max_length=MOST_NAMESPACES, default=list
    )
    guardrail = serializers.CharField(max_length=253, allow_blank=True, default="", help_text="By its name")


class ComparedOptions(ReportOptions):
    against = serializers.IntegerField(
        min_value=1,
        max_value=10**9 - 1,
        allow_null=True,
        default=None,
        help_text="The snapshot to compare with; null: that of the last signed review",
    )


class NewReport(ComparedOptions):
    cluster = serializers.SlugField(max_length=63)
    snapshot = serializers.IntegerField(
        min_value=1, max_value=10**9 - 1, allow_null=True, default=None, help_text="null: the latest"
    )


class ReportSerializer(serializers.ModelSerializer[Report]):
    """`sha256` of the file, `content_sha256` of what it says; both empty until it is complete."""

    cluster = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    snapshot = serializers.IntegerField(source="snapshot_number", read_only=True)
    options = ComparedOptions(read_only=True)
    sha256 = serializers.CharField(source="file_sha256", read_only=True)

    class Meta:
        model = Report
        fields = [
            *("id", "cluster", "snapshot", "options", "state", "step", "error", "by", "requested"),
            *("started", "finished", "content_sha256", "sha256", "size", "recipients", "mailed"),
        ]
        read_only_fields = fields


class ReportsQuery(serializers.Serializer[Any]):
    cluster = serializers.SlugField(max_length=63, required=False, help_text="Only of this cluster")


class NewSchedule(ReportOptions):
    """Made of the latest snapshot each time, first one period from now."""

    cluster = serializers.SlugField(max_length=63)
    every = words.one_of(list(Schedule.Every.values), default="month")
    recipients = serializers.ListField(
        child=serializers.EmailField(), default=list, help_text="Who gets it by e-mail"
    )


class ScheduleSerializer(serializers.ModelSerializer[Schedule]):
    cluster = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    options = ReportOptions(read_only=True)

    class Meta:
        model = Schedule
        fields = ["id", "cluster", "options", "every", "recipients", "next_due", "created"]
        read_only_fields = fields
