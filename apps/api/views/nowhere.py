"""What is not there, as a problem document."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from apps.api.problems import Refusal


@extend_schema(exclude=True)
class NowhereView(APIView):
    permission_classes = [AllowAny]

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        """Before anything else about the request is looked at."""
        raise Refusal(404, f"There is nothing at {request.path}")
