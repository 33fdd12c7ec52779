"""One item of a review as it is answered."""

from __future__ import annotations

from typing import Any

from apps.api.serializers.reviews import DecisionSerializer
from apps.review.items import EdgeItem, Item
from apps.review.review_items import ReviewItems

MOST_SOURCES = 50


def tell_item(found: ReviewItems, item: Item) -> dict[str, Any]:
    decisions = sorted(found.decisions.get(item.id, {}).values(), key=lambda each: each.source)
    return {
        "id": item.id,
        "group": item.group,
        "kind": item.kind,
        "version": found.version(item),
        "size": item.size,
        "left": found.left(item),
        **_tell_subject(item),
        "decision_count": len(decisions),
        "decisions": DecisionSerializer(decisions[:MOST_SOURCES], many=True).data,
    }


def _tell_subject(item: Item) -> dict[str, Any]:
    if not isinstance(item, EdgeItem):
        edge = dict.fromkeys(("target", "port", "protocol"))
        return {**edge, "sources": [], "finding": item.finding.key, "message": item.finding.message}
    return {
        "target": item.target,
        "port": item.port,
        "protocol": item.protocol,
        "sources": [
            {"source": source, "before": before or None, "after": after}
            for source, before, after in item.turns(item.numbers[:MOST_SOURCES])
        ],
        "finding": None,
        "message": "",
    }
