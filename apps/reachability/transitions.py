"""Edges that differ, counted by what they were and what they are: a table of verdicts before and after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from apps.engine import ReachDiff
from apps.engine.model import Verdict

Absent = None  # there is no such edge on that side
Turn = tuple[Verdict | None, Verdict | None]


def count_turns(diff: ReachDiff) -> Mapping[Turn, int]:
    """How many edges went from one verdict to another; those with the same verdict on both sides are none."""
    turns: Counter[Turn] = Counter()
    for port in diff.ports:
        moved = port.opened | port.closed | port.turned
        sides = [
            {verdict: state.by_verdict[verdict] & moved for verdict in Verdict} if state else {}
            for state in (port.before, port.after)
        ]
        before, after = ({verdict: found for verdict, found in side.items() if found} for side in sides)
        left = {verdict: found.copy() for verdict, found in after.items()}
        for old, numbers in before.items():
            alone = numbers
            for new, others in after.items():
                turns[old, new] += len(numbers & others)
                alone = alone - others
                left[new] -= numbers
            turns[old, Absent] += len(alone)
        for new, numbers in left.items():
            turns[Absent, new] += len(numbers)
    return {turn: count for turn, count in turns.items() if count}
