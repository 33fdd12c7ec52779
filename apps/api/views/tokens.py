"""A token for programs, for a user name and password."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import authenticate
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from apps.access.models import ApiToken
from apps.access.roles import Role
from apps.api.asked import read_body
from apps.api.throttling import LoginsByName


class Login(serializers.Serializer[Any]):
    username = serializers.CharField(max_length=150)
    password = serializers.CharField(max_length=4096, trim_whitespace=False, write_only=True)


class TokenAnswer(serializers.Serializer[Any]):
    token = serializers.CharField(help_text="Send it as `Authorization: Token …`. It is told this once.")
    expires = serializers.DateTimeField()


class TokenView(APIView):
    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = [LoginsByName]

    @extend_schema(operation_id="token_create", request=Login, responses={200: TokenAnswer}, auth=[])
    def post(self, request: Request) -> Response:
        """A new token, which may do what the user may."""
        user = authenticate(request._request, **read_body(request, Login))
        if user is None:
            raise ValidationError("There is no such user with this password")
        stored, token = ApiToken.objects.create(user, name="by password", role=Role.ADMINISTRATOR)
        answer = TokenAnswer({"token": token, "expires": stored.expiry}).data
        return Response(answer, headers={"Cache-Control": "no-store"})
