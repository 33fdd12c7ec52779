"""Answers have the shape that the schema promises, down to the last key."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


def assert_shape(field: Any, value: Any, where: str = "answer") -> None:
    """`field`: a serializer, or a field of one. A key more or less fails, but for optional ones that
    are missing, and a null that is not said."""
    if value is None:
        assert field.allow_null, where
    elif isinstance(field, serializers.ListSerializer | serializers.ListField):
        assert isinstance(value, list), where
        for index, each in enumerate(value):
            assert_shape(field.child, each, f"{where}[{index}]")
    elif isinstance(field, serializers.Serializer):
        needed = {name for name, inner in field.fields.items() if inner.required}
        assert needed <= set(value) <= set(field.fields), where
        for name in value:
            assert_shape(field.fields[name], value[name], f"{where}.{name}")
    else:
        assert field.run_validation(value) == value, where
