"""Reviews, their items and decisions, as they are given and answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.review.accept import LONGEST_TEXT, MOST_AT_ONCE
from apps.review.models import Decision, Review

_CHOICES = Decision.Choice.values


class ReviewSerializer(serializers.ModelSerializer[Review]):
    """`against`: the snapshot of the signed review before it; null for the first. `sha256`: of the seal."""

    snapshot = serializers.IntegerField(source="snapshot_number", read_only=True)
    flags = serializers.IntegerField(read_only=True, help_text="Decisions that flag something")
    sha256 = serializers.CharField(source="seal.sha256", default=None, allow_null=True, read_only=True)

    class Meta:
        model = Review
        fields = [
            "id",
            "snapshot",
            "against",
            "opened",
            "opened_by",
            "version",
            "signed",
            "signed_by",
            "flags",
            "sha256",
        ]
        read_only_fields = fields


class GroupSerializer(serializers.Serializer[Any]):
    """Items that are new for one reason. `size`: edges or findings; `left`: those not decided about."""

    id = serializers.CharField()
    title = serializers.CharField()
    items = serializers.IntegerField()
    size = serializers.IntegerField()
    left = serializers.IntegerField()


class ReviewDetailSerializer(ReviewSerializer):
    """With what is left to decide. A signed review has none; its seal keeps what was decided."""

    size = serializers.IntegerField()
    left = serializers.IntegerField()
    group_count = serializers.IntegerField()
    groups = GroupSerializer(many=True, help_text="The first hundred")

    class Meta(ReviewSerializer.Meta):
        fields = [*ReviewSerializer.Meta.fields, "size", "left", "group_count", "groups"]
        read_only_fields = fields


class DecisionSerializer(serializers.ModelSerializer[Decision]):
    """`source` is empty where it stands for all that have no decision of their own."""

    class Meta:
        model = Decision
        fields = ["source", "choice", "note", "until", "decided", "decided_by"]
        read_only_fields = fields


class TurnOfEdgeSerializer(serializers.Serializer[Any]):
    source = serializers.CharField()
    before = words.one_of(words.VERDICTS, allow_null=True)
    after = words.verdict()


class ItemSerializer(serializers.Serializer[Any]):
    """Edges into one Service port from some namespaces, or with kind finding a finding.

    `version`: to be named in a decision, so that it overwrites nothing unseen.
    """

    id = serializers.CharField()
    group = serializers.CharField()
    kind = words.one_of(["open", "opened", "grown", "returned", "finding"])
    version = serializers.IntegerField()
    size = serializers.IntegerField()
    left = serializers.IntegerField()
    target = serializers.CharField(allow_null=True)
    port = serializers.IntegerField(allow_null=True)
    protocol = serializers.CharField(allow_null=True)
    sources = TurnOfEdgeSerializer(many=True, help_text="The first fifty of `size`")
    finding = serializers.CharField(allow_null=True)
    message = serializers.CharField(allow_blank=True)
    decision_count = serializers.IntegerField()
    decisions = DecisionSerializer(many=True, help_text="The first fifty")


class ItemsQuery(serializers.Serializer[Any]):
    group = serializers.CharField(required=False, max_length=24, help_text="Of this group only")
    left = serializers.BooleanField(required=False, help_text="Only those that are not wholly decided")


class NewReview(serializers.Serializer[Any]):
    snapshot = serializers.IntegerField(
        required=False, min_value=1, max_value=2**31 - 1, help_text="The newest one if left out"
    )


class NewDecision(serializers.Serializer[Any]):
    """About an item, some source namespaces of one, or all of a group that nobody has decided about.

    The group `all` is everything.
    """

    item = serializers.CharField(required=False, max_length=24)
    version = serializers.IntegerField(
        required=False, min_value=0, max_value=2**31 - 1, help_text="The item's, as you saw it"
    )
    sources = serializers.ListField(
        child=serializers.CharField(max_length=words.LONGEST_NAME), required=False, max_length=MOST_AT_ONCE
    )
    group = serializers.CharField(required=False, max_length=24)
    choice = words.one_of(_CHOICES)
    note = serializers.CharField(required=False, allow_blank=True, max_length=LONGEST_TEXT)
    until = serializers.DateTimeField(required=False, allow_null=True)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("item" in attrs) == ("group" in attrs):
            raise serializers.ValidationError({"item": "give an item, or a group, and not both"})
        if "item" in attrs and "version" not in attrs:
            raise serializers.ValidationError({"version": "is needed with an item"})
        if "group" in attrs and ("sources" in attrs or "version" in attrs):
            raise serializers.ValidationError({"group": "is decided as a whole, without sources or version"})
        return attrs


class DecidedSerializer(serializers.Serializer[Any]):
    """`decided`: how many items; `left`: of the whole review, edges and findings not decided."""

    decided = serializers.IntegerField()
    left = serializers.IntegerField()
    version = serializers.IntegerField(help_text="Of the review, to be named when signing")


class Signature(serializers.Serializer[Any]):
    version = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, help_text="The review's, as you saw it"
    )
