"""The cover and the summary."""

from __future__ import annotations

from typing import Any

from apps.reports.paper.blocks import Block, facts, heading, listed, text
from apps.reports.paper.words import count_of, interval, when

MOST_NOT_EVALUATED = 8
_COUNTED = (("namespaces", "namespace"), ("workloads", "workload"), ("pods", "pod"))


def lay_cover(content: dict[str, Any]) -> list[Block]:
    cover = content["cover"]
    snapshot = cover["snapshot"]
    return [
        facts(
            [
                ("Scope", _scope(cover)),
                ("Snapshot", f"#{snapshot['number']}, {snapshot['state']}"),
                ("Read", interval(snapshot["started"], snapshot["finished"])),
                ("Compared with", _compared(cover["compared_with"])),
                ("Method", cover["method"]),
                ("Engine", cover["engine"]),
                ("Assumptions", _assumptions(cover["assumptions"])),
            ]
        ),
        {"block": "seal"},
        {"block": "subtitle", "text": "Not evaluated"},
        listed(_not_evaluated(cover["not_evaluated"])),
    ]


def lay_summary(content: dict[str, Any]) -> list[Block]:
    summary = content["summary"]
    return [
        heading("Summary", "summary"),
        *(text(sentence) for sentence in summary["sentences"]),
        {"block": "figures", "figures": _figures(summary)},
    ]


def _figures(summary: dict[str, Any]) -> list[dict[str, str]]:
    edges, changes, checks = summary["edges"], summary["changes"], summary["guardrails"]
    isolated, findings = summary["isolated"], summary["findings"]
    told = [
        (f"{isolated['both']} / {isolated['of']}", "namespaces isolated in both directions"),
        (f"{edges['unrestricted']:,}", "unrestricted edges: no policy on either side"),
        (f"{edges['unknown']:,}", "edges that could not be decided"),
        (f"{findings['high']:,} / {sum(findings.values()):,}", "findings that are high, of all"),
    ]
    if changes:
        told.insert(1, (f"+{changes['opened']:,} / –{changes['closed']:,}", "edges opened and closed since"))
    if any(checks.values()):
        told.append((f"{checks['broken']:,} / {sum(checks.values()):,}", "guardrails that fail, of all"))
    return [{"value": value, "label": label} for value, label in told]


def _scope(cover: dict[str, Any]) -> str:
    counts = cover["snapshot"]["counts"]
    told = [count_of(counts.get(name, 0), noun) for name, noun in _COUNTED]
    told += [f"{counts.get('services', 0):,} Services", count_of(counts.get("policies", 0), "policy")]
    return f"{cover['scope']['label']}; read: {', '.join(told)}"


def _compared(other: dict[str, Any] | None) -> str:
    if other is None:
        return "nothing: there is no earlier signed review"
    told = f"snapshot #{other['snapshot']} of {when(other['finished'])}"
    return f"{told}, signed by {other['signed_by']} on {when(other['signed'])}" if other["signed"] else told


def _assumptions(assumed: dict[str, Any]) -> str:
    keys = ("ip-block-matches-pods", "host-network", "own-node")
    told = [f"{key} {assumed[key]}" for key in keys]
    plugin = assumed["plugin"] or "not known"
    enforced = "" if assumed["enforced"] else ", which enforces no NetworkPolicy"
    return f"network plugin {plugin}{enforced}; {', '.join(told)}; domain {assumed['domain']}"


def _not_evaluated(entries: list[dict[str, Any]]) -> list[str]:
    if not entries:
        return ["Nothing that was found was left out of the evaluation."]
    told = [
        f"{entry['kind']} ({entry['count']:,}): {entry['reason']}. {_some(entry)}"
        for entry in entries[:MOST_NOT_EVALUATED]
    ]
    more = len(entries) - MOST_NOT_EVALUATED
    return [*told, f"{more} more kinds and reasons are in the attached JSON."] if more > 0 else told


def _some(entry: dict[str, Any]) -> str:
    names = entry["objects"][:3]
    more = entry["count"] - len(names)
    return ", ".join(names) + (f" and {more:,} more" if more else "")
