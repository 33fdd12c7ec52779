"""Suggested policies: which edges shall stay, and what to apply so that just these do."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.fields import empty

from apps.api.serializers import words
from apps.api.serializers.drafts import DeletionSerializer, ManifestField
from apps.engine import EdgeKey
from apps.reachability.suggesting import MOST_KEPT

_NAMESPACE = r"^[^/]+$"
_SERVICE = r"^[^/]+/[^/]+$"


class EdgeKeySerializer(serializers.Serializer[Any]):
    """Names one edge."""

    source = words.name(_NAMESPACE, "a namespace")
    target = words.name(_SERVICE, "NS/SERVICE")
    port = words.port_number(help_text="A Service port")
    protocol = words.protocol(default="TCP")

    def to_internal_value(self, data: Any) -> Any:
        """A misspelt `protocol` must not become another edge."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), "is not known here"))
        return EdgeKey(**super().to_internal_value(data))


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string", "enum": ["all"]},
            {
                "type": "array",
                "maxItems": MOST_KEPT,
                "items": {
                    "type": "object",
                    "required": ["source", "target", "port"],
                    "properties": {
                        "source": {"type": "string"},
                        "target": {"type": "string", "description": "NS/SERVICE"},
                        "port": {"type": "integer", "minimum": 1, "maximum": 65535},
                        "protocol": {"type": "string", "default": "TCP"},
                    },
                },
            },
        ]
    }
)
class KeepField(serializers.ListField):
    """Edges, or the word `all` (None): those that are allowed now."""

    child = EdgeKeySerializer()

    def run_validation(self, data: Any = empty) -> Any:
        return None if data == "all" else super().run_validation(data)


class SuggestionRequest(serializers.Serializer[Any]):
    namespace = words.name(_NAMESPACE, "a namespace")
    keep = KeepField(
        max_length=MOST_KEPT,
        allow_empty=True,
        help_text="The edges of the namespace that shall stay, or `all`: those that are allowed now",
    )
    dns = serializers.BooleanField(default=False, help_text="Keep the edges to the cluster's DNS too")


class ImpossibleSerializer(serializers.Serializer[Any]):
    """An edge that will not be as was asked, or that changes unasked, and why."""

    edge = EdgeKeySerializer()
    reason = serializers.CharField()


class SuggestionSerializer(serializers.Serializer[Any]):
    """`policies` and `delete` are what a draft takes as `add` and `delete`."""

    namespace = serializers.CharField()
    kept_count = serializers.IntegerField()
    policies = serializers.ListField(child=ManifestField())
    yaml = serializers.CharField(
        trim_whitespace=False, allow_blank=True, help_text="The policies as one text of several documents"
    )
    delete = DeletionSerializer(many=True)
    impossible_count = serializers.IntegerField()
    impossible = ImpossibleSerializer(many=True)
