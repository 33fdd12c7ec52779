"""A draft tried over a stored snapshot: what it would open, close and break. Nothing is stored."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from apps.engine import DraftChange, DraftRefused, compare_drafted
from apps.engine.model import Assumptions, Note, ObjectRef
from apps.reachability.comparison import Comparison
from apps.reachability.take import ReadingRefused
from apps.snapshots.check import find_problems
from apps.snapshots.models import Snapshot
from apps.snapshots.prune import prune
from apps.snapshots.queries import assumptions_of, load_cluster, load_objects, unread_of
from apps.snapshots.reading import Problem, Reading
from apps.snapshots.recent import Recent

Object = dict[str, Any]


class Deletion(NamedTuple):
    """What a draft deletes. `api_version` is needed where two groups have a kind of that name."""

    kind: str
    name: str
    namespace: str = ""
    api_version: str = ""

    @property
    def ref(self) -> ObjectRef:
        return ObjectRef(self.kind, self.namespace, self.name)


# Each holds a whole cluster of its own.
_tried: Recent[tuple[int, str, Assumptions, str], Comparison] = Recent(size=2)


def try_draft(snapshot: Snapshot, reading: Reading, deletions: Sequence[Deletion] = ()) -> Comparison:
    """Compares a snapshot with what it would be: these manifests added, or put in the place of what they
    name, and those objects deleted.

    The last drafts are kept in memory, so that a further page of one is not computed anew.
    Raises ReadingRefused with every problem of the draft, and NothingStored.
    """
    given = json.dumps([[each.body for each in reading.objects], deletions], sort_keys=True, default=str)
    key = (snapshot.pk, snapshot.digest, assumptions_of(snapshot), sha256(given.encode()).hexdigest())
    return _tried.get(key, lambda: _try(snapshot, reading, deletions))


def _try(snapshot: Snapshot, reading: Reading, deletions: Sequence[Deletion]) -> Comparison:
    stored = load_cluster(snapshot)
    objects = load_objects(snapshot) if deletions else _objects_of(snapshot)
    found, problems = _find_all(objects, deletions)
    if reading.objects or reading.problems:
        problems = find_problems(reading) + problems
    if problems:
        raise ReadingRefused(problems)
    # Pruned as what is stored is: the answer is that of a snapshot of the same.
    changes = [DraftChange(prune(each.body)) for each in reading.objects]
    changes += [DraftChange(body, delete=True) for body in found]
    try:
        drafted = compare_drafted(
            stored, objects, changes, assumptions_of(snapshot), unread=unread_of(snapshot)
        )
    except DraftRefused as refusal:
        raise ReadingRefused([_placed(refusal, reading)]) from None
    news = [problem for problem in drafted.problems if _place_of(problem.ref) in _places(reading)]
    if news:
        raise ReadingRefused([Problem("", 0, str(each.ref), each.field, each.message) for each in news])
    return Comparison(drafted.diff, snapshot, None, _notes_of(drafted.notes, stored.notes, reading))


def _objects_of(snapshot: Snapshot) -> Iterator[Object]:
    """Loaded when the first one is asked for: most drafts need none."""
    yield from load_objects(snapshot)


def _find_all(objects: Iterable[Object], deletions: Sequence[Deletion]) -> tuple[list[Object], list[Problem]]:
    """The objects to delete, and which of them cannot be found."""
    standing: dict[ObjectRef, list[Object]] = defaultdict(list)
    for body in objects if deletions else ():
        standing[_place_of(_ref(body))].append(body)
    found, problems = [], []
    for index, deletion in enumerate(deletions):
        chosen = _choose(standing.get(_place_of(deletion.ref), []), deletion)
        if isinstance(chosen, str):
            problems.append(Problem("", 0, str(deletion.ref), f"delete[{index}]", chosen))
        else:
            found.append(chosen)
    return found, problems


def _choose(candidates: Sequence[Object], deletion: Deletion) -> Object | str:
    """The one object that is meant, or why there is none."""
    group = _group(deletion.api_version)
    chosen = [body for body in candidates if not deletion.api_version or _group(body["apiVersion"]) == group]
    if len(chosen) == 1:
        return chosen[0]
    if not chosen:
        return "is not in the snapshot: it cannot be deleted"
    versions = ", ".join(sorted(body["apiVersion"] for body in chosen))
    return f"is the name of several objects: give an api_version, one of {versions}"


def _placed(refusal: DraftRefused, reading: Reading) -> Problem:
    """The problem of one manifest, with its place where it was read; the deletions come behind these."""
    ref = str(refusal.ref)
    if refusal.index >= len(reading.objects):
        field = f"delete[{refusal.index - len(reading.objects)}]"
        return Problem("", 0, ref, field, refusal.message)
    origin = reading.objects[refusal.index].origin
    file, document = (origin.file, origin.document) if origin else ("", 0)
    return Problem(file, document, ref, refusal.field, refusal.message)


def _notes_of(drafted: Sequence[Note], stored: Sequence[Note], reading: Reading) -> tuple[Note, ...]:
    """What is to be known because of the draft, or about what it gives."""
    known = set(stored)
    given = {str(ref) for ref in _places(reading)} | {str(_ref(each.body)) for each in reading.objects}
    return tuple(note for note in drafted if note not in known or note.object in given)


def _places(reading: Reading) -> set[ObjectRef]:
    return {_place_of(_ref(each.body)) for each in reading.objects}


def _ref(body: Mapping[str, Any]) -> ObjectRef:
    meta = body["metadata"]
    return ObjectRef(body["kind"], meta.get("namespace") or "", meta["name"])


def _place_of(ref: ObjectRef) -> ObjectRef:
    """A manifest that names no namespace goes to `default`; kinds that have none agree among themselves."""
    return ref._replace(namespace=ref.namespace or "default")


def _group(api_version: str) -> str:
    return api_version.rpartition("/")[0]
