"""A draft: manifests to apply or delete over decoded objects, as the API server and its controllers would.

A deleted namespace takes along what is in it, and a deleted controller the pods that it has made. So does
a controller whose pod template changes: its template stands for the pods to come, which have no addresses
yet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.engine.diff import ReachDiff
from apps.engine.model import Cluster, Dns, Note, Problem
from apps.engine.parse import revise_cluster
from apps.engine.parse.fields import BadField
from apps.engine.whatif.dependents import Object, has_template, in_namespace, keeps_pods, made_by
from apps.engine.whatif.identity import DraftRefused, Identity, identify, ref_of, try_identify


@dataclass(frozen=True, slots=True)
class DraftChange:
    """One manifest of a draft: applied (added, or put in the place of what it names), or deleted."""

    body: Mapping[str, Any]
    delete: bool = False


@dataclass(frozen=True, slots=True)
class DraftDiff:
    """What a draft would do. `notes` and `problems` are those of the drafted cluster; a problem's index
    counts the drafted objects, of which the draft's own come last, in its order."""

    diff: ReachDiff
    notes: tuple[Note, ...]
    problems: tuple[Problem, ...]

    @property
    def dns_broken(self) -> tuple[str, ...]:
        """Namespaces that could ask the cluster's DNS and no longer can."""
        return tuple(
            change.namespace
            for change in self.diff.dns
            if (change.before, change.after) == (Dns.RESOLVES, Dns.BLOCKED)
        )


def draft(objects: Iterable[Mapping[str, Any]], manifests: Iterable[DraftChange]) -> list[dict[str, Any]]:
    """The objects with the draft over them. DraftRefused names a manifest that cannot be used: one without
    an identity, one given twice, or the deletion of something that is not there."""
    drafted = _Drafted(objects)
    changes = _identified(manifests)
    for index, (identity, change) in enumerate(changes.items()):
        if change.delete:
            drafted.delete(index, identity, change.body)
    for identity, change in changes.items():
        if not change.delete:
            drafted.apply(identity, change.body)
    return drafted.objects()


def draft_over(stored: Cluster, manifests: Iterable[DraftChange]) -> Cluster | None:
    """The cluster with the draft over it, where its manifests alone tell; None where all objects must be
    read again. DraftRefused names a manifest without an identity, or one given twice."""
    changes = _identified(manifests).values()
    return revise_cluster(
        stored,
        applied=[change.body for change in changes if not change.delete],
        deleted=[change.body for change in changes if change.delete],
    )


def _identified(manifests: Iterable[DraftChange]) -> dict[Identity, DraftChange]:
    found: dict[Identity, DraftChange] = {}
    for index, change in enumerate(manifests):
        try:
            identity = identify(change.body)
        except BadField as error:
            raise DraftRefused(index, ref_of(change.body), error.path, error.message) from error
        if identity in found:
            raise DraftRefused(index, ref_of(change.body), "metadata.name", "is in the draft twice")
        found[identity] = change
    return found


class _Drafted:
    """Objects while a draft is put over them."""

    def __init__(self, objects: Iterable[Object]) -> None:
        self._standing = list(objects)
        self._new: list[Object] = []
        self._places = {
            identity: body for body in self._standing if (identity := try_identify(body)) is not None
        }

    def objects(self) -> list[dict[str, Any]]:
        return [dict(body) for body in (*self._standing, *self._new)]

    def delete(self, index: int, identity: Identity, body: Object) -> None:
        gone = [self._places[identity]] if identity in self._places else []
        if (identity.group, identity.kind) == ("", "Namespace"):
            gone += in_namespace(self._standing, identity.name)
        if not gone:
            raise DraftRefused(index, ref_of(body), "metadata.name", "is not there: it cannot be deleted")
        if has_template(identity):
            gone += made_by(self._standing, identity)
        self._drop(gone)

    def apply(self, identity: Identity, body: Object) -> None:
        old = self._places.get(identity)
        if old is not None:
            outdated = has_template(identity) and not keeps_pods(old, body)
            self._drop([old, *(made_by(self._standing, identity) if outdated else ())])
        self._new.append(body)

    def _drop(self, gone: Iterable[Object]) -> None:
        ids = {id(body) for body in gone}
        self._standing = [body for body in self._standing if id(body) not in ids]
