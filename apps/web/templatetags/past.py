"""The timeline strip and the history of an edge, where a template asks for them."""

from __future__ import annotations

from typing import Any

from django import template

from apps.snapshots.models import Snapshot
from apps.web.past import Past, strip_of
from apps.web.question import Question

register = template.Library()


@register.inclusion_tag("web/_timeline.html")
def timeline_strip(snapshot: Snapshot, question: Question) -> dict[str, Any]:
    """The snapshots about this one; its links keep the question."""
    return {"snapshot": snapshot, "question": question, "strip": strip_of(snapshot)}


@register.inclusion_tag("web/_history.html")
def edge_history(snapshot: Snapshot, source: str, target: str, port: str) -> dict[str, Any]:
    """Since when, and all periods; what made it so is fetched when it is looked at."""
    return {"snapshot": snapshot, "past": Past(snapshot, source, target, port)}
