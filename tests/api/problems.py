"""What every problem document must be."""

from __future__ import annotations

from http import HTTPStatus
from typing import Any


def problem_of(response: Any, status: int) -> dict[str, Any]:
    """The body of a problem document of this status, checked for RFC 9457's members."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body: dict[str, Any] = response.json()
    assert set(body) == {"type", "title", "status", "detail", "errors"}
    assert body["type"] == "about:blank"
    assert body["title"] == HTTPStatus(status).phrase
    assert body["status"] == status
    assert body["detail"]
    return body


def fields_of(response: Any, status: int = 400) -> list[str]:
    return [error["field"] for error in problem_of(response, status)["errors"]]
