"""Snapshots as they are listed and taken."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.snapshots.models import Snapshot


class UnreadSerializer(serializers.Serializer[Any]):
    """Something that could not be read; the verdicts that it could change are unknown."""

    kind = serializers.CharField()
    namespace = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)
    reason = serializers.CharField(allow_blank=True)
    touches = serializers.CharField(allow_blank=True, help_text="A namespace; empty: the whole cluster")
    directions = serializers.ListField(child=serializers.CharField())
    only_restricts = serializers.BooleanField()


class CoverageSerializer(serializers.Serializer[Any]):
    """Empty while nothing was read."""

    read = serializers.DictField(child=serializers.IntegerField(), default=dict, help_text="Objects by kind")
    unread = UnreadSerializer(many=True, default=list)
    problems = serializers.ListField(child=serializers.CharField(), default=list)


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    cluster = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)

    class Meta:
        model = Snapshot
        fields = [
            "cluster",
            "number",
            "state",
            "step",
            "done",
            "total",
            "error",
            "requested",
            "started",
            "finished",
            "counts",
            "evaluated_with",
            "digest",
        ]
        read_only_fields = fields


class SnapshotDetailSerializer(SnapshotSerializer):
    """With what was read and what could not be read."""

    coverage = CoverageSerializer(read_only=True)

    class Meta(SnapshotSerializer.Meta):
        fields = [*SnapshotSerializer.Meta.fields, "coverage"]
        read_only_fields = fields


class Upload(serializers.Serializer[Any]):
    """Manifests: YAML or JSON, one object or many a file."""

    files = serializers.ListField(child=serializers.FileField(allow_empty_file=True), allow_empty=False)


class NoFields(serializers.Serializer[Any]):
    """An order without any particulars: an empty JSON object."""
