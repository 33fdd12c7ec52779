"""Drafts as they are given: manifests to add or to put in the place of others, and objects to delete."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.api.serializers import words

MOST = 10_000  # entries


@extend_schema_field({"oneOf": [{"type": "string"}, {"type": "object", "additionalProperties": True}]})
class ManifestField(serializers.Field[Any, Any, Any, Any]):
    """YAML or JSON as a text, or an object as it is."""

    default_error_messages = {"invalid": "must be a manifest: an object, or YAML as a text"}

    def to_internal_value(self, data: Any) -> Any:
        if not isinstance(data, str | Mapping):
            self.fail("invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class DeletionSerializer(serializers.Serializer[Any]):
    """`namespace` is left out for kinds that have none, and for `default`; `api_version` is needed only
    where the snapshot has several kinds of that name."""

    kind = serializers.CharField(max_length=words.LONGEST_NAME)
    name = serializers.CharField(max_length=320)
    namespace = serializers.CharField(max_length=words.LONGEST_NAME, required=False, allow_blank=True)
    api_version = serializers.CharField(max_length=words.LONGEST_NAME, required=False)

    def to_internal_value(self, data: Any) -> Any:
        """A misspelt `namespace` must not become the deletion of something else."""
        unknown = set(data) - set(self.fields) if isinstance(data, Mapping) else ()
        if unknown:
            raise serializers.ValidationError(dict.fromkeys(sorted(unknown), "is not known here"))
        return super().to_internal_value(data)


class Draft(serializers.Serializer[Any]):
    """What to try. Of a manifest that names an object of the snapshot, the new one takes the place."""

    add = serializers.ListField(child=ManifestField(), required=False, max_length=MOST)
    delete = serializers.ListField(child=DeletionSerializer(), required=False, max_length=MOST)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if not (attrs.get("add") or attrs.get("delete")):
            raise serializers.ValidationError("There is nothing to try: give add, or delete, or both")
        return attrs
