"""What a reviewer should look at."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.part import names_seen, part_seen
from apps.api.asked import read_query
from apps.api.conditional import answer_once
from apps.api.lookup import find_snapshot
from apps.api.serializers.findings import FindingSerializer
from apps.api.serializers.questions import FindingsQuery
from apps.api.views.listings import yaml_url
from apps.reachability import queries
from apps.reachability.finding_list import FindingFilter


class FindingsView(GenericAPIView[Any]):
    serializer_class = FindingSerializer

    @extend_schema(
        operation_id="findings_list", parameters=[FindingsQuery], responses=FindingSerializer(many=True)
    )
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """What a reviewer should look at, the gravest first: what it is, where it stands, what to do.

        To a reader of some namespaces, what tells of these alone.
        """
        asked = read_query(request, FindingsQuery, paged=True)
        wanted = FindingFilter(asked.get("severity", frozenset()), asked.get("id", frozenset()))
        snapshot = find_snapshot(slug, number)
        names = names_seen(request.user, slug)

        def make() -> Response:
            seen = part_seen(request.user, snapshot)
            found: Any = queries.finding_page(snapshot, wanted, partial(yaml_url, slug, number), seen)
            return self.get_paginated_response(self.paginate_queryset(found))

        return answer_once(request, snapshot, number, make, beside=names.limits or None)
