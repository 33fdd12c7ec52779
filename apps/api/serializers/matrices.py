"""What a matrix is asked for, and how it is answered."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.api.serializers.marks import AgainstSerializer
from apps.api.serializers.questions import against
from apps.reachability.matrix import MOST_ROWS

# One letter a cell; docs/architecture.md says which.
_NAMES = r"^[^/,]+(,[^/,]+)*$"
_TARGETS = r"^[^/,]+(/[^/,]+)?(,[^/,]+(/[^/,]+)?)*$"
_LONGEST = 4000
_FURTHEST = 10**6


def _list(form: str, meaning: str) -> serializers.RegexField:
    wrong: dict[str, Any] = {"invalid": f"must be {meaning}"}
    return serializers.RegexField(
        form, max_length=_LONGEST, required=False, help_text=meaning, error_messages=wrong
    )


def _offset() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=_FURTHEST, default=0)


def _limit() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=1, max_value=MOST_ROWS, default=60)


class MatrixQuery(serializers.Serializer[Any]):
    by = words.one_of(
        ["namespace", "service", "class"], default="namespace", help_text="What a column stands for"
    )
    rows = _list(_NAMES, "namespaces or class:C1, with commas between")
    columns = _list(_TARGETS, "namespaces, class:C1 or NS/SERVICE, with commas between")
    port = words.port_number(required=False)
    protocol = words.protocol(required=False)
    q = words.QueryField(required=False, source="query", help_text="What the filter grammar asks for besides")
    against = against(required=False)
    row_offset = _offset()
    row_limit = _limit()
    column_offset = _offset()
    column_limit = _limit()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "/" in attrs.get("columns", "") and attrs["by"] != "service":
            raise serializers.ValidationError({"columns": "must be namespaces unless by is service"})
        for field, name in (("port", "port"), ("protocol", "protocol"), ("query", "q")):
            if attrs["by"] == "class" and field in attrs:
                raise serializers.ValidationError({name: "reach classes are of all edges together"})
        return attrs


class MatrixMetaSerializer(serializers.Serializer[Any]):
    cluster = serializers.CharField()
    snapshot = serializers.IntegerField()
    by = words.one_of(["namespace", "service", "class"])
    counts = serializers.DictField(child=serializers.IntegerField())
    row_count = serializers.IntegerField()
    column_count = serializers.IntegerField()
    row_offset = serializers.IntegerField()
    column_offset = serializers.IntegerField()
    against = AgainstSerializer(required=False)


class ReachClassSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    label = serializers.CharField()
    count = serializers.IntegerField()
    members = serializers.ListField(child=serializers.CharField())
    own = serializers.CharField()


class MatrixSerializer(serializers.Serializer[Any]):
    meta = MatrixMetaSerializer()
    rows = serializers.ListField(child=serializers.CharField())
    columns = serializers.ListField(child=serializers.CharField())
    row_classes = serializers.ListField(child=serializers.CharField())
    dns = serializers.CharField(help_text="A letter a row: r resolves, b blocked, ? unknown")
    cells = serializers.ListField(
        child=serializers.CharField(),
        help_text=(
            "A text a row with a letter a column: A allowed, P partial, U unrestricted, ? unknown, D denied, "
            "E empty, - no Service port"
        ),
    )
    classes = ReachClassSerializer(many=True, help_text="Those of the window, when by is class")
    marks = serializers.ListField(
        child=serializers.CharField(trim_whitespace=False),
        required=False,
        help_text="With against: a letter a cell: + opened, - closed, ~ otherwise changed, space as before",
    )
