"""What differs: between two snapshots, or between a snapshot and a draft over it."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponseBase
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.conditional import answer_once
from apps.api.lookup import find_other, find_snapshot
from apps.api.paging import PageQuery
from apps.api.parsers import BoundedJsonParser
from apps.api.serializers.changes import DiffSerializer
from apps.api.serializers.drafts import Draft
from apps.api.serializers.questions import ChangesQuery, DiffQuery
from apps.api.serializers.snapshots import Upload
from apps.api.uploads import is_multipart, read_files, read_named, refuse_manifests, uploads_of
from apps.reachability.between import compare
from apps.reachability.comparison import ChangeFilter, Comparison
from apps.reachability.history.quick import compare_edges
from apps.reachability.take import ReadingRefused
from apps.reachability.trial import Deletion, try_draft
from apps.review.turns import turns_between, turns_of_draft
from apps.snapshots.models import Snapshot


class DiffView(GenericAPIView[Any]):
    serializer_class = DiffSerializer

    @extend_schema(operation_id="diff_read", parameters=[DiffQuery, PageQuery])
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Edges opened, closed and changed since another snapshot, in pages, each with its causes.

        Both are judged under the assumptions of this snapshot; a note says where the other one's differ.
        """
        asked = read_query(request, DiffQuery, paged=True)
        snapshot = find_snapshot(slug, number)
        before = find_other(snapshot, "against", asked.pop("against"))
        find = compare if asked.pop("causes") else compare_edges

        turns = turns_between(before, snapshot)

        def make() -> Response:
            return _answer(self, find(before, snapshot), ChangeFilter(**asked), turns)

        return answer_once(request, snapshot, number, make, beside=turns)


class WhatIfView(GenericAPIView[Any]):
    parser_classes = [BoundedJsonParser, MultiPartParser]
    serializer_class = DiffSerializer

    @extend_schema(
        operation_id="what_if",
        parameters=[ChangesQuery, PageQuery],
        request={"application/json": Draft, "multipart/form-data": Upload},
        responses=DiffSerializer,
    )
    def post(self, request: Request, slug: str, number: str) -> Response:
        """What a draft would open, close and break, as a diff. Nothing is stored.

        Multipart: files of manifests to add, or to put in the place of what they name. JSON: the same, each
        as an object or as YAML in a text, and what to delete. A further page needs the draft again.
        """
        wanted = ChangeFilter(**read_query(request, ChangesQuery, paged=True))
        snapshot = find_snapshot(slug, number)
        try:
            found = _try(snapshot, request)
            answer = _answer(self, found, wanted, turns_of_draft(found))
        except ReadingRefused as refusal:
            raise refuse_manifests(refusal.problems) from None
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _answer(
    view: GenericAPIView[Any], found: Comparison, wanted: ChangeFilter, turns: dict[str, Any]
) -> Response:
    edges: Any = found.edges(wanted)
    page: Any = view.paginate_queryset(edges)
    answer = view.get_paginated_response([])
    answer.data |= found.tell(page) | turns
    return answer


def _try(snapshot: Snapshot, request: Request) -> Comparison:
    if is_multipart(request):
        return try_draft(snapshot, read_files(uploads_of(request)))
    given = read_body(request, Draft)
    reading = read_named(
        (f"add[{index}]", _as_file(manifest)) for index, manifest in enumerate(given.get("add", ()))
    )
    return try_draft(snapshot, reading, [Deletion(**each) for each in given.get("delete", ())])


def _as_file(manifest: Any) -> bytes:
    text = manifest if isinstance(manifest, str) else json.dumps(manifest)
    return text.encode("utf-8", "surrogatepass")  # half surrogates are the reader's to complain of
