"""Snapshots: listed, taken now by a worker, or made from manifests at once."""

from __future__ import annotations

from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_fields, read_query
from apps.api.lookup import find_cluster, find_snapshot
from apps.api.permissions import AdministratorsWrite
from apps.api.problems import Refusal
from apps.api.serializers.questions import NoQuery
from apps.api.serializers.snapshots import NoFields, SnapshotDetailSerializer, SnapshotSerializer, Upload
from apps.reachability.take import ReadingRefused, snapshot_from_reading
from apps.reachability.tasks import request_snapshot
from apps.snapshots.clusters import ClusterRefused
from apps.snapshots.manifests import read_bytes
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Problem, Reading

MOST_PROBLEMS = 500


class SnapshotsView(GenericAPIView[Snapshot]):
    permission_classes = [AdministratorsWrite]
    parser_classes = [JSONParser, MultiPartParser]
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
            if request.content_type.partition(";")[0].strip().lower() == "multipart/form-data":
                return _answer(_snapshot_from_files(cluster, _uploads(request)), 201)
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


def _uploads(request: Request) -> list[UploadedFile[bytes]]:
    given = cast(QueryDict, request.data)  # as the multipart parser makes it
    data: dict[str, Any] = {name: given.getlist(name) for name in given}
    files: list[UploadedFile[bytes]] = read_fields(data, Upload)["files"]
    if sum(file.size or 0 for file in files) > settings.UPLOAD_LIMIT:
        raise Refusal(413, f"The files are larger than {settings.UPLOAD_LIMIT} bytes together")
    return files


def _snapshot_from_files(cluster: Cluster, files: list[UploadedFile[bytes]]) -> Snapshot:
    reading = Reading()
    for file in files:
        part = read_bytes(file.name or "", file.read())
        reading.objects += part.objects
        reading.problems += part.problems
        reading.unread += part.unread
    try:
        return snapshot_from_reading(cluster, reading)
    except ReadingRefused as refusal:
        raise _as_problem(refusal.problems) from None


def _as_problem(problems: list[Problem]) -> Refusal:
    """Every problem with file, document, object, field and message; the first five hundred of very many."""
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    errors = [
        {
            "file": problem.file,
            "document": problem.document,
            "object": problem.object,
            "field": problem.field,
            "message": problem.message,
        }
        for problem in problems[:MOST_PROBLEMS]
    ]
    return Refusal(400, f"The manifests have {count}; nothing was stored", errors)
