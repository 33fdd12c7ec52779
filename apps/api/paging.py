"""Every list is paged, and a page that cannot be had is an error instead of another page."""

from __future__ import annotations

from typing import Any

from rest_framework.exceptions import ValidationError
from rest_framework.pagination import LimitOffsetPagination
from rest_framework.request import Request
from rest_framework.serializers import IntegerField, Serializer

LARGEST_LIMIT = 500
# The largest offset that every supported database accepts.
LARGEST_OFFSET = 2**31 - 1


class Paging(LimitOffsetPagination):
    """`limit` (1 to 500, else 50) and `offset` (from 0). Pages anything with a length that can be sliced."""

    default_limit = 50
    max_limit = LARGEST_LIMIT

    def get_limit(self, request: Request) -> int:
        return _whole_number(request, "limit", default=50, least=1, most=LARGEST_LIMIT)

    def get_offset(self, request: Request) -> int:
        return _whole_number(request, "offset", default=0, least=0, most=LARGEST_OFFSET)

    def get_schema_operation_parameters(self, view: Any) -> list[dict[str, Any]]:
        ranges = {"limit": (1, LARGEST_LIMIT, 50), "offset": (0, LARGEST_OFFSET, 0)}
        return [
            {
                "name": name,
                "in": "query",
                "required": False,
                "description": f"{name}: whole number from {least} to {most}",
                "schema": {"type": "integer", "minimum": least, "maximum": most, "default": default},
            }
            for name, (least, most, default) in ranges.items()
        ]


class PageQuery(Serializer[Any]):
    """The same two for the schema of an answer that is more than a list."""

    limit = IntegerField(min_value=1, max_value=LARGEST_LIMIT, default=50)
    offset = IntegerField(min_value=0, max_value=LARGEST_OFFSET, default=0)


def _whole_number(request: Request, name: str, *, default: int, least: int, most: int) -> int:
    text = request.query_params.get(name)
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) <= 10 and least <= int(text) <= most):
        raise ValidationError({name: f"must be a whole number from {least} to {most}"})
    return int(text)
