"""What the cluster said: namespaces, Services and policies of one snapshot."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponseBase
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.access.part import names_seen
from apps.access.sight import Names
from apps.api.asked import read_query
from apps.api.conditional import answer_once
from apps.api.lookup import find_snapshot
from apps.api.problems import Refusal
from apps.api.renderers import YamlRenderer
from apps.api.serializers.listings import NamespaceSerializer, PolicySerializer, ServiceSerializer
from apps.api.serializers.questions import NoQuery
from apps.reachability.listings import Listings
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.queries import list_policies, policy_yaml


class NamespacesView(GenericAPIView[Any]):
    serializer_class = NamespaceSerializer

    @extend_schema(operation_id="namespaces_list", responses=NamespaceSerializer(many=True))
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Namespaces by name, and how far policies isolate each."""
        read_query(request, NoQuery, paged=True)
        snapshot = find_snapshot(slug, number)
        seen = names_seen(request.user, slug)

        def make() -> Response:
            listings = Listings(snapshot)
            every = listings.cluster.namespaces
            page = self.paginate_queryset([each for each in every if each.name in seen]) or ()
            return self.get_paginated_response([listings.namespace(each) for each in page])

        return answer_once(request, snapshot, number, make, beside=seen.limits or None)


class ServicesView(GenericAPIView[Any]):
    serializer_class = ServiceSerializer

    @extend_schema(operation_id="services_list", responses=ServiceSerializer(many=True))
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Services by namespace and name, with what stands behind each port."""
        read_query(request, NoQuery, paged=True)
        snapshot = find_snapshot(slug, number)
        seen = names_seen(request.user, slug)

        def make() -> Response:
            listings = Listings(snapshot)
            every = listings.cluster.services
            page = self.paginate_queryset([each for each in every if each.namespace in seen]) or ()
            return self.get_paginated_response([listings.service(each, seen) for each in page])

        return answer_once(request, snapshot, number, make, beside=seen.limits or None)


class PoliciesView(GenericAPIView[Any]):
    serializer_class = PolicySerializer

    @extend_schema(operation_id="policies_list", responses=PolicySerializer(many=True))
    def get(self, request: Request, slug: str, number: str) -> HttpResponseBase:
        """Policies of every kind by namespace and name, also of kinds that are not evaluated."""
        read_query(request, NoQuery, paged=True)
        snapshot = find_snapshot(slug, number)
        seen = names_seen(request.user, slug)

        def make() -> Response:
            listings = Listings(snapshot)
            page = self.paginate_queryset(_policies(snapshot, seen)) or ()
            return self.get_paginated_response(
                [{**listings.policy(each), "yaml_url": yaml_url(slug, number, each.pk)} for each in page]
            )

        return answer_once(request, snapshot, number, make, beside=seen.limits or None)


class PolicyYamlView(APIView):
    renderer_classes = [YamlRenderer]

    @extend_schema(operation_id="policies_yaml", responses={(200, "text/yaml"): OpenApiTypes.OBJECT})
    def get(self, request: Request, slug: str, number: str, policy: int) -> HttpResponseBase:
        """The policy's YAML. Its line numbers are those that explanations cite."""
        read_query(request, NoQuery)
        snapshot = find_snapshot(slug, number)
        seen = names_seen(request.user, slug)

        def make() -> Response:
            try:
                if not seen.is_all:
                    _policies(snapshot, seen).get(pk=policy)
                return Response(policy_yaml(snapshot, policy))
            except ObjectVersion.DoesNotExist:
                raise Refusal(404, f"There is no policy {policy} in snapshot {snapshot.number}") from None

        return answer_once(request, snapshot, number, make, beside=seen.limits or None)


def _policies(snapshot: Snapshot, seen: Names) -> QuerySet[ObjectVersion]:
    """The policies of the namespaces that are seen; those of the whole cluster tell of others."""
    every = list_policies(snapshot)
    if seen.is_all:
        return every
    spaces = [name for name in every.values_list("namespace", flat=True).distinct() if name and name in seen]
    return every.filter(namespace__in=spaces)


def yaml_url(slug: str, number: str | int, policy: int) -> str:
    return reverse("api:policy-yaml", args=[slug, number, policy])
