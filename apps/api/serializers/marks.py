"""What differs from another snapshot, as graph, matrix and edges tell it."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.changes import StateSerializer
from apps.api.serializers.edges import EdgeSerializer


class AgainstSerializer(serializers.Serializer[Any]):
    """Edges of the question, counted; `gone_drawn`: closed ones without their ends, on own lines."""

    snapshot = serializers.IntegerField()
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    changed = serializers.IntegerField()
    gone_drawn = serializers.IntegerField(required=False)


class LineChangeSerializer(serializers.Serializer[Any]):
    """Of the edges of a line; `was`: the verdict before, of a single one."""

    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    changed = serializers.IntegerField()
    was = words.verdict(allow_null=True)


class GoneSerializer(serializers.Serializer[Any]):
    """A closed edge of which a namespace, the Service or its port is no more."""

    source = serializers.CharField()
    target = serializers.CharField()
    port = serializers.IntegerField()
    protocol = words.protocol()
    was = words.verdict(allow_null=True)


class MarkSerializer(serializers.Serializer[Any]):
    """How one edge differs; `before` is null where there was no such edge."""

    kind = words.change()
    before = StateSerializer(allow_null=True)


class ComparedEdgeSerializer(EdgeSerializer):
    """With against, and then `change` is null for an edge that is as before."""

    change = MarkSerializer(required=False, allow_null=True)
