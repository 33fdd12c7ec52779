"""Where the page of a policy is."""

from __future__ import annotations

from django.urls import reverse

from apps.snapshots.models import Snapshot


def policy_url(snapshot: Snapshot, kind: str, namespace: str, name: str) -> str:
    """`/c/prod/s/28/policies/NetworkPolicy/payments/db`; a cluster-wide kind has no namespace in it."""
    page = "policy" if namespace else "cluster-policy"
    parts = (kind, namespace, name) if namespace else (kind, name)
    return reverse(page, args=(snapshot.cluster.slug, snapshot.number, *parts))
