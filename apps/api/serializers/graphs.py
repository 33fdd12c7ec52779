"""The graph as it is answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.marks import AgainstSerializer, GoneSerializer, LineChangeSerializer
from apps.api.serializers.paths import StepSerializer


class AskSerializer(serializers.Serializer[Any]):
    """What to ask `explain` about an edge."""

    source = serializers.CharField()
    target = serializers.CharField()
    port = serializers.IntegerField()
    protocol = words.protocol()


class NodeSerializer(serializers.Serializer[Any]):
    """`ingress` and `egress` are null, and `fact` is empty, to a reader who does not see this namespace."""

    id = serializers.CharField()
    kind = words.one_of(["namespace", "service", "open-zone", "folded", "class", "box", "workload", "gone"])
    label = serializers.CharField()
    fact = serializers.CharField()
    ingress = words.one_of(words.EXTENTS, allow_null=True)
    egress = words.one_of(words.EXTENTS, allow_null=True)
    count = serializers.IntegerField(required=False)
    members = serializers.ListField(child=serializers.CharField(), required=False)
    parent = serializers.CharField(required=False)
    hops = serializers.IntegerField(required=False)
    steps = StepSerializer(many=True, required=False)
    x = serializers.IntegerField()
    y = serializers.IntegerField()


class LineSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    source = serializers.CharField()
    target = serializers.CharField()
    verdict = words.verdict(allow_null=True, help_text="null: there is no such edge any more")
    label = serializers.CharField()
    dns = words.dns(allow_null=True)
    allowed_pairs = serializers.IntegerField(allow_null=True)
    pairs = serializers.IntegerField(allow_null=True)
    ask = AskSerializer(allow_null=True)
    change = LineChangeSerializer(required=False, help_text="With against")
    gone = GoneSerializer(
        many=True, required=False, help_text="Of a line without verdict: its edges, twenty at most"
    )


class GraphMetaSerializer(serializers.Serializer[Any]):
    cluster = serializers.CharField()
    snapshot = serializers.IntegerField()
    focus = serializers.CharField()
    direction = words.one_of(["to", "from", "path"])
    form = words.one_of(["focus", "cards", "field", "classes", "paths"])
    answer = serializers.CharField()
    counts = serializers.DictField(child=serializers.IntegerField())
    drawn = serializers.IntegerField()
    folded = serializers.IntegerField()
    hidden = serializers.IntegerField()
    against = AgainstSerializer(required=False)


class GraphSerializer(serializers.Serializer[Any]):
    meta = GraphMetaSerializer()
    nodes = NodeSerializer(many=True)
    edges = LineSerializer(many=True)
