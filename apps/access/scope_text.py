"""Scopes as people write them: a cluster a line, then the namespaces that are seen there.

    prod payments team-a-*
    staging

sees two kinds of namespaces of `prod`, and all of `staging`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.contrib.auth.models import Group, User
from django.db import transaction
from django.db.models import QuerySet

from apps.snapshots.models import Cluster

from .models import Scope
from .sight import Sight

_PATTERN = re.compile(r"[a-z0-9*?\[\]!-]{1,253}")
REMOVED = "(removed)"  # in the place of a cluster that is no more; no slug is written so


class ScopesRefused(ValueError):
    """A line cannot be used; the message names it."""


def read_scopes(text: str, clusters: QuerySet[Cluster]) -> dict[str, list[str]]:
    """`{slug: [names and globs]}`, where an empty list is the whole cluster. Raises ScopesRefused, also for a
    cluster that is not among these."""
    known = set(clusters.values_list("slug", flat=True))
    found: dict[str, list[str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        slug, *names = line.replace(",", " ").split() or [""]
        if not slug:
            continue
        slug = slug.removesuffix(":")
        if slug == REMOVED:
            raise ScopesRefused(f"line {number}: name another cluster; without any there is no limit")
        if slug not in known:
            raise ScopesRefused(f"line {number}: there is no cluster {slug!r}")
        if slug in found:
            raise ScopesRefused(f"line {number}: {slug!r} stands in a line before")
        bad = [name for name in names if not _PATTERN.fullmatch(name)]
        if bad:
            raise ScopesRefused(f"line {number}: {bad[0]!r} is no namespace, and no glob of namespaces")
        found[slug] = names
    return found


def write_scopes(scopes: Mapping[str, list[str]]) -> str:
    return "\n".join(" ".join((slug, *names)) for slug, names in sorted(scopes.items()))


def write_line(scopes: Mapping[str, list[str]]) -> str:
    """All of it on one line."""
    return "; ".join(write_scopes(scopes).splitlines())


def write_sight(sight: Sight) -> str:
    """What a person sees, however it comes about. What a token cuts of that is no scope, and ValueError."""
    if sight.by_slug is None:
        return "everything"
    seen: dict[str, list[str]] = {}
    for slug, names in sight.by_slug.items():
        (limit,) = names.limits or ((),)
        seen[slug] = sorted(limit)
    return write_scopes(seen) or "nothing"


def scopes_of(holder: User | Group) -> dict[str, list[str]]:
    """What was set for this one itself, without what its groups add."""
    found = holder.scopes.select_related("cluster")
    return {scope.cluster.slug if scope.cluster else REMOVED: scope.namespaces for scope in found}


def set_scopes(holder: User | Group, scopes: Mapping[str, list[str]]) -> None:
    """Makes these its only scopes."""
    owner = {"user": holder} if isinstance(holder, User) else {"group": holder}
    clusters = {cluster.slug: cluster for cluster in Cluster.objects.filter(slug__in=scopes)}
    with transaction.atomic():
        holder.scopes.all().delete()
        Scope.objects.bulk_create(
            Scope(cluster=clusters[slug], namespaces=names, **owner) for slug, names in scopes.items()
        )
