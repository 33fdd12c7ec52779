"""The namespaces of a snapshot as a table, and pages of one namespace and one Service."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.engine.model import Dns
from apps.reachability.finding_list import FindingFilter
from apps.reachability.names import UnknownName
from apps.reachability.namespace_table import namespace_rows, pick_namespaces
from apps.reachability.profiles import (
    NamespaceProfile,
    ServiceProfile,
    meanings,
    namespace_profile,
    service_profile,
)
from apps.reachability.queries import finding_page
from apps.snapshots.models import Snapshot
from apps.web.filter_forms import NamespaceForm, used
from apps.web.finding_rows import finding_rows
from apps.web.frame import frame, get_snapshot
from apps.web.pages import page_of
from apps.web.policy_address import policy_url
from apps.web.words import count_tiles

ROWS = 50
_MOST_POLICIES = 100
_MOST_FINDINGS = 10
_MOST_BACKENDS = 20

_COLUMNS = {
    "name": "Namespace",
    "ingress": "Default deny, ingress",
    "egress": "Default deny, egress",
    "dns": "Name lookup",
    "reaches": "Reaches Services",
    "reached_by": "Reached by namespaces",
    "workloads": "Workloads",
    "services": "Services",
    "policies": "Policies",
}


@login_required
def show_namespaces(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    snapshot = get_snapshot(slug, number)
    form = NamespaceForm(request.GET)
    everything = namespace_rows(snapshot)
    rows = pick_namespaces(everything, form.wanted())
    page = page_of(request, len(rows), ROWS, len(everything) - len(rows))
    context = {"form": form, "rows": rows[page.window], "page": page, "columns": _columns(form)}
    return render(request, "web/namespaces.html", frame(snapshot.cluster, snapshot, "namespaces") | context)


@login_required
def show_namespace(request: HttpRequest, slug: str, number: int, namespace: str) -> HttpResponse:
    snapshot = get_snapshot(slug, number)
    try:
        profile = namespace_profile(snapshot, namespace)
    except UnknownName as error:
        raise Http404(f"{error} in snapshot {number}.") from None
    page = page_of(request, len(profile.services), ROWS)
    findings = finding_page(snapshot, FindingFilter(namespace=namespace), str)
    context = {
        "row": profile.row,
        "inward": count_tiles(profile.inward, _map_query(to=namespace)),
        "outward": count_tiles(profile.outward, _map_query(ask="from", source=namespace)),
        "policies": _policies(snapshot, profile)[:_MOST_POLICIES],
        "policy_count": len(profile.selecting),
        "services": profile.services[page.window],
        "page": page,
        "findings": finding_rows(snapshot, findings[:_MOST_FINDINGS]),
        "finding_count": len(findings),
    }
    return render(request, "web/namespace.html", frame(snapshot.cluster, snapshot, "namespaces") | context)


@login_required
def show_service(request: HttpRequest, slug: str, number: int, namespace: str, service: str) -> HttpResponse:
    """`from=NS` says what the Service's names mean to pods of that namespace."""
    snapshot = get_snapshot(slug, number)
    key = f"{namespace}/{service}"
    try:
        profile = service_profile(snapshot, key)
    except UnknownName as error:
        raise Http404(f"{error} in snapshot {number}.") from None
    context = {
        "profile": profile,
        "ports": [
            {
                "port": served.port,
                "problem": served.reach.problem if served.reach else profile.problem,
                "backends": served.reach.backends[:_MOST_BACKENDS] if served.reach else (),
                "more": max(0, len(served.reach.backends) - _MOST_BACKENDS) if served.reach else 0,
                "tiles": count_tiles(
                    served.counts, _map_query(to=key, port=f"{served.port.number}/{served.port.protocol}")
                ),
            }
            for served in profile.ports
        ],
        **_names(request, snapshot, profile),
    }
    return render(request, "web/service.html", frame(snapshot.cluster, snapshot, "namespaces") | context)


def _names(request: HttpRequest, snapshot: Snapshot, profile: ServiceProfile) -> dict[str, Any]:
    """What the names mean in the namespace asked for, else in the Service's own."""
    source = request.GET.get("from", "").strip() or profile.service.namespace
    try:
        dns, told = meanings(snapshot, profile, source)
    except UnknownName as error:
        return {"source": source, "complaint": f"{error} in this snapshot."}
    return {"source": source, "meanings": told, "is_blocked": dns is Dns.BLOCKED, "dns": dns}


def _policies(snapshot: Snapshot, profile: NamespaceProfile) -> list[dict[str, Any]]:
    return [
        {
            "name": "/".join(filter(None, (policy.ref.namespace, policy.ref.name))),
            "kind": policy.ref.kind,
            "url": policy_url(snapshot, *policy.ref),
            "isolates": ", ".join(sorted(policy.isolates)),
            "workloads": workloads,
        }
        for policy, workloads in profile.selecting
    ]


def _columns(form: NamespaceForm) -> list[dict[str, Any]]:
    """Headings with the address that sorts by them: down at first where the figure is what one looks for."""
    given = used(form)
    now = given["sort"] or "name"
    columns = []
    for key, title in _COLUMNS.items():
        first = f"-{key}" if key in {"reaches", "reached_by", "workloads", "services", "policies"} else key
        turned = key if now.startswith("-") else f"-{key}"
        is_sorted = now.removeprefix("-") == key
        query = {**given, "sort": turned if is_sorted else first}
        columns.append(
            {
                "title": title,
                "is_number": first != key,
                "sorted": ("descending" if now.startswith("-") else "ascending") if is_sorted else "",
                "url": "?" + urlencode({name: value for name, value in query.items() if value}),
            }
        )
    return columns


def _map_query(ask: str = "", to: str = "", source: str = "", port: str = "") -> str:
    """Of the reach map's table."""
    fields = {"ask": ask, "to": to, "from": source, "port": port, "view": "table"}
    return urlencode({name: value for name, value in fields.items() if value}, safe="/")
