"""Guardrails: everybody reads them, administrators write them."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import Count, Prefetch
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body, read_query
from apps.api.lookup import find_snapshot
from apps.api.permissions import AdministratorsWrite
from apps.api.problems import Refusal
from apps.api.serializers.guardrails import (
    CheckSerializer,
    GuardrailSerializer,
    GuardrailsQuery,
    NewGuardrails,
)
from apps.api.serializers.questions import NoQuery
from apps.api.sight import find_whole_cluster, whole_clusters
from apps.api.uploads import read_named, refuse_manifests
from apps.review.follow_up import check_now
from apps.review.guardrails import GuardrailRefused, read_guardrails
from apps.review.models import GuardrailCheck, GuardrailVersion, StoredGuardrail
from apps.review.queries import guardrail_results
from apps.review.save_guardrails import TooManyGuardrails, end_guardrail, save_guardrails

_MOST_VERSIONS = 20


class GuardrailsView(GenericAPIView[Any]):
    permission_classes = [AdministratorsWrite]
    serializer_class = GuardrailSerializer

    @extend_schema(
        operation_id="guardrails_list",
        parameters=[GuardrailsQuery],
        responses=GuardrailSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        """Those that stand, by cluster and name, with their versions."""
        asked = read_query(request, GuardrailsQuery, paged=True)
        clusters = whole_clusters(request, asked.get("cluster"))
        rows = _rows().filter(cluster__in=clusters, ended__isnull=True).order_by("cluster__slug", "name")
        return self.get_paginated_response([_tell(each) for each in self.paginate_queryset(rows) or ()])

    @extend_schema(
        operation_id="guardrails_create",
        request=NewGuardrails,
        responses={201: GuardrailSerializer(many=True)},
    )
    def post(self, request: Request) -> Response:
        """Adds guardrails, or new versions of those with the same names, and checks them at once.

        Every problem is named with its document, and then nothing is stored."""
        given = read_body(request, NewGuardrails)
        cluster = find_whole_cluster(request, given["cluster"])
        reading = read_named(
            (f"guardrails[{index}]", _as_file(body)) for index, body in enumerate(given["guardrails"])
        )
        try:
            saved = save_guardrails(cluster, read_guardrails(reading), by=request.user.get_username())
        except GuardrailRefused as refusal:
            raise refuse_manifests(refusal.problems) from None
        except TooManyGuardrails as refusal:
            raise ValidationError({"guardrails": str(refusal)}) from None
        check_now(cluster)
        rows = _rows().filter(pk__in=[each.pk for each in saved]).order_by("name")
        location = reverse("api:guardrails") + f"?cluster={cluster.slug}"
        return Response([_tell(each) for each in rows], status=201, headers={"Location": location})


class GuardrailView(GenericAPIView[Any]):
    permission_classes = [AdministratorsWrite]
    serializer_class = GuardrailSerializer

    @extend_schema(operation_id="guardrails_read")
    def get(self, request: Request, guardrail_id: int) -> Response:
        """Also one that was ended."""
        read_query(request, NoQuery)
        return Response(_tell(_find(request, guardrail_id)))

    @extend_schema(operation_id="guardrails_end", responses={204: None})
    def delete(self, request: Request, guardrail_id: int) -> Response:
        """Ends it: it is checked no more. What it came to before stays."""
        if not end_guardrail(_find(request, guardrail_id), by=request.user.get_username()):
            raise Refusal(409, "This guardrail was ended before")
        return Response(status=204)


class ChecksView(GenericAPIView[Any]):
    serializer_class = CheckSerializer

    @extend_schema(operation_id="guardrail_checks_list", responses=CheckSerializer(many=True))
    def get(self, request: Request, slug: str, number: str) -> Response:
        """What the guardrails that stand came to on a snapshot, by name; empty until it is followed up."""
        read_query(request, NoQuery, paged=True)
        checks: Any = guardrail_results(find_snapshot(slug, number))
        page = self.paginate_queryset(checks)
        return self.get_paginated_response([_tell_check(check) for check in page or ()])


def _rows() -> Any:
    versions = Prefetch("versions", GuardrailVersion.objects.order_by("-number"))
    counted = StoredGuardrail.objects.annotate(version_count=Count("versions"))
    return counted.select_related("cluster").prefetch_related(versions)


def _find(request: Request, pk: int) -> Any:
    found = _rows().filter(cluster__in=whole_clusters(request, None), pk=pk).first()
    if found is None:
        raise Refusal(404, f"There is no guardrail {pk}")
    return found


def _tell(guardrail: Any) -> dict[str, Any]:
    versions = [
        {"number": each.number, "body": each.body, "created": each.created, "created_by": each.created_by}
        for each in list(guardrail.versions.all())[:_MOST_VERSIONS]
    ]
    return {
        "id": guardrail.pk,
        "cluster": guardrail.cluster.slug,
        "name": guardrail.name,
        "ended": guardrail.ended,
        "version_count": guardrail.version_count,
        "versions": versions,
    }


def _tell_check(check: GuardrailCheck) -> dict[str, Any]:
    return {
        **check.result,
        "guardrail": check.version.guardrail_id,
        "version": check.version.number,
        "since": check.since,
        "at_least": check.at_least,
        "causes": check.causes,
    }


def _as_file(body: Any) -> bytes:
    text = body if isinstance(body, str) else json.dumps(body)
    return text.encode("utf-8", "surrogatepass")  # half surrogates are the reader's to complain of
