"""What a reader may see: which clusters, and of a cluster which namespaces.

Sight is the union of the scopes of a person and of its groups, cut by those of the token that speaks for it.
Who has none sees everything, or with SCOPES_REQUIRED nothing; an administrator has no limits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from django.conf import settings
from django.contrib.auth.models import User
from django.db.models import Q, QuerySet

from apps.snapshots.models import Cluster
from apps.snapshots.prepared import Prepared

from .models import Scope
from .roles import Person, Role, own_role, token_of

Patterns = tuple[str, ...]  # any of them; none: every name


@dataclass(frozen=True, slots=True)
class Names:
    """Namespaces by name: those that every one of `limits` admits. Without limits, all."""

    limits: tuple[Patterns, ...] = ()

    @property
    def is_all(self) -> bool:
        return not self.limits

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str) and all(
            any(fnmatchcase(name, pattern) for pattern in patterns) for patterns in self.limits
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """`by_slug`: the names seen of each cluster; None: everything of every cluster, also of coming ones."""

    by_slug: Mapping[str, Names] | None = None

    @property
    def is_all(self) -> bool:
        return self.by_slug is None

    def names_in(self, slug: str) -> Names | None:
        """The namespaces of a cluster that are seen; None when the cluster is not seen at all."""
        if self.by_slug is None:
            return Names()
        return self.by_slug.get(slug)

    def clusters(self) -> QuerySet[Cluster]:
        every = Cluster.objects.all()
        return every if self.by_slug is None else every.filter(slug__in=self.by_slug)


_KNOWN = "_sight"

_scopes = Prepared(
    lambda user: (
        Scope.objects.filter(Q(user=user) | Q(group__user=user))
        .select_related("cluster")
        .only("namespaces", "cluster__slug")
        .distinct()
    ),
    -1,
)

EVERYTHING = Sight()
NOTHING = Sight({})


def sight_of(user: Person) -> Sight:
    """Looked up once a user object, which is once a request."""
    if not (user.is_authenticated and isinstance(user, User)):
        return NOTHING
    known: Sight | None = getattr(user, _KNOWN, None)
    if known is None:
        known = _cut(_own(user), _of_token(user))
        setattr(user, _KNOWN, known)
    return known


def _own(user: User) -> Sight:
    scopes = list(_scopes(user.pk))
    if not (scopes or settings.SCOPES_REQUIRED) or own_role(user) is Role.ADMINISTRATOR:
        return EVERYTHING
    found: dict[str, Names] = {}
    for scope in scopes:
        if scope.cluster:
            names = Names((tuple(scope.namespaces),) if scope.namespaces else ())
            found[scope.cluster.slug] = _joined(found.get(scope.cluster.slug), names)
    return Sight(found)


def _of_token(user: User) -> Sight:
    token = token_of(user)
    if token is None or not token.clusters:
        return EVERYTHING
    return Sight({slug: Names((tuple(names),) if names else ()) for slug, names in token.clusters.items()})


def _joined(before: Names | None, names: Names) -> Names:
    if before is None:
        return names
    if before.is_all or names.is_all:
        return Names()
    return Names((tuple(dict.fromkeys(before.limits[0] + names.limits[0])),))


def _cut(one: Sight, other: Sight) -> Sight:
    if one.by_slug is None or other.by_slug is None:
        return other if one.by_slug is None else one
    shared = one.by_slug.keys() & other.by_slug.keys()
    return Sight({slug: Names(one.by_slug[slug].limits + other.by_slug[slug].limits) for slug in shared})
