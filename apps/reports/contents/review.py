"""What people decided, as far as this installation keeps it: the one door to reviews."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from apps.snapshots.models import Snapshot


def last_review(snapshot: Snapshot) -> dict[str, Any] | None:
    """The last signed review of an earlier snapshot: `{"snapshot", "signed", "signed_by"}`."""
    return None


def exceptions(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Accepted exceptions as they stood when the snapshot was taken, the expired ones first."""
    return []


def guardrails(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every guardrail with its result for the snapshot, the failed ones first."""
    return []


def ends_of_guardrail(snapshot: Snapshot, name: str) -> tuple[Iterable[str], Iterable[str]] | None:
    """The namespaces from and to which a guardrail looks; None when there is no such guardrail."""
    return None
