"""Paths of several hops as they are answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words

CERTAINTIES = ["allowed", "unknown"]


class StepSerializer(serializers.Serializer[Any]):
    """One hop. `service` empty: straight to the pod, on its own port; else `port` is the Service's."""

    source = serializers.CharField()
    service = serializers.CharField(allow_blank=True)
    port = serializers.IntegerField()
    protocol = words.protocol()
    target = serializers.CharField(help_text="NS/Kind/NAME, or an address that is no pod's")
    certainty = words.one_of(CERTAINTIES)


class PathSerializer(serializers.Serializer[Any]):
    """A shortest way; to a workload, `port` and `protocol` are null."""

    target = serializers.CharField()
    port = serializers.IntegerField(allow_null=True)
    protocol = words.protocol(allow_null=True)
    hops = serializers.IntegerField()
    certainty = words.one_of(CERTAINTIES)
    steps = StepSerializer(many=True)


class ReachedSerializer(serializers.Serializer[Any]):
    """All are counted; `by_hops`: how many are first reached in 1, 2, … hops; the nearest are written out."""

    count = serializers.IntegerField()
    by_hops = serializers.ListField(child=serializers.IntegerField())
    paths = PathSerializer(many=True)


class PathsSerializer(serializers.Serializer[Any]):
    source = serializers.CharField()
    hops = serializers.IntegerField()
    start_count = serializers.IntegerField()
    starts = serializers.ListField(child=serializers.CharField())
    workloads = ReachedSerializer()
    services = ReachedSerializer()
