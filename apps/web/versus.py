"""The map compared with an older snapshot: which, how many edges of the question differ, and what is gone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from apps.engine import EdgeChange
from apps.engine.model import Edge
from apps.reachability.against import Against
from apps.reachability.ghosts import fitting
from apps.reachability.grammar import parse_query
from apps.reachability.queries import against_of
from apps.reachability.selection import EdgeFilter
from apps.snapshots.models import Snapshot
from apps.web.compared import choose_base
from apps.web.frame import stored
from apps.web.question import Question
from apps.web.words import word_of

MOST_GONE = 20
KIND_WORDS = {"opened": "new", "closed": "closed", "changed": "changed"}


@dataclass(frozen=True)
class Versus:
    """The comparison of `snapshot` with the snapshot `before`, of what `question` asks."""

    snapshot: Snapshot
    before: Snapshot
    question: Question
    found: Against

    def context(self, counts: Mapping[str, int]) -> dict[str, Any]:
        """What `_versus.html` shows; `counts`: the answer's own, of the edges that there are."""
        gone = self._gone()
        args = (self.snapshot.cluster.slug, self.before.number, self.snapshot.number)
        return {
            "number": self.before.number,
            "counts": counts,
            "is_same": not (gone or counts["opened"] or counts["closed"] or counts["changed"]),
            "only_address": self._only(),
            "off_address": replace(self.question, vs=0).address(),
            "changes_url": reverse("changes", args=args),
            "explain_url": reverse("explain", args=args[:2]),
            "gone": [self._tell_gone(edge) for edge in gone[:MOST_GONE]],
            "has_more_gone": len(gone) > MOST_GONE,
        }

    def word(self, edge: Edge) -> dict[str, str]:
        """How an edge of the table differs: its kind, the word for it, and what it was."""
        change = self.found.change_of(edge)
        if change is None:
            return {"kind": "", "word": "", "was": ""}
        return {"kind": change.kind, "word": KIND_WORDS[change.kind], "was": _before(change)}

    def _gone(self) -> Sequence[EdgeChange]:
        """Closed edges without their ends. A filter is about what there is, so it leaves none of them out."""
        asked = self.question
        wanted = EdgeFilter(asked.source, asked.to, asked.port, asked.protocol)
        return list(islice(self.found.gone_edges(fitting(wanted)), MOST_GONE + 1))

    def _tell_gone(self, edge: EdgeChange) -> dict[str, str]:
        port = f"{edge.port}/{edge.protocol}"
        base = reverse("explain", args=(self.snapshot.cluster.slug, self.before.number))
        return {
            "words": f"{edge.source} → {edge.target} {port}",
            "was": word_of(edge.before.verdict) if edge.before else "",
            "url": f"{base}?from={edge.source}&to={edge.target}&port={port}",
        }

    def _only(self) -> str:
        """The address of what came and went alone."""
        rest = parse_query(self.question.q).without("changed", "since")
        line = f"{rest} changed:new,closed since:#{self.before.number}".strip()
        return replace(self.question, q=line, sel="", view="table").address()


def read_versus(
    request: HttpRequest, snapshot: Snapshot, question: Question
) -> tuple[Question, Versus | None, str]:
    """The question, the comparison that it asks for, and what is wrong with it; it is remembered."""
    if question.is_path or not question.vs:
        return question, None, ""
    before = stored(snapshot.cluster).filter(number__lt=snapshot.number, number=question.vs).first()
    if before is None:
        complaint = f"There is no snapshot #{question.vs} before #{snapshot.number} to compare with."
        return replace(question, vs=0), None, complaint
    choose_base(request, before)
    return question, Versus(snapshot, before, question, against_of(snapshot, before.number)), ""


def _before(change: EdgeChange) -> str:
    """Empty where the kind says it all."""
    if change.before is None:
        return "no such edge"
    before, after = change.before, change.after
    if after and before.verdict is after.verdict:
        if before.dns is not after.dns:
            return f"name lookup: {before.dns}"
        return f"backend: {before.backend}"
    return word_of(before.verdict)
