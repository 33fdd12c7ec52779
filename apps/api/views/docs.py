"""The operations of the API on one page, made from the same schema that programs read."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View
from drf_spectacular.generators import SchemaGenerator


class DocsView(View):
    def get(self, request: HttpRequest) -> HttpResponse:
        return render(request, "api/docs.html", _contents())


@cache
def _contents() -> dict[str, Any]:
    generator = SchemaGenerator()
    schema: dict[str, Any] = generator.get_schema(request=None, public=True)
    return {"info": schema["info"], "operations": list(_operations(schema))}


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            parameters = operation.get("parameters", [])
            yield {
                "id": operation["operationId"],
                "method": method.upper(),
                "path": path,
                "description": operation.get("description", ""),
                "parameters": [each for each in parameters if each["in"] == "query"],
                "body": list(operation.get("requestBody", {}).get("content", {})),
                "answers": list(operation["responses"]),
            }
