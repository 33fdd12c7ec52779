"""Findings as the pages show them: with an anchor each, and their evidence as links to lines."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

from django.urls import reverse

from apps.engine import Severity
from apps.snapshots.models import Snapshot
from apps.web.evidence import lines_in_words
from apps.web.policy_address import policy_url

SEVERITY_WORDS = {
    Severity.HIGH: "High",
    Severity.MEDIUM: "Medium",
    Severity.LOW: "Low",
    Severity.INFO: "Info",
}


def finding_rows(
    snapshot: Snapshot, told: Iterable[Mapping[str, Any]], *, has_pages: bool = True
) -> list[dict[str, Any]]:
    """`told`: findings as `reachability.queries.finding_page` gives them, with `str` for an address.

    `has_pages`: whether the reader may open those of namespaces and Services.
    """
    link = partial(_object_url, snapshot) if has_pages else _no_url
    return [
        {
            **each,
            "anchor": anchor_of(each["key"]),
            "word": SEVERITY_WORDS[Severity(each["severity"])],
            "about": "/".join(filter(None, each["object"].values())),
            "url": link(each["object"]),
            "evidence": [_place(snapshot, place, link) for place in each["evidence"]],
        }
        for each in told
    ]


def anchor_of(key: str) -> str:
    """A key has spaces and may be long; an anchor must not."""
    return f"f-{sha256(key.encode()).hexdigest()[:12]}"


def _no_url(named: Mapping[str, Any]) -> str:
    return ""


def _place(
    snapshot: Snapshot, place: Mapping[str, Any], link: Callable[[Mapping[str, Any]], str]
) -> dict[str, Any]:
    """Where to look: lines of a policy, or the page of a namespace or Service."""
    named = {"name": "/".join(filter(None, (place["kind"], place["namespace"], place["name"])))}
    if not place["yaml_url"]:
        return named | {"path": place["path"], "url": link(place)}
    url = policy_url(snapshot, place["kind"], place["namespace"], place["name"])
    if not place["lines"]:
        return named | {"path": place["path"], "url": url}
    first, last = place["lines"]
    return named | {"path": lines_in_words([place["lines"]]), "url": f"{url}#L{first}-L{last}"}


def _object_url(snapshot: Snapshot, named: Mapping[str, Any]) -> str:
    """The page of a namespace or Service; empty for what has none."""
    base = (snapshot.cluster.slug, snapshot.number)
    if named["kind"] == "Namespace" and named["name"]:
        return reverse("namespace", args=(*base, named["name"]))
    if named["kind"] == "Service" and named["namespace"] and named["name"]:
        return reverse("service", args=(*base, named["namespace"], named["name"]))
    return ""
