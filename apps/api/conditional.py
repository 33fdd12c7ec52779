"""Answers from a stored snapshot never change, so a client that has one need not get it again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from django.utils.cache import get_conditional_response, patch_vary_headers
from rest_framework.request import Request
from rest_framework.response import Response

from apps.api.lookup import LATEST
from apps.snapshots.models import Snapshot

# Raise it when the same snapshot is to be answered differently (a better engine, another shape).
# Who has the old answer keeps it for an hour at most.
EDITION = 2


def answer_once(
    request: Request,
    snapshot: Snapshot,
    number: str,
    make: Callable[[], Response],
    *,
    beside: Any = None,
) -> HttpResponseBase:
    """304 when the client has this answer already, else `make()`; with ETag and Cache-Control.

    `number` as in the address: `latest` moves on, so it must be asked for again each time; and so must an
    answer that tells something `beside` the snapshot, which may change.
    """
    tag = _tag(request, snapshot, beside)
    answer = get_conditional_response(request._request, etag=tag) or make()
    answer.headers["ETag"] = tag
    answer.headers["Cache-Control"] = (
        "private, no-cache" if number == LATEST or beside is not None else "private, max-age=3600, immutable"
    )
    patch_vary_headers(answer, ["Authorization", "Cookie"])
    return answer


def answer_alike(request: Request, answer: Response) -> HttpResponseBase:
    """The same for an answer that may become another one: its tag is that of its content."""
    content = json.dumps(answer.data, default=str).encode()
    tag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    found = get_conditional_response(request._request, etag=tag) or answer
    found.headers["ETag"] = tag
    found.headers["Cache-Control"] = "private, no-cache"
    patch_vary_headers(found, ["Authorization", "Cookie"])
    return found


def _tag(request: Request, snapshot: Snapshot, beside: Any) -> str:
    basis = [EDITION, snapshot.pk, snapshot.digest, snapshot.evaluated_with, request.get_full_path(), beside]
    return f'"{hashlib.sha256(json.dumps(basis, sort_keys=True).encode()).hexdigest()[:32]}"'
