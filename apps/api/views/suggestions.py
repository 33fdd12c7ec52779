"""Policies that allow just what one chooses to keep."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.generics import GenericAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.asked import read_body
from apps.api.lookup import find_snapshot
from apps.api.parsers import BoundedJsonParser
from apps.api.serializers.suggestions import SuggestionRequest, SuggestionSerializer
from apps.reachability.suggesting import KeepRefused, suggest


class SuggestView(GenericAPIView[Any]):
    parser_classes = [BoundedJsonParser]
    serializer_class = SuggestionSerializer
    pagination_class = None

    @extend_schema(operation_id="suggest", request=SuggestionRequest, responses=SuggestionSerializer)
    def post(self, request: Request, slug: str, number: str) -> Response:
        """NetworkPolicies for one namespace that allow the edges to keep and nothing else.

        They replace all that it has. What cannot be had so is listed with its reason. Nothing is stored:
        a draft of `policies` and `delete` shows what they would change.
        """
        asked = read_body(request, SuggestionRequest)
        try:
            found = suggest(find_snapshot(slug, number), **asked)
        except KeepRefused as refusal:
            raise ValidationError({refusal.field: str(refusal)}) from None
        return Response(found, headers={"Cache-Control": "no-store"})
