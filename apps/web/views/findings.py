"""What a reviewer should look at, the gravest first; each finding has an anchor of its own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access.part import part_seen
from apps.engine import Finding
from apps.reachability.finding_list import FindingFilter
from apps.reachability.queries import finding_page, findings_of
from apps.review.queries import accepted
from apps.snapshots.models import Snapshot
from apps.web.filter_forms import FindingForm, used
from apps.web.finding_rows import SEVERITY_WORDS, finding_rows
from apps.web.frame import frame, get_snapshot
from apps.web.pages import page_of

ROWS = 50


@login_required
def show_findings(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    snapshot = get_snapshot(slug, number)
    seen = part_seen(request.user, snapshot)
    everything = findings_of(snapshot, seen)
    form = FindingForm(request.GET, ids=Counter(finding.id for finding in everything))
    given = used(form)
    wanted = FindingFilter(
        severities=form.severities(),
        ids=frozenset({given["id"]} if given["id"] else ()),
        namespace=given["namespace"].strip(),
    )
    found = finding_page(snapshot, wanted, str, seen)
    page = page_of(request, len(found), ROWS, len(everything) - len(found))
    counts = Counter(finding.severity for finding in everything)
    rows = finding_rows(snapshot, found[page.window], has_pages=seen is None)
    context = {
        "form": form,
        "findings": rows if seen else _with_exceptions(snapshot, rows, everything),
        "page": page,
        "severities": [
            {
                "severity": severity,
                "word": word,
                "count": counts[severity],
                "is_current": severity in wanted.severities,
            }
            for severity, word in SEVERITY_WORDS.items()
        ],
    }
    return render(request, "web/findings.html", frame(snapshot.cluster, snapshot, "findings") | context)


def _with_exceptions(
    snapshot: Snapshot, rows: list[dict[str, Any]], everything: Iterable[Finding]
) -> list[dict[str, Any]]:
    """Each finding with the exception by which somebody accepted it, if one holds."""
    acceptance = accepted(snapshot)
    by_key = {finding.key: finding for finding in everything}
    return [{**row, "exception": acceptance.finding(by_key[row["key"]])} for row in rows]
