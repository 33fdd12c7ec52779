"""The past as it is answered: of an edge, of a namespace, and of a cluster snapshot by snapshot."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.changes import CauseSerializer


class MomentSerializer(serializers.Serializer[Any]):
    """`at`: when that snapshot was done. `is_oldest`: it is the oldest that is known of, so what it found may
    have been so for longer."""

    snapshot = serializers.IntegerField()
    at = serializers.DateTimeField(allow_null=True)
    is_oldest = serializers.BooleanField()


class CauseOfChangeSerializer(CauseSerializer):
    number = None


class ChangeSerializer(serializers.Serializer[Any]):
    """What made it so between two snapshots that follow each other. `by`: the objects in short words; `note`:
    why no object is named, such as other assumptions."""

    snapshots = serializers.ListField(child=serializers.IntegerField())
    by = serializers.ListField(child=serializers.CharField())
    note = serializers.CharField(allow_blank=True)
    cause_count = serializers.IntegerField()
    causes = CauseOfChangeSerializer(many=True)


class PeriodSerializer(serializers.Serializer[Any]):
    """A run of snapshots; `last` is null for the one that goes on. `snapshots`: how many of them are kept.
    `unread`: kinds that could not be read when it began."""

    first = MomentSerializer()
    last = MomentSerializer(allow_null=True)
    snapshots = serializers.IntegerField()
    unread = serializers.ListField(child=serializers.CharField())


class VerdictPeriodSerializer(PeriodSerializer):
    verdict = words.verdict(allow_null=True)


class ValuePeriodSerializer(PeriodSerializer):
    value = serializers.CharField(allow_null=True)


class _PastSerializer(serializers.Serializer[Any]):
    since = MomentSerializer()
    before = serializers.CharField(allow_null=True)
    may_be_earlier = serializers.BooleanField(help_text="What was before it was unknown")
    change = ChangeSerializer(allow_null=True)
    period_count = serializers.IntegerField()


class EdgeHistorySerializer(_PastSerializer):
    """Since when an edge has its verdict, since when it has let something through, and the newest hundred
    of its periods, newest first; a null verdict is a time without such an edge."""

    source = serializers.CharField()
    target = serializers.CharField()
    port = serializers.IntegerField()
    protocol = words.protocol()
    verdict = words.verdict()
    open_since = MomentSerializer(allow_null=True)
    opening = ChangeSerializer(allow_null=True)
    periods = VerdictPeriodSerializer(many=True)


class NamespaceHistorySerializer(_PastSerializer):
    """The same of a namespace's DNS, or of its isolation in one direction."""

    namespace = serializers.CharField()
    fact = words.one_of(["dns", "ingress", "egress"])
    value = serializers.CharField(help_text="resolves, blocked, unknown; or all, some, none")
    periods = ValuePeriodSerializer(many=True)


class TimelineStepSerializer(serializers.Serializer[Any]):
    """What a snapshot opened, closed and changed since the one before it, each as it was judged then.
    `previous` is null for the first; `is_kept`: the snapshot itself is still there."""

    number = serializers.IntegerField()
    previous = serializers.IntegerField(allow_null=True)
    at = serializers.DateTimeField()
    is_partial = serializers.BooleanField()
    is_kept = serializers.BooleanField()
    opened = serializers.IntegerField()
    closed = serializers.IntegerField()
    changed = serializers.IntegerField()
