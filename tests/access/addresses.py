"""Every address of the router, by name, filled in with what the test cluster has."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver, reverse

VALUES: dict[str, Any] = {
    "slug": "quay",
    "number": 1,
    "rest": "map",
    "kind": "NetworkPolicy",
    "namespace": "payments",
    "service": "db",
    "name": "db-clients",
    "policy": 1,
    "guardrail_id": 1,
    "exception_id": 1,
    "rule_id": 1,
    "review_id": 1,
    "report": 1,
    "schedule": 1,
    "form": "csv",
    "key": "ptl_0123",
    "user": 1,
    "group": 1,
    "a": 1,
    "b": 1,
}


def all_addresses() -> dict[str, str]:
    """The pattern of each address by its name, `api:reach` for one."""
    return dict(_walk(get_resolver().url_patterns, "", ""))


def fill(name: str, pattern: str) -> str:
    """An address of this name; a part that VALUES does not have is a new one, and fails here by its name."""
    return reverse(name, kwargs={part: VALUES[part] for part in re.findall(r"<(?:\w+:)?(\w+)>", pattern)})


def _walk(patterns: list[URLPattern | URLResolver], space: str, prefix: str) -> Iterator[tuple[str, str]]:
    for each in patterns:
        path = f"{prefix}{each.pattern}"
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, inner, path)
        else:
            yield f"{space}{each.name}", path
