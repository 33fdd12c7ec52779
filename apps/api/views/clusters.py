"""Clusters: everybody reads them, administrators write them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.access.gate import LIMITED
from apps.access.sight import sight_of
from apps.api.asked import read_body, read_query
from apps.api.lookup import find_cluster
from apps.api.permissions import AdministratorsWrite
from apps.api.problems import Refusal
from apps.api.serializers.clusters import ClusterChange, ClusterSerializer, NewCluster
from apps.api.serializers.questions import NoQuery
from apps.snapshots.clusters import ClusterRefused, add_cluster, change_cluster, remove_cluster
from apps.snapshots.models import Cluster


class ClustersView(GenericAPIView[Cluster]):
    permission_classes = [AdministratorsWrite]
    serializer_class = ClusterSerializer

    @extend_schema(operation_id="clusters_list", responses=ClusterSerializer(many=True))
    def get(self, request: Request) -> Response:
        """The clusters that one may see, by slug."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(sight_of(request.user).clusters().order_by("slug"))
        return self.get_paginated_response(ClusterSerializer(page, many=True).data)

    @extend_schema(operation_id="clusters_create", request=NewCluster, responses={201: ClusterSerializer})
    def post(self, request: Request) -> Response:
        """Adds a cluster. Nothing is read before a snapshot is asked for or due."""
        if not sight_of(request.user).is_all:
            raise Refusal(403, LIMITED)
        with _refusals():
            cluster = add_cluster(**read_body(request, NewCluster))
        location = reverse("api:cluster", args=[cluster.slug])
        return Response(ClusterSerializer(cluster).data, status=201, headers={"Location": location})


class ClusterView(GenericAPIView[Cluster]):
    permission_classes = [AdministratorsWrite]
    serializer_class = ClusterSerializer

    @extend_schema(operation_id="clusters_read")
    def get(self, request: Request, slug: str) -> Response:
        read_query(request, NoQuery)
        return Response(ClusterSerializer(find_cluster(slug)).data)

    @extend_schema(operation_id="clusters_change", request=ClusterChange)
    def patch(self, request: Request, slug: str) -> Response:
        """Changes the fields that are given. New assumptions count from the next snapshot on."""
        cluster = find_cluster(slug)
        with _refusals():
            changed = change_cluster(cluster, **read_body(request, ClusterChange, partial=True))
        return Response(ClusterSerializer(changed).data)

    @extend_schema(operation_id="clusters_remove", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Removes a cluster with all its snapshots; one with signed reviews is kept."""
        try:
            remove_cluster(find_cluster(slug))
        except ClusterRefused as refusal:
            raise Refusal(409, f"This cluster {refusal.message}") from None
        return Response(status=204)


@contextmanager
def _refusals() -> Iterator[None]:
    try:
        yield
    except ClusterRefused as refusal:
        raise ValidationError({refusal.field: refusal.message}) from None
