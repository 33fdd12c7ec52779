"""The policies of a snapshot, and one of them as YAML with addresses for its lines."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.queries import list_policies, load_cluster, policy_yaml
from apps.web.frame import frame, get_snapshot
from apps.web.pages import page_of
from apps.web.policy_address import policy_url
from apps.web.yaml_lines import yaml_lines

ROWS = 200


@login_required
def show_policies(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    snapshot = get_snapshot(slug, number)
    versions = list_policies(snapshot)
    page = page_of(request, versions.count(), ROWS)
    isolates = {policy.ref: policy.isolates for policy in load_cluster(snapshot).policies}
    rows = [_row(snapshot, version, isolates) for version in versions[page.window]]
    context = frame(snapshot.cluster, snapshot, "policies") | {"rows": rows, "page": page}
    return render(request, "web/policies.html", context)


@login_required
def show_policy(
    request: HttpRequest, slug: str, number: int, kind: str, name: str, namespace: str = ""
) -> HttpResponse:
    """One policy; `#L12-L21` marks lines."""
    snapshot = get_snapshot(slug, number)
    policy = find_policy(snapshot, kind, namespace, name)
    if policy is None:
        raise Http404(f"Snapshot {number} has no {kind} {'/'.join(filter(None, (namespace, name)))}.")
    context = {"policy": policy, "lines": yaml_lines(policy_yaml(snapshot, policy.pk))}
    return render(request, "web/policy.html", frame(snapshot.cluster, snapshot, "policies") | context)


def find_policy(snapshot: Snapshot, kind: str, namespace: str, name: str) -> ObjectVersion | None:
    """The one that stood in a snapshot; of two groups with a kind of that name, Kubernetes' own."""
    found = list_policies(snapshot).filter(kind=kind, namespace=namespace, name=name)
    return max(found, key=lambda version: version.api_version.endswith("k8s.io/v1"), default=None)


def _row(snapshot: Snapshot, version: ObjectVersion, isolates: dict[Any, Any]) -> dict[str, Any]:
    key = (version.kind, version.namespace, version.name)
    is_own = "k8s.io/" in version.api_version
    directions = isolates.get(key) if is_own else None
    return {
        "namespace": version.namespace,
        "name": version.name,
        "kind": version.kind if is_own else f"{version.kind} ({version.api_version})",
        "url": policy_url(snapshot, *key),
        "evaluated": directions is not None,
        "isolates": ", ".join(sorted(directions or ())),
    }
