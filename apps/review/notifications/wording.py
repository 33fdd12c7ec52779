"""What a delivery says: JSON for a webhook, and words for a mail."""

from __future__ import annotations

import json
from typing import Any

from django.conf import settings

from apps.review.models import Delivery, Notice

MOST_NOTICES = 50  # of one digest
VERSION = 1


def body_of(delivery: Delivery) -> dict[str, Any]:
    """The JSON of a webhook (docs/notifications.md); the same at every try."""
    cluster = delivery.rule.cluster
    notices = delivery.notices.order_by("pk")
    count = notices.count()
    return {
        "version": VERSION,
        "delivery": str(delivery.key),
        "cluster": {"slug": cluster.slug, "name": cluster.name},
        "test": not count,
        "notice_count": count,
        "notices": [_tell(cluster.slug, each) for each in notices[:MOST_NOTICES]],
        "url": _link(f"/c/{cluster.slug}/"),
    }


def encode(body: dict[str, Any]) -> bytes:
    return json.dumps(body, separators=(",", ":")).encode()


def subject_of(body: dict[str, Any]) -> str:
    """One line, whatever the cluster's name has in it."""
    if body["test"]:
        said = "a test"
    elif body["notice_count"] == 1:
        said = _headline(body["notices"][0])
    else:
        said = f"{body['notice_count']} things happened"
    return " ".join(f"[Portolan] {body['cluster']['name']}: {said}".split())


def text_of(body: dict[str, Any]) -> str:
    """The words of a mail; every notice with a link."""
    if body["test"]:
        return (
            f"This is a test: what happens in {body['cluster']['name']} will arrive here.\n\n{body['url']}\n"
        )
    parts = ["\n".join([_headline(each), *_lines(each), each["url"]]) for each in body["notices"]]
    rest = body["notice_count"] - len(body["notices"])
    if rest > 0:
        parts.append(f"And {rest} more: {body['url']}")
    return "\n\n".join(parts) + "\n"


def _tell(slug: str, notice: Notice) -> dict[str, Any]:
    told = {"kind": notice.kind, "at": notice.at.isoformat(), "snapshot": notice.number, **notice.content}
    return {**told, "url": _link(_page(slug, notice))}


def _page(slug: str, notice: Notice) -> str:
    match notice.kind:
        case Notice.Kind.EDGES_OPENED:
            return f"/c/{slug}/diff/{notice.content['before']}..{notice.number}"
        case Notice.Kind.GUARDRAIL_BROKEN:
            return f"/c/{slug}/checks/"
        case Notice.Kind.SNAPSHOT_FAILED:
            return f"/c/{slug}/snapshots/{notice.content['failed']}"
    return f"/c/{slug}/snapshots/"


def _link(path: str) -> str:
    """Without PUBLIC_URL only a path, as nobody knows under which name people open Portolan."""
    return settings.PUBLIC_URL + path


def _headline(told: dict[str, Any]) -> str:
    match told["kind"]:
        case Notice.Kind.EDGES_OPENED:
            return f"{_count(told['count'], 'edge')} opened in snapshot #{told['snapshot']}"
        case Notice.Kind.GUARDRAIL_BROKEN:
            return f"{_count(told['count'], 'guardrail')} broken in snapshot #{told['snapshot']}"
        case Notice.Kind.SNAPSHOT_FAILED:
            return f"snapshot #{told['failed']} failed"
    return "no new snapshot, and what is shown may be out of date"


def _lines(told: dict[str, Any]) -> list[str]:
    match told["kind"]:
        case Notice.Kind.EDGES_OPENED:
            lines = [_edge_line(each) for each in told["edges"]]
            accepted = told["accepted_count"]
            return _with_rest(lines, told["count"]) + (
                [f"  beside {accepted} that had been accepted"] if accepted else []
            )
        case Notice.Kind.GUARDRAIL_BROKEN:
            return _with_rest([_guardrail_line(each) for each in told["guardrails"]], told["count"])
        case Notice.Kind.SNAPSHOT_FAILED:
            return [f"  {told['error']}"]
    newest = f"#{told['snapshot']}, of {told['stored']}" if told["snapshot"] else "none"
    return [f"  The newest one is {newest}; one is due every {told['interval']} s."]


def _edge_line(edge: dict[str, Any]) -> str:
    port = f"{edge['port']}/{edge['protocol']}"
    return f"  {edge['source']} -> {edge['target']}:{port}, {edge['verdict']}"


def _guardrail_line(told: dict[str, Any]) -> str:
    causes = f", by {'; '.join(told['causes'])}" if told["causes"] else ""
    return f"  {told['name']}: {told['broken_count']} broken{causes}"


def _with_rest(lines: list[str], count: int) -> list[str]:
    return lines + ([f"  and {count - len(lines)} more"] if count > len(lines) else [])


def _count(count: int, word: str) -> str:
    return f"{count:,} {word}{'' if count == 1 else 's'}"
