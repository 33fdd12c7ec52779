"""Paths of several hops as a table: each step a link to its proof."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from apps.reachability.queries import paths
from apps.snapshots.models import Snapshot
from apps.web.question import Question
from apps.web.words import word_of


def pivot_tables(snapshot: Snapshot, question: Question) -> list[dict[str, Any]]:
    """The context `pivots` of `_hops.html`: workloads, then Service ports; the nearest of each."""
    found = paths(snapshot, source=question.source, hops=question.hops)
    base = reverse("explain", args=(snapshot.cluster.slug, snapshot.number))
    return [
        {
            "noun": noun,
            "count": found[key]["count"],
            "rows": [_row(base, path) for path in found[key]["paths"] if path["certainty"] in question.show],
        }
        for key, noun in (("workloads", "workloads"), ("services", "Service ports"))
    ]


def _row(base: str, path: dict[str, Any]) -> dict[str, Any]:
    return {
        **path,
        "word": word_of(path["certainty"]),
        "steps": [_step(base, step) for step in path["steps"]],
    }


def _step(base: str, step: dict[str, Any]) -> dict[str, str]:
    """A step straight to a pod has no Service, and so no proof of its own."""
    port = f"{step['port']}/{step['protocol']}"
    way = f"{step['service'] or 'pod'}:{port}"
    asked = {"from": step["source"], "to": step["service"], "port": port}
    return {
        "words": f"{step['source']} → {step['target']} on {way}",
        "url": f"{base}?{urlencode(asked, safe='/:')}" if step["service"] else "",
    }
