"""Differences between two states of a cluster as they are answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.findings import ObjectSerializer
from apps.api.serializers.guardrails import TurnSerializer
from apps.api.serializers.snapshots import UnreadSerializer


class StateSerializer(serializers.Serializer[Any]):
    verdict = words.verdict()
    dns = words.dns()
    backend = words.backend()


class EdgeChangeSerializer(serializers.Serializer[Any]):
    """An edge that differs. `before` or `after` is null where there is no such edge; `causes`: numbers of
    the first three of `cause_count`."""

    source = serializers.CharField()
    target = serializers.CharField()
    port = serializers.IntegerField()
    protocol = words.protocol()
    kind = words.change()
    before = StateSerializer(allow_null=True)
    after = StateSerializer(allow_null=True)
    cause_count = serializers.IntegerField()
    causes = serializers.ListField(child=serializers.IntegerField())


class AlterationSerializer(serializers.Serializer[Any]):
    """What differs in an object; null: not there, or better read in the manifest."""

    path = serializers.CharField()
    before = serializers.CharField(allow_null=True)
    after = serializers.CharField(allow_null=True)


class ObjectChangeSerializer(serializers.Serializer[Any]):
    kind = words.one_of(
        ["namespace", "label", "node", "workload", "service", "slice", "policy", "domain"],
        help_text="namespace: with all that is in it; label: one label of a namespace",
    )
    object = ObjectSerializer()
    action = words.one_of(["appeared", "vanished", "changed"])
    alteration_count = serializers.IntegerField()
    alterations = AlterationSerializer(many=True)


class CauseSerializer(serializers.Serializer[Any]):
    """Object changes without which some edges would be as before: one, or several that none can be spared
    of. `aspect`: what of the edges it changed; `namespaces`: whose DNS answer, when that is it."""

    number = serializers.IntegerField()
    sentence = serializers.CharField()
    aspect = words.one_of(["verdict", "dns", "backend"])
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    changed = serializers.IntegerField()
    namespace_count = serializers.IntegerField()
    namespaces = serializers.ListField(child=serializers.CharField())
    change_count = serializers.IntegerField()
    changes = ObjectChangeSerializer(many=True)


class SideOfDiffSerializer(serializers.Serializer[Any]):
    """`snapshot` is null for a draft. What could not be read makes edges unknown on that side."""

    snapshot = serializers.IntegerField(allow_null=True)
    unread_count = serializers.IntegerField()
    unread = UnreadSerializer(many=True)


class DnsChangeSerializer(serializers.Serializer[Any]):
    namespace = serializers.CharField()
    before = words.dns()
    after = words.dns()


class NoteSerializer(serializers.Serializer[Any]):
    level = words.one_of(["warning", "info"])
    object = serializers.CharField()
    message = serializers.CharField()


class EdgeCountsSerializer(serializers.Serializer[Any]):
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    changed = serializers.IntegerField()


class DiffSerializer(serializers.Serializer[Any]):
    """A page of edges that differ (`results`, of `count` that pass the filter) and what is told beside them,
    of all edges. Lists beside the edges hold their first hundred; `causes` those that changed most edges,
    and those of the page."""

    count = serializers.IntegerField()
    next = serializers.CharField(allow_null=True)
    previous = serializers.CharField(allow_null=True)
    before = SideOfDiffSerializer()
    after = SideOfDiffSerializer()
    counts = EdgeCountsSerializer()
    dns_count = serializers.IntegerField()
    dns = DnsChangeSerializer(many=True)
    dns_broken_count = serializers.IntegerField()
    dns_broken = serializers.ListField(
        child=serializers.CharField(), help_text="Namespaces that could ask the cluster's DNS, and no longer"
    )
    notes_count = serializers.IntegerField()
    notes = NoteSerializer(many=True)
    change_count = serializers.IntegerField(help_text="Changed objects, whether or not they changed an edge")
    cause_count = serializers.IntegerField()
    causes = CauseSerializer(many=True)
    results = EdgeChangeSerializer(many=True)
    guardrails_count = serializers.IntegerField()
    guardrails = TurnSerializer(many=True, help_text="Those that turn stand first")
