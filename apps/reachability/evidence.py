"""An explanation as screen and REST show it: every deciding rule with the lines of its policy's YAML."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from apps.engine import EdgeExplanation, PairSummary, Place
from apps.engine.model import Citation, ObjectRef, Side
from apps.snapshots import positions
from apps.snapshots.models import ObjectVersion, Snapshot
from apps.snapshots.queries import list_policies, version_yamls
from apps.snapshots.recent import Recent

MOST_GROUPS = 50
YamlUrl = Callable[[int], str]  # the address of a policy's YAML, by the id of its stored version


class _Shelf(NamedTuple):
    """The policies of one stored snapshot, which stay what they are: the ids of their versions, and by id the
    texts that were read so far and the lines, by path, that were looked up in them."""

    ids: Mapping[ObjectRef, int]
    texts: dict[int, str]
    lines: dict[int, dict[str, tuple[int, int]]]


_shelves: Recent[tuple[int, datetime | None], _Shelf] = Recent(size=4)


def tell(snapshot: Snapshot, explanation: EdgeExplanation, yaml_url: YamlUrl) -> dict[str, Any]:
    """The explanation of one edge as JSON (docs/architecture.md); a group is a set of alike pairs."""
    library = Library(snapshot, yaml_url)
    library.open(citation.ref for citation in _citations(explanation.pairs[:MOST_GROUPS]))
    groups = [_tell_group(library, group) for group in explanation.pairs[:MOST_GROUPS]]
    sides = groups[0] if groups else {"egress": None, "ingress": None}  # the most telling comes first
    return {
        "source": explanation.source,
        "target": explanation.service,
        "port": explanation.port,
        "protocol": explanation.protocol,
        "verdict": str(explanation.verdict),
        "allowed_pairs": explanation.allowed_pairs,
        "pairs": explanation.total_pairs,
        "dns": str(explanation.dns),
        "backend": str(explanation.backend),
        "potential": str(explanation.potential),
        "reason": explanation.reason,
        "sentence": explanation.sentence,
        "egress": sides["egress"],
        "ingress": sides["ingress"],
        "group_count": len(explanation.pairs),
        "groups": groups,
    }


def _citations(groups: Iterable[PairSummary]) -> Iterator[Citation]:
    for group in groups:
        for side in (group.explanation.egress, group.explanation.ingress):
            yield from (*side.citations, *side.others)
            if side.nearest:
                yield side.nearest.citation


def _tell_group(library: Library, group: PairSummary) -> dict[str, Any]:
    return {
        "sources": list(group.sources),
        "targets": list(group.targets),
        "target_port": group.target_port,
        "verdict": str(group.verdict),
        "reason": group.explanation.reason,
        "egress": _tell_side(library, group.explanation.egress),
        "ingress": _tell_side(library, group.explanation.ingress),
    }


def _tell_side(library: Library, side: Side) -> dict[str, Any]:
    nearest = side.nearest
    return {
        "verdict": str(side.verdict),
        "isolated": side.isolated,
        "reason": side.reason,
        "citations": [library.cite(citation) for citation in side.citations],
        "others": [library.cite(citation) for citation in side.others],
        "nearest": nearest and {"citation": library.cite(nearest.citation), "lacks": list(nearest.lacks)},
    }


class Library:
    """The stored policies of one snapshot; each text is read once."""

    def __init__(self, snapshot: Snapshot, yaml_url: YamlUrl) -> None:
        self._yaml_url = yaml_url
        key = (snapshot.pk, snapshot.finished)
        shelf = _shelves.get(key, lambda: _Shelf(_stored_ids(snapshot), {}, {}))
        self._ids, self._texts, self._found = shelf

    def open(self, refs: Iterable[ObjectRef]) -> None:
        """Reads the texts of all policies among these objects at once, ahead of showing places in them."""
        self._read({self._ids[ref] for ref in refs if ref in self._ids})

    def show(self, place: Place) -> dict[str, Any]:
        """Where a manifest shows something; its lines are known where the manifest is a policy's."""
        version = self._ids.get(place.object)
        return {
            "kind": place.object.kind,
            "namespace": place.object.namespace,
            "name": place.object.name,
            "path": place.path,
            "lines": self._lines(version, (place.path,)).get(place.path),
            "yaml_url": None if version is None else self._yaml_url(version),
        }

    def cite(self, citation: Citation) -> dict[str, Any]:
        version = self._ids.get(citation.ref)
        lines = self._lines(version, (citation.path, *citation.paths))
        return {
            "kind": citation.ref.kind,
            "namespace": citation.ref.namespace,
            "name": citation.ref.name,
            "path": citation.path,
            "effect": citation.effect,
            "selects": citation.selects,
            "lines": lines.get(citation.path),
            "marks": [lines[path] for path in citation.paths if path in lines],
            "yaml_url": None if version is None else self._yaml_url(version),
        }

    def _lines(self, version: int | None, paths: Iterable[str]) -> dict[str, tuple[int, int]]:
        """First and last line by path; the empty path is the whole manifest."""
        if version is None:
            return {}
        found = self._found.setdefault(version, {})
        missing = {"", *paths} - found.keys()
        if missing:
            self._read({version})
            text = self._texts[version]
            found.update(positions.line_ranges(text, missing - {""}))
            found[""] = (1, len(text.splitlines()))
        return found

    def _read(self, versions: set[int]) -> None:
        missing = versions - self._texts.keys()
        if missing:
            self._texts.update(version_yamls(missing))


def _stored_ids(snapshot: Snapshot) -> Mapping[ObjectRef, int]:
    rows = list_policies(snapshot).select_related(None).only("api_version", "kind", "namespace", "name")
    found = ((engine_ref(version), version.pk) for version in rows.iterator())
    return {ref: key for ref, key in found if ref is not None}


def engine_ref(version: ObjectVersion) -> ObjectRef | None:
    """The name by which the engine cites a stored policy; None when it does not evaluate the kind.

    Other API groups use the same names for other kinds.
    """
    group = version.api_version.partition("/")[0]
    if group not in {"networking.k8s.io", "policy.networking.k8s.io"}:
        return None
    return ObjectRef(version.kind, version.namespace, version.name)
