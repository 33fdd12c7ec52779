"""What a report is asked to be: how long, on which paper, about what."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import load_cluster

KINDS = ("full", "executive")
PAPERS = ("a4", "letter")
FORMATS = ("pdf", "xlsx", "csv")
MOST_NAMESPACES = 200  # that one report may be about by name; more of them are the whole cluster
_CHOICES = {"kind": KINDS, "paper": PAPERS, "format": FORMATS}


class OptionsRefused(ValueError):
    """A report cannot be asked for like that. `field` says which part of the order is wrong."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Options:
    """`namespaces` empty: the whole cluster. `guardrail`: by its name; with it, `namespaces` is empty.

    `against`: the snapshot to compare with; None is that of the last signed review before, if there is one.
    """

    kind: str = "full"
    paper: str = "a4"
    format: str = "pdf"
    namespaces: tuple[str, ...] = ()
    guardrail: str = ""
    against: int | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"namespaces": list(self.namespaces)}

    @property
    def content(self) -> dict[str, Any]:
        """The options that change what a report says; the others change how it looks."""
        told = self.as_json()
        return {name: told[name] for name in ("kind", "namespaces", "guardrail", "against")}


def options_from_json(stored: Mapping[str, Any]) -> Options:
    return Options(**{**stored, "namespaces": tuple(stored["namespaces"])})


def check_options(snapshot: Snapshot, options: Options) -> Options:
    """The same with its namespaces sorted, each once. Raises OptionsRefused."""
    for field, choices in _CHOICES.items():
        if getattr(options, field) not in choices:
            raise OptionsRefused(field, f"must be one of {', '.join(choices)}")
    names = tuple(sorted(set(options.namespaces)))
    if names and options.guardrail:
        raise OptionsRefused("guardrail", "a report is about namespaces or about a guardrail, not both")
    if len(names) > MOST_NAMESPACES:
        raise OptionsRefused("namespaces", f"must be {MOST_NAMESPACES} at most; leave them out for all")
    _check_names(snapshot, names)
    _check_against(snapshot, options.against)
    return Options(options.kind, options.paper, options.format, names, options.guardrail, options.against)


def _check_names(snapshot: Snapshot, names: tuple[str, ...]) -> None:
    if not names:
        return
    known = {namespace.name for namespace in load_cluster(snapshot).namespaces}
    missing = [name for name in names if name not in known]
    if missing:
        raise OptionsRefused("namespaces", f"there is no namespace {missing[0]!r} in this snapshot")


def _check_against(snapshot: Snapshot, against: int | None) -> None:
    if against is None:
        return
    if find_stored(snapshot.cluster, against) is None:
        raise OptionsRefused("against", f"there is no finished snapshot {against} of this cluster")
    if against >= snapshot.number:
        raise OptionsRefused("against", f"must be a snapshot before {snapshot.number}")


def find_stored(cluster: Cluster, number: int) -> Snapshot | None:
    """The snapshot of this number that holds answers."""
    if not 0 < number < 10**9:
        return None
    return cluster.snapshots.filter(number=number, state__in=Snapshot.STORED).first()
