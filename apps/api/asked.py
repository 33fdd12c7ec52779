"""What a request asks, checked: every field that is not known, or not right, is named in the answer."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.serializers import Serializer

_PAGING = {"limit", "offset"}


def read_query(request: Request, serializer: type[Serializer[Any]], *, paged: bool = False) -> dict[str, Any]:
    """The validated query parameters. One that is given twice or is empty is an error too."""
    given = request.query_params
    for name in given:
        if len(given.getlist(name)) > 1:
            raise ValidationError({name: "is given twice; lists are written with commas"})
    data = {name: value for name, value in given.items() if not (paged and name in _PAGING)}
    return _read(data, _bound(serializer))


def read_body(
    request: Request, serializer: type[Serializer[Any]], *, partial: bool = False
) -> dict[str, Any]:
    """The validated fields of a JSON body."""
    if not isinstance(request.data, Mapping):
        raise ValidationError("The body must be one JSON object")
    return read_fields(request.data, serializer, partial=partial)


def read_fields(
    data: Mapping[str, Any], serializer: type[Serializer[Any]], *, partial: bool = False
) -> dict[str, Any]:
    """Raises ValidationError with a message a field."""
    return _read(data, serializer(partial=partial))


@cache
def _bound(serializer: type[Serializer[Any]]) -> Serializer[Any]:
    """Making one copies all of its fields, which takes longer than reading a query with it; and reading
    leaves nothing behind."""
    return serializer()


def _read(data: Mapping[str, Any], bound: Serializer[Any]) -> dict[str, Any]:
    writable = [name for name, field in bound.fields.items() if not field.read_only]
    unknown = {name: _unknown(writable) for name in data if name not in writable}
    if unknown:
        raise ValidationError(unknown)
    checked: dict[str, Any] = bound.run_validation(data)
    return checked


def _unknown(known: list[str]) -> str:
    return f"is not known here; known: {', '.join(known)}" if known else "is not known here"
