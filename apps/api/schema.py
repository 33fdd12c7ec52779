"""The OpenAPI schema: what every operation may answer beside what its view says."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any, Literal

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

from apps.api.problems import MEDIA_TYPE

Direction = Literal["request", "response"]

# Ends of addresses whose POST costs seconds (`works` in apps/access/rules.py).
_WORK = ("/clusters/", "/snapshots/", "/what-if/", "/suggest/", "/reports/", "/reviews/", "/test/")


class ProblemErrorSerializer(serializers.Serializer[Any]):
    """One thing that is wrong. Of manifests, also where: file, document (from 1) and object."""

    field = serializers.CharField()
    message = serializers.CharField()
    file = serializers.CharField(required=False)
    document = serializers.IntegerField(required=False)
    object = serializers.CharField(required=False)


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    errors = ProblemErrorSerializer(many=True)


class TokenScheme(OpenApiAuthenticationExtension):
    target_class = "apps.access.authentication.ByToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": "`Token …`, as `POST /api/v1/token/` gives it",
        }


class Schema(AutoSchema):
    """Adds the problems that an operation can answer: by its method, its address and who may ask."""

    def _get_response_bodies(self, direction: Direction = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        for status, description in self._problems().items():
            bodies.setdefault(status, self._problem(description))
        return bodies

    def _problems(self) -> dict[str, str]:
        found = {
            "400": "A field or parameter is not known or not right",
            "406": "No such media type",
            "503": "The database does not answer, or its disk is full",
        }
        if self.get_auth():
            found |= {"401": "Not logged in", "403": "Not allowed"}
        if not self.path.endswith(("/token/", "/clusters/")):
            found["404"] = "Something named in the question does not exist"
            found["409"] = "The state of what is named does not allow it"
        if self.path.endswith("/token/") or (self.method == "POST" and self.path.endswith(_WORK)):
            found["429"] = "Asked too often"
        if self.method in {"POST", "PATCH"}:
            found |= {"413": "Larger than this server accepts", "415": "No such media type"}
        return found

    def _problem(self, description: str) -> dict[str, Any]:
        schema = self.resolve_serializer(ProblemSerializer, "response").ref
        return {"description": description, "content": {MEDIA_TYPE: {"schema": schema}}}
