"""Findings as they are answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.engine import Severity
from apps.reachability.finding_ids import FINDING_IDS


class ObjectSerializer(serializers.Serializer[Any]):
    """An object; `namespace` is empty for cluster-wide kinds, `name` where a kind as a whole is meant."""

    kind = serializers.CharField()
    namespace = serializers.CharField(allow_blank=True)
    name = serializers.CharField(allow_blank=True)


class PlaceSerializer(ObjectSerializer):
    """Where a manifest shows something. Lines are of the YAML at `yaml_url`; both null if it has none."""

    path = serializers.CharField(allow_blank=True)
    lines = serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, allow_null=True
    )
    yaml_url = serializers.CharField(allow_null=True)


class FindingSerializer(serializers.Serializer[Any]):
    """Something to look at. `key` is the same in every snapshot that has this finding."""

    id = words.one_of(FINDING_IDS)
    key = serializers.CharField()
    severity = words.one_of(Severity)
    object = ObjectSerializer()
    path = serializers.CharField(allow_blank=True)
    message = serializers.CharField()
    advice = serializers.CharField()
    evidence = PlaceSerializer(many=True)
