"""The search for causes: object changes that, undone alone, undo the change of an edge.

1. Every single suspect is undone, and the edges that are then as before have it as a cause.
2. Where no single one will do, suspects are put back from *all undone* one after another, as long as the
   edge stays as before: what is left are changes that only together undo it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from pyroaring import BitMap

from apps.engine.diff.aims import Aim, Answers, DnsAim
from apps.engine.diff.changes import ObjectChange
from apps.engine.diff.numbering import Numbering
from apps.engine.diff.scope import Scope, narrow
from apps.engine.diff.suspects import Asked, Changes, group_by_suspects
from apps.engine.diff.touch import touches_of
from apps.engine.diff.undo import undo
from apps.engine.model import Assumptions, Cluster
from apps.engine.reach import Reach
from apps.engine.scene import Scene

Found = dict[Changes, dict[int, BitMap]]


class CauseSearch:
    """Asks "and had these not been changed?" of one pair of clusters."""

    def __init__(
        self,
        sides: tuple[Cluster, Cluster],
        assumptions: Assumptions,
        changes: Sequence[ObjectChange],
        numbering: Numbering,
        aims: Sequence[Aim],
    ) -> None:
        self._sides = sides
        self._assumptions = assumptions
        self._changes = changes
        self._numbering = numbering
        self._aims = aims
        self._found: Found = defaultdict(lambda: defaultdict(BitMap))

    def find(self) -> Found:
        """For each set of changes, the source namespaces by aim of which it is a cause."""
        groups = group_by_suspects(self._aims, touches_of(*self._sides, self._changes), self._numbering)
        left = {suspects: dict(asked) for suspects, asked in groups.items()}
        self._try_singles(left)
        for suspects, asked in left.items():
            self._find_together(suspects, asked)
        return {causes: dict(self._found[causes]) for causes in sorted(self._found)}

    def _try_singles(self, left: Found) -> None:
        """Takes out of `left` what single changes explain."""
        asked_of: dict[int, dict[int, BitMap]] = defaultdict(lambda: defaultdict(BitMap))
        for suspects, asked in left.items():
            if len(suspects) == 1:
                self._add(suspects, asked)
                asked.clear()
            for change in suspects:
                for aim, numbers in asked.items():
                    asked_of[change][aim] |= numbers
        explained: dict[int, BitMap] = defaultdict(BitMap)
        for change in sorted(asked_of):
            restored = self._restored((change,), asked_of[change])
            self._add((change,), restored)
            for aim, numbers in restored.items():
                explained[aim] |= numbers
        for asked in left.values():
            _take_out(asked, explained)

    def _find_together(self, suspects: Changes, asked: dict[int, BitMap]) -> None:
        """One edge after another, each with all others that the same changes explain."""
        while asked:
            aim = min(asked)
            first = {aim: BitMap([asked[aim].min()])}
            causes = self._least(suspects, first)
            restored = dict(self._restored(causes, asked))
            for change in causes if len(causes) > 2 else ():
                fewer = tuple(other for other in causes if other != change)
                _take_out(restored, self._restored(fewer, restored))
            restored[aim] = restored.get(aim, BitMap()) | first[aim]
            self._add(causes, restored)
            _take_out(asked, restored)

    def _least(self, suspects: Changes, one: Asked) -> Changes:
        """A set of changes that undoes this edge's change, and none of which can be spared."""
        kept = suspects if self._restored(suspects, one) else tuple(range(len(self._changes)))
        size = len(kept) // 2
        while size:
            spared = self._spare(kept, size, one)
            size = 1 if size == 1 and spared != kept else min(size // 2, len(spared))
            kept = spared
        return kept

    def _spare(self, kept: Changes, size: int, one: Asked) -> Changes:
        """Without those runs of so many changes that the others can do without."""
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if fewer and self._restored(fewer, one):
                kept = fewer
            else:
                start += size
        return kept

    def _restored(self, changes: Changes, asked: Asked) -> dict[int, BitMap]:
        """Of what is asked, what is as before when these changes are undone."""
        undone = undo(*self._sides, [self._changes[change] for change in changes])
        reach = Reach(Scene(narrow(undone, self._scope(asked)), self._assumptions))
        answers = Answers(reach, self._numbering)
        found = {aim: self._aims[aim].as_before(answers) & numbers for aim, numbers in asked.items()}
        return {aim: numbers for aim, numbers in found.items() if numbers}

    def _scope(self, asked: Asked) -> Scope:
        sources = BitMap.union(BitMap(), *asked.values())
        diffs = (aim.diff for aim in map(self._aims.__getitem__, asked) if not isinstance(aim, DnsAim))
        return Scope(
            frozenset(self._numbering.names[number] for number in sources),
            frozenset((diff.key.namespace, diff.key.service) for diff in diffs),
        )

    def _add(self, causes: Changes, explained: Asked) -> None:
        for aim, numbers in explained.items():
            self._found[causes][aim] |= numbers


def _take_out(asked: dict[int, BitMap], explained: Asked) -> None:
    for aim in list(asked):
        asked[aim] = asked[aim] - explained.get(aim, BitMap())
        if not asked[aim]:
            del asked[aim]
