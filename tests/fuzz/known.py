"""A stored cluster with something of everything, and its names, which get a question past the first check."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from rest_framework.test import APIClient

from tests.reachability.stored import deny_all, store_harbour, store_harbour_again
from tests.review.stored import guardrail

HARBOUR = "/api/v1/clusters/harbour/"


def store_known(admin: APIClient) -> dict[str, list[Any]]:
    """Values by the name of the parameter that takes them."""
    first = store_harbour()
    store_harbour_again(first.cluster, extra=[deny_all("lab")])
    edges = admin.get(f"{HARBOUR}snapshots/2/reach/?limit=5&verdict=allowed,partial,unrestricted").json()[
        "results"
    ]
    edge = {key: edges[0][key] for key in ("source", "target", "port", "protocol")}
    policies = admin.get(f"{HARBOUR}snapshots/1/policies/").json()["results"]
    terms = {
        "cluster": "harbour",
        "edges": [edge],
        "reason": "known",
        "until": str((datetime.now(UTC) + timedelta(days=30)).date()),
    }
    return {
        "slug": ["harbour"],
        "number": ["1", "2", "latest"],
        "policy": [each["id"] for each in policies][:3],
        "guardrail_id": _made(admin, "guardrails/", {"cluster": "harbour", "guardrails": [guardrail()]}),
        "exception_id": _made(admin, "exceptions/", terms),
        "review_id": _made(admin, "clusters/harbour/reviews/", {}),
        "rule_id": _made(
            admin,
            "clusters/harbour/notifications/",
            {"events": ["edges-opened"], "channel": "webhook", "address": "https://192.0.2.1/hook"},
        ),
        "report": _made(admin, "reports/", {"cluster": "harbour", "format": "csv"}),
        "schedule": _made(admin, "report-schedules/", {"cluster": "harbour", "every": "week"}),
        "cluster": ["harbour"],
        "source": [each["source"] for each in edges],
        "target": [each["target"] for each in edges],
        "namespace": [each["source"] for each in edges],
        "focus": [each["target"] for each in edges],
        "port": [each["port"] for each in edges],
        "against": [1, 2],
    }


def _made(admin: APIClient, path: str, body: dict[str, Any]) -> list[int]:
    answer = admin.post(f"/api/v1/{path}", body, format="json")
    assert answer.status_code in (201, 202), (path, answer.content)
    told = answer.json()
    return [each["id"] for each in (told if isinstance(told, list) else [told])]
