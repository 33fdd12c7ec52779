"""The schema and its page say what there is."""

from __future__ import annotations

import re

import yaml
from django.core.management import call_command
from rest_framework.test import APIClient

from apps.api import urls

EXCLUDED = {"nowhere", "schema", "docs"}


def test_the_schema_is_valid_and_without_warnings(capsys: object) -> None:
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", "/dev/null")


def test_every_address_is_in_the_schema(nobody: APIClient) -> None:
    schema = yaml.safe_load(nobody.get("/api/v1/schema/").content)
    routes = [pattern for pattern in urls.urlpatterns if pattern.name and pattern.name not in EXCLUDED]
    expected = {"/api/v1/" + re.sub(r"<\w+:(\w+)>", r"{\1}", str(pattern.pattern)) for pattern in routes}
    assert set(schema["paths"]) == expected


def test_every_operation_names_its_problems(nobody: APIClient) -> None:
    schema = yaml.safe_load(nobody.get("/api/v1/schema/").content)
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            answers = operation["responses"]
            assert "application/problem+json" in answers["400"]["content"], (path, method)
            names_something = not path.endswith(("/token/", "/clusters/"))
            assert ("404" in answers) == ("409" in answers) == names_something
            assert ("415" in answers) == (method in {"post", "patch"})


def test_the_page_lists_every_operation_and_needs_nothing_from_elsewhere(nobody: APIClient) -> None:
    schema = yaml.safe_load(nobody.get("/api/v1/schema/").content)
    response = nobody.get("/api/v1/docs/")
    assert response["Content-Type"] == "text/html; charset=utf-8"
    page = response.content.decode()
    for methods in schema["paths"].values():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page
    assert "<script" not in page
    assert "<style" not in page
    assert not re.search(r"(src|href)=\"(https?:)?//", page)
