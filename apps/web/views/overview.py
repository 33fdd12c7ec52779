"""The front page of a snapshot: figures that lead to what they count, the gravest findings, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from apps.engine import Severity
from apps.engine.model import Dns, Verdict
from apps.reachability.finding_list import FindingFilter
from apps.reachability.history.quick import compare_edges
from apps.reachability.namespace_table import Default
from apps.reachability.queries import finding_page
from apps.reachability.summary import Summary, summarise
from apps.review.guardrails import Outcome
from apps.review.queries import guardrail_results
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import latest_complete, list_policies
from apps.web.compared import base_of
from apps.web.finding_rows import SEVERITY_WORDS, finding_rows
from apps.web.frame import frame, get_snapshot
from apps.web.words import WORDS

TOP_FINDINGS = 5
_STALE = timedelta(days=7)
_MISSED_READINGS = 3


@login_required
def show_overview(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`fragment=changes` gives the banner of changes alone: a big cluster's takes a while to work out."""
    snapshot = get_snapshot(slug, number)
    base = base_of(request, snapshot)
    context: dict[str, Any] = {"snapshot": snapshot, "cluster": snapshot.cluster, "base": base}
    if request.GET.get("fragment") == "changes":
        counts = compare_edges(base.snapshot, snapshot).diff.counts if base else None
        return render(request, "web/_changes_banner.html", context | {"counts": counts})
    summary = summarise(snapshot)
    context |= {
        "summary": summary,
        "verdicts": _verdict_tiles(snapshot, summary),
        "figures": _figures(snapshot, summary),
        "severities": _severities(snapshot, summary.findings),
        "findings": _top_findings(snapshot),
        "finding_count": sum(summary.findings.values()),
        "guardrails": _guardrails(snapshot),
        "no_policies": not list_policies(snapshot).exists(),
        "is_stale": _is_stale(snapshot),
        "failed": _failed_since(snapshot),
        "newest": latest_complete(snapshot.cluster),
        "not_evaluated": summary.not_evaluated,
    }
    return render(request, "web/overview.html", frame(snapshot.cluster, snapshot, "overview") | context)


def _verdict_tiles(snapshot: Snapshot, summary: Summary) -> list[dict[str, Any]]:
    table = reverse("map", args=(snapshot.cluster.slug, snapshot.number))
    return [
        {
            "verdict": verdict,
            "word": wording.word,
            "meaning": wording.meaning,
            "count": summary.edges[verdict],
            "url": f"{table}?view=table&show={verdict}",
        }
        for verdict, wording in WORDS.items()
        if verdict is not Verdict.EMPTY
    ]


def _figures(snapshot: Snapshot, summary: Summary) -> list[dict[str, Any]]:
    """How many namespaces are closed by default, and how many may look names up."""
    namespaces = reverse("namespaces", args=(snapshot.cluster.slug, snapshot.number))
    figures = [
        {
            "title": f"Default deny, {side}",
            "count": defaults[Default.DENIED],
            "of": summary.namespaces,
            "url": f"{namespaces}?missing=default-deny-{side}",
            "told": _lacking(defaults[Default.MISSING], "without", defaults[Default.UNKNOWN]),
        }
        for side, defaults in (("ingress", summary.ingress), ("egress", summary.egress))
    ]
    blocked, unknown = summary.dns[Dns.BLOCKED], summary.dns[Dns.UNKNOWN]
    figures.append(
        {
            "title": "Name lookup works",
            "count": summary.dns[Dns.RESOLVES],
            "of": summary.inhabited,
            "url": f"{namespaces}?{'dns=blocked' if blocked else 'dns=unknown' if unknown else 'sort=dns'}",
            "told": _lacking(blocked, "blocked", unknown) + "; of those with pods",
        }
    )
    return figures


def _lacking(count: int, what: str, unknown: int) -> str:
    return f"{count:,} {what}" + (f", {unknown:,} unknown" if unknown else "")


def _severities(snapshot: Snapshot, counts: Mapping[Severity, int]) -> list[dict[str, Any]]:
    base = reverse("findings", args=(snapshot.cluster.slug, snapshot.number))
    return [
        {"severity": each, "word": word, "count": counts[each], "url": f"{base}?severity={each}"}
        for each, word in SEVERITY_WORDS.items()
        if counts[each]
    ]


def _guardrails(snapshot: Snapshot) -> dict[str, Any]:
    """How many pass, and those that do not: what is not decided never passes."""
    checks = guardrail_results(snapshot)
    failing = [check for check in checks if check.outcome != Outcome.PASS]
    return {"count": len(checks), "passing": len(checks) - len(failing), "failing": failing[:TOP_FINDINGS]}


def _top_findings(snapshot: Snapshot) -> list[dict[str, Any]]:
    return finding_rows(snapshot, finding_page(snapshot, FindingFilter(), str)[:TOP_FINDINGS])


def _is_stale(snapshot: Snapshot) -> bool:
    """Older than a week, or than three of the cluster's own intervals: what is shown may have changed."""
    interval = snapshot.cluster.interval
    limit = timedelta(seconds=_MISSED_READINGS * interval) if interval else _STALE
    return snapshot.finished is not None and timezone.now() - snapshot.finished > limit


def _failed_since(snapshot: Snapshot) -> Snapshot | None:
    """The last try, if it came after this snapshot and failed."""
    last = snapshot.cluster.snapshots.order_by("-number").first()
    is_newer = last is not None and last.number > snapshot.number
    return last if is_newer and last and last.state == Snapshot.State.FAILED else None
