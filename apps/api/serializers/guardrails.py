"""Guardrails and what they came to, as they are answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.drafts import ManifestField
from apps.review.guardrails import Outcome

MOST = 500
OUTCOMES = [str(outcome) for outcome in Outcome]


class BreachSerializer(serializers.Serializer[Any]):
    """What breaks a guardrail, or could: an edge, or with an empty target a namespace. `says`: the edge's
    verdict, or what the namespace lacks."""

    source = serializers.CharField()
    says = serializers.CharField()
    target = serializers.CharField(allow_blank=True)
    port = serializers.IntegerField(allow_null=True)
    protocol = serializers.CharField(allow_blank=True)


class ResultSerializer(serializers.Serializer[Any]):
    """`vacuous`: why it says nothing of this cluster; `gap`: what was not read. Both are empty otherwise."""

    name = serializers.CharField()
    outcome = words.one_of(OUTCOMES)
    vacuous = serializers.CharField(allow_blank=True)
    gap = serializers.CharField(allow_blank=True)
    checked = serializers.IntegerField(help_text="Edges or namespaces that it looked at")
    broken_count = serializers.IntegerField()
    broken = BreachSerializer(many=True, help_text="The first hundred")
    unknown_count = serializers.IntegerField()
    unknown = BreachSerializer(many=True, help_text="The first hundred")


class CheckSerializer(ResultSerializer):
    """On a snapshot. `since`: the snapshot since which it has not passed, `at_least` that long; `causes`:
    what broke it there."""

    guardrail = serializers.IntegerField()
    version = serializers.IntegerField()
    since = serializers.IntegerField(allow_null=True)
    at_least = serializers.BooleanField()
    causes = serializers.ListField(child=serializers.CharField())


class VersionSerializer(serializers.Serializer[Any]):
    """`body`: the document, as docs/guardrails.md describes it."""

    number = serializers.IntegerField()
    body = serializers.JSONField()
    created = serializers.DateTimeField()
    created_by = serializers.CharField()


class GuardrailSerializer(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    cluster = serializers.CharField()
    name = serializers.CharField()
    ended = serializers.DateTimeField(allow_null=True)
    version_count = serializers.IntegerField()
    versions = VersionSerializer(many=True, help_text="The newest first, twenty at most")


class GuardrailsQuery(serializers.Serializer[Any]):
    cluster = serializers.SlugField(required=False, help_text="Of this cluster only")


class NewGuardrails(serializers.Serializer[Any]):
    """One that has the name of a standing guardrail becomes its next version."""

    cluster = serializers.SlugField()
    guardrails = serializers.ListField(
        child=ManifestField(),
        allow_empty=False,
        max_length=MOST,
        help_text="Each an object, or YAML with one or many documents",
    )


class TurnSerializer(serializers.Serializer[Any]):
    """What a difference does to a guardrail. Null: it was not checked on that side."""

    name = serializers.CharField()
    before = words.one_of(OUTCOMES, allow_null=True)
    after = words.one_of(OUTCOMES, allow_null=True)
    broken_count = serializers.IntegerField()
    broken = BreachSerializer(many=True, help_text="The first twenty after")
    unknown_count = serializers.IntegerField()
    unknown = BreachSerializer(many=True, help_text="The first twenty after")
