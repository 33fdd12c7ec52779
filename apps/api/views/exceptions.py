"""Accepted exceptions: everybody reads them, reviewers accept and end."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.lookup import LATEST, find_snapshot
from apps.api.permissions import ReviewersWrite
from apps.api.problems import Refusal
from apps.api.serializers.exceptions import ExceptionSerializer, ExceptionsQuery, NewExceptions
from apps.api.serializers.questions import NoQuery
from apps.api.sight import find_whole_cluster, whole_clusters
from apps.engine import EdgeKey
from apps.review.accept import ExceptionRefused, accept_edges, accept_finding, end_exception
from apps.review.models import AcceptedException
from apps.review.queries import exceptions_of


class ExceptionsView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = ExceptionSerializer

    @extend_schema(
        operation_id="exceptions_list",
        parameters=[ExceptionsQuery],
        responses=ExceptionSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """The newest first, each with its state now or at a time."""
        asked = read_query(request, ExceptionsQuery, paged=True)
        clusters = whole_clusters(request, asked.get("cluster"))
        rows = exceptions_of(*clusters, at=asked.get("at"), state=asked.get("state", ""))
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ExceptionSerializer(page, many=True).data)

    @extend_schema(
        operation_id="exceptions_create",
        request=NewExceptions,
        responses={201: ExceptionSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Accepts edges, or a finding, as a snapshot has them, until a time and for a reason."""
        given = read_body(request, NewExceptions)
        cluster = find_whole_cluster(request, given["cluster"])
        try:
            accepted = _accept(request, given)
        except ExceptionRefused as refusal:
            raise ValidationError({refusal.field: refusal.message}) from None
        rows = exceptions_of(cluster).filter(pk__in=[each.pk for each in accepted]).order_by("pk")
        location = reverse("api:exceptions") + f"?cluster={cluster.slug}"
        return Response(ExceptionSerializer(rows, many=True).data, status=201, headers={"Location": location})


class ExceptionView(GenericAPIView[Any]):
    permission_classes = [ReviewersWrite]
    serializer_class = ExceptionSerializer

    @extend_schema(operation_id="exceptions_read")
    def get(self, request: Request, exception_id: int) -> Response:
        read_query(request, NoQuery)
        return Response(ExceptionSerializer(_find(request, exception_id)).data)

    @extend_schema(operation_id="exceptions_end", responses={204: None})
    def delete(self, request: Request, exception_id: int) -> Response:
        """Ends it from now on. It stays, as what it was."""
        if not end_exception(_find(request, exception_id), by=request.user.get_username()):
            raise Refusal(409, "This exception was ended before")
        return Response(status=204)


def _accept(request: Request, given: dict[str, Any]) -> list[AcceptedException]:
    snapshot = find_snapshot(given["cluster"], str(given.get("snapshot", LATEST)))
    terms = {"reason": given["reason"], "until": given["until"], "by": request.user.get_username()}
    if "finding" in given:
        return [accept_finding(snapshot, given["finding"], **terms)]
    return accept_edges(snapshot, [EdgeKey(**edge) for edge in given["edges"]], **terms)


def _find(request: Request, pk: int) -> AcceptedException:
    found = exceptions_of(*whole_clusters(request, None)).filter(pk=pk).first()
    if found is None:
        raise Refusal(404, f"There is no exception {pk}")
    return found
