"""Who reaches whom, as a table."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_query
from apps.api.conditional import answer_once
from apps.api.lookup import find_snapshot
from apps.api.serializers.matrices import MatrixQuery, MatrixSerializer
from apps.reachability import queries
from apps.reachability.matrix import MatrixQuestion


class MatrixView(GenericAPIView[Any]):
    serializer_class = MatrixSerializer
    pagination_class = None

    @extend_schema(operation_id="matrix_read", parameters=[MatrixQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """A window of the table of who reaches whom: rows are sources, alike ones stand together."""
        question = MatrixQuestion(**read_query(request, MatrixQuery))
        snapshot = find_snapshot(slug, number)
        return answer_once(request, snapshot, number, lambda: Response(queries.matrix(snapshot, question)))
