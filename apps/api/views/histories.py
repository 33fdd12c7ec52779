"""The past: since when an edge is open, since when DNS is blocked, and what each snapshot changed."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_query
from apps.api.conditional import answer_alike
from apps.api.lookup import find_cluster, find_snapshot
from apps.api.serializers.histories import (
    EdgeHistorySerializer,
    NamespaceHistorySerializer,
    TimelineStepSerializer,
)
from apps.api.serializers.questions import HistoryQuery, NamespaceHistoryQuery, NoQuery
from apps.reachability.history.tell import tell_edge, tell_namespace
from apps.reachability.history.timeline import timeline


class TimelineView(GenericAPIView[Any]):
    serializer_class = TimelineStepSerializer

    @extend_schema(operation_id="timeline_list", responses=TimelineStepSerializer(many=True))
    def get(self, request: Request, slug: str) -> HttpResponseBase:
        """How many edges each snapshot opened, closed and changed, the newest first; of pruned ones too."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(timeline(find_cluster(slug)))
        return answer_alike(
            request, self.get_paginated_response(TimelineStepSerializer(page, many=True).data)
        )


class HistoryView(GenericAPIView[Any]):
    serializer_class = EdgeHistorySerializer
    pagination_class = None

    @extend_schema(operation_id="history_read", parameters=[HistoryQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Since when an edge has been as this snapshot has it, what made it so, and how it was at all times.

        Causes are searched when they are first asked for, and then kept.
        """
        asked = read_query(request, HistoryQuery)
        told = tell_edge(find_snapshot(slug, number), **asked)
        return answer_alike(request, Response(EdgeHistorySerializer(told).data))


class NamespaceHistoryView(GenericAPIView[Any]):
    serializer_class = NamespaceHistorySerializer
    pagination_class = None

    @extend_schema(operation_id="namespace_history_read", parameters=[NamespaceHistoryQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Since when a namespace's DNS has resolved or been blocked, or policies have isolated it."""
        asked = read_query(request, NamespaceHistoryQuery)
        told = tell_namespace(find_snapshot(slug, number), **asked)
        return answer_alike(request, Response(NamespaceHistorySerializer(told).data))
