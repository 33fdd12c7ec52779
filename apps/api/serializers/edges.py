"""Edges and explanations as they are answered: the keys of the command line's edges."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.engine.model import Edge


class EdgeSerializer(serializers.Serializer[Edge]):
    """What would tell about the other end is null to a reader who does not see it."""

    source = serializers.CharField()
    target = serializers.CharField()
    port = serializers.IntegerField()
    protocol = words.protocol()
    verdict = words.verdict()
    allowed_pairs = serializers.IntegerField(allow_null=True)
    pairs = serializers.IntegerField(allow_null=True)
    dns = words.dns(allow_null=True)
    backend = words.backend()
    potential = words.verdict(allow_null=True)
    reason = serializers.CharField()


class CitationSerializer(serializers.Serializer[Any]):
    """A rule, or a whole policy, and where it stands in the policy's YAML."""

    kind = serializers.CharField()
    namespace = serializers.CharField()
    name = serializers.CharField()
    path = serializers.CharField()
    effect = serializers.CharField()
    selects = serializers.BooleanField()
    lines = serializers.ListField(
        child=serializers.IntegerField(), min_length=2, max_length=2, allow_null=True
    )
    marks = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField(), min_length=2, max_length=2)
    )
    yaml_url = serializers.CharField(allow_null=True)


class NearestSerializer(serializers.Serializer[Any]):
    """The rule that came closest to allowing it, and what it lacks."""

    citation = CitationSerializer()
    lacks = serializers.ListField(child=serializers.CharField())


class SideSerializer(serializers.Serializer[Any]):
    """One gate: egress of the source, or ingress of the target."""

    verdict = words.verdict()
    isolated = serializers.BooleanField()
    reason = serializers.CharField()
    citations = CitationSerializer(many=True)
    others = CitationSerializer(many=True)
    nearest = NearestSerializer(allow_null=True)


class PairGroupSerializer(serializers.Serializer[Any]):
    """Pairs of workloads with one and the same explanation."""

    sources = serializers.ListField(child=serializers.CharField())
    targets = serializers.ListField(child=serializers.CharField())
    target_port = serializers.IntegerField()
    verdict = words.verdict()
    reason = serializers.CharField()
    egress = SideSerializer()
    ingress = SideSerializer()


class ExplanationSerializer(EdgeSerializer):
    sentence = serializers.CharField()
    egress = SideSerializer(allow_null=True)
    ingress = SideSerializer(allow_null=True)
    group_count = serializers.IntegerField()
    groups = PairGroupSerializer(many=True)
