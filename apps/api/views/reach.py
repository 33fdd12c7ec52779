"""What it means: edges, the graph, why, and what leads on."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.part import part_seen
from apps.api.asked import read_query
from apps.api.conditional import answer_once
from apps.api.lookup import find_snapshot
from apps.api.problems import Refusal
from apps.api.serializers.edges import EdgeSerializer, ExplanationSerializer
from apps.api.serializers.graphs import GraphSerializer
from apps.api.serializers.marks import ComparedEdgeSerializer
from apps.api.serializers.paths import PathsSerializer
from apps.api.serializers.questions import ExplainQuery, GraphQuery, PathsQuery, ReachQuery
from apps.api.views.listings import yaml_url
from apps.reachability import queries
from apps.reachability.question import GraphQuestion
from apps.reachability.selection import EdgeFilter
from apps.reachability.within import Within, veil_edge
from apps.snapshots.models import Snapshot


class ReachView(GenericAPIView[Any]):
    serializer_class = EdgeSerializer

    @extend_schema(
        operation_id="reach_list", parameters=[ReachQuery], responses=ComparedEdgeSerializer(many=True)
    )
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Edges by target, port, then source; to a reader of some namespaces, those from and into them."""
        asked = read_query(request, ReachQuery, paged=True)
        verdicts, against = asked.pop("verdict", frozenset()), asked.pop("against", None)
        snapshot = find_snapshot(slug, number)
        seen = part_seen(request.user, snapshot)
        wanted = EdgeFilter(verdicts=verdicts, **asked)
        if seen is not None:
            if against:
                raise Refusal(403, "Who sees some namespaces only may not compare snapshots")
            return self._answer_within(snapshot, wanted, seen)

        def make() -> Response:
            page: Any = self.paginate_queryset(queries.reach_page(snapshot, wanted))
            if against:
                told: Any = queries.tell_changes(snapshot, against, page)
                return self.get_paginated_response(ComparedEdgeSerializer(told, many=True).data)
            return self.get_paginated_response([edge._asdict() for edge in page])

        return answer_once(request, snapshot, number, make)

    def _answer_within(self, snapshot: Snapshot, wanted: EdgeFilter, seen: Within) -> Response:
        """Never from a cache: what one sees may change while the snapshot does not."""
        if wanted.query or wanted.dns:
            raise Refusal(403, "Who sees some namespaces only may not filter by this")
        page: Any = self.paginate_queryset(queries.edges_within(snapshot, wanted, seen))
        told: Any = [veil_edge(edge, seen) for edge in page]
        answer = self.get_paginated_response(EdgeSerializer(told, many=True).data)
        answer.headers["Cache-Control"] = "private, no-store"
        return answer


class GraphView(GenericAPIView[Any]):
    serializer_class = GraphSerializer
    pagination_class = None

    @extend_schema(operation_id="graph_read", parameters=[GraphQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """What the browser draws: 120 nodes and 500 edges at most, the rest folded and counted.

        To a reader of some namespaces, what reaches one of these or what it reaches, without a filter.
        """
        question = GraphQuestion(**read_query(request, GraphQuery))
        snapshot = find_snapshot(slug, number)
        seen = part_seen(request.user, snapshot)
        if seen is not None:
            return _graph_within(snapshot, question, seen)
        return answer_once(request, snapshot, number, lambda: Response(queries.graph(snapshot, question)))


class ExplainView(GenericAPIView[Any]):
    serializer_class = ExplanationSerializer
    pagination_class = None

    @extend_schema(operation_id="explain_read", parameters=[ExplainQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Why an edge has its verdict: both gates, policies, rules, lines of YAML and the nearest miss."""
        asked = read_query(request, ExplainQuery)
        snapshot = find_snapshot(slug, number)
        url = partial(yaml_url, slug, number)
        seen = part_seen(request.user, snapshot)
        if seen is not None:
            told = queries.explain_within(snapshot, seen, **asked, yaml_url=url)
            return Response(told, headers={"Cache-Control": "private, no-store"})
        return answer_once(
            request, snapshot, number, lambda: Response(queries.explain(snapshot, **asked, yaml_url=url))
        )


class PathsView(GenericAPIView[Any]):
    serializer_class = PathsSerializer
    pagination_class = None

    @extend_schema(operation_id="paths_read", parameters=[PathsQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """What a source reaches in several hops: each path is a possible pivot, not a direct connection.

        It takes for granted that whoever stands in the source takes over each workload on the way, which
        then speaks with its own pods' rights. All are counted; the nearest 250 workloads and Service ports
        are told, nearest first.
        """
        asked = read_query(request, PathsQuery)
        snapshot = find_snapshot(slug, number)
        return answer_once(request, snapshot, number, lambda: Response(queries.paths(snapshot, **asked)))


def _graph_within(snapshot: Snapshot, question: GraphQuestion, seen: Within) -> Response:
    """Never from a cache, as above."""
    if not question.focus or question.direction == "path":
        raise Refusal(403, "Who sees some namespaces only asks about a focus, and for direct edges")
    if question.query or question.against:
        raise Refusal(403, "Who sees some namespaces only may not filter or compare the graph")
    told = queries.graph_within(snapshot, question, seen)
    return Response(told, headers={"Cache-Control": "private, no-store"})
