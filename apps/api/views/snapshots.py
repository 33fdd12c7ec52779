"""Snapshots: listed, taken now by a worker, or made from manifests at once."""

from __future__ import annotations

from django.core.files.uploadedfile import UploadedFile
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.lookup import find_cluster, find_snapshot
from apps.api.parsers import BoundedJsonParser
from apps.api.permissions import AdministratorsWrite
from apps.api.problems import Refusal
from apps.api.serializers.questions import NoQuery
from apps.api.serializers.snapshots import NoFields, SnapshotDetailSerializer, SnapshotSerializer, Upload
from apps.api.uploads import is_multipart, read_files, refuse_manifests, uploads_of
from apps.reachability.take import ReadingRefused, snapshot_from_reading
from apps.reachability.tasks import request_snapshot
from apps.snapshots.clusters import ClusterRefused
from apps.snapshots.models import Cluster, Snapshot


class SnapshotsView(GenericAPIView[Snapshot]):
    permission_classes = [AdministratorsWrite]
    parser_classes = [BoundedJsonParser, MultiPartParser]
    serializer_class = SnapshotSerializer

    @extend_schema(operation_id="snapshots_list", responses=SnapshotSerializer(many=True))
    def get(self, request: Request, slug: str) -> Response:
        """The snapshots of a cluster, newest first."""
        read_query(request, NoQuery, paged=True)
        page = self.paginate_queryset(
            Snapshot.objects.filter(cluster=find_cluster(slug)).select_related("cluster").order_by("-number")
        )
        return self.get_paginated_response(SnapshotSerializer(page, many=True).data)

    @extend_schema(
        operation_id="snapshots_take",
        request={"application/json": NoFields, "multipart/form-data": Upload},
        responses={201: SnapshotDetailSerializer, 202: SnapshotDetailSerializer},
    )
    def post(self, request: Request, slug: str) -> Response:
        """Multipart: a snapshot from these manifests (201). Else one is taken now (202), by a worker."""
        cluster = find_cluster(slug)
        try:
            if is_multipart(request):
                return _answer(_snapshot_from_files(cluster, uploads_of(request)), 201)
            read_body(request, NoFields)
            return _answer(request_snapshot(cluster), 202)
        except ClusterRefused as refusal:
            raise Refusal(
                409, refusal.message, [{"field": refusal.field, "message": refusal.message}]
            ) from None


class SnapshotView(GenericAPIView[Snapshot]):
    serializer_class = SnapshotDetailSerializer

    @extend_schema(operation_id="snapshots_read")
    def get(self, request: Request, slug: str, number: str) -> Response:
        """State, progress, counts, what was read and what could not be read."""
        read_query(request, NoQuery)
        return Response(SnapshotDetailSerializer(find_snapshot(slug, number)).data)


def _answer(snapshot: Snapshot, status: int) -> Response:
    location = reverse("api:snapshot", args=[snapshot.cluster.slug, snapshot.number])
    return Response(SnapshotDetailSerializer(snapshot).data, status=status, headers={"Location": location})


def _snapshot_from_files(cluster: Cluster, files: list[UploadedFile[bytes]]) -> Snapshot:
    try:
        return snapshot_from_reading(cluster, read_files(files))
    except ReadingRefused as refusal:
        raise refuse_manifests(refusal.problems) from None
