"""Accepted exceptions, as they are given and answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.review.accept import LONGEST_TEXT, MOST_AT_ONCE
from apps.review.models import AcceptedException
from apps.review.queries import STATES


class EdgeKeySerializer(serializers.Serializer[Any]):
    source = serializers.CharField(max_length=words.LONGEST_NAME)
    target = serializers.CharField(max_length=2 * words.LONGEST_NAME, help_text="NS/SERVICE")
    port = words.port_number()
    protocol = words.protocol(default="TCP")


class NewExceptions(serializers.Serializer[Any]):
    """Edges or one finding, as the snapshot has them; what was accepted of them before ends."""

    cluster = serializers.SlugField()
    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The newest one if left out"
    )
    edges = serializers.ListField(child=EdgeKeySerializer(), required=False, max_length=MOST_AT_ONCE)
    finding = serializers.CharField(required=False, max_length=1000, help_text="The key of a finding")
    reason = serializers.CharField(max_length=LONGEST_TEXT)
    until = serializers.DateTimeField(help_text="A time with its zone")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("edges" in attrs) == ("finding" in attrs):
            raise serializers.ValidationError({"edges": "give edges, or a finding, and not both"})
        return attrs


class ExceptionSerializer(serializers.ModelSerializer[AcceptedException]):
    """`state`: at the time that was asked about, or now. `grown_in`: the snapshot in which it was seen to
    have more than was accepted. `port` is null for a finding, which is named by its key."""

    cluster = serializers.SlugRelatedField[Any](slug_field="slug", read_only=True)
    state = words.one_of(STATES, read_only=True)
    snapshot = serializers.IntegerField(source="snapshot_number", read_only=True)

    class Meta:
        model = AcceptedException
        fields = [
            "id",
            "cluster",
            "state",
            "source",
            "target",
            "port",
            "protocol",
            "finding",
            "verdict",
            "allowed_pairs",
            "pairs",
            "snapshot",
            "reason",
            "accepted",
            "accepted_by",
            "until",
            "grown",
            "grown_in",
            "ended",
            "ended_by",
        ]
        read_only_fields = fields


class ExceptionsQuery(serializers.Serializer[Any]):
    cluster = serializers.SlugField(required=False, help_text="Of this cluster only")
    state = words.one_of(STATES, required=False)
    at = serializers.DateTimeField(required=False, help_text="As it was at this time; now if left out")
