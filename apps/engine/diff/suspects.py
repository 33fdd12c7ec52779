"""Which changes may have changed which edges: questions put into groups with the same suspects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from pyroaring import BitMap

from apps.engine.diff.aims import Aim
from apps.engine.diff.numbering import Numbering
from apps.engine.diff.touch import Touch

# Numbers of changes, ascending; and of source namespaces by the number of their aim.
Changes = tuple[int, ...]
Asked = Mapping[int, BitMap]


def group_by_suspects(
    aims: Sequence[Aim], touches: Sequence[Touch], numbering: Numbering
) -> dict[Changes, dict[int, BitMap]]:
    """The suspects of every edge that is asked about: all changes that may touch one of its ends.

    With all suspects of an edge undone it is as it was before, so a single suspect is the cause.
    """
    groups: dict[Changes, dict[int, BitMap]] = defaultdict(lambda: defaultdict(BitMap))
    by_source = _by_source(touches, numbering)
    for index, aim in enumerate(aims):
        for suspects, numbers in _of_aim(aim, touches, by_source):
            groups[suspects or tuple(range(len(touches)))][index] |= numbers
    return {suspects: dict(groups[suspects]) for suspects in sorted(groups)}


def _of_aim(
    aim: Aim, touches: Sequence[Touch], by_source: Mapping[int, list[int]]
) -> Iterator[tuple[Changes, BitMap]]:
    def is_near(change: int) -> bool:
        return aim.ends.near_nodes or not touches[change].near_nodes

    wide = {
        change
        for change, touch in enumerate(touches)
        if aim.ends.met_by(touch) or (touch.sources is None and is_near(change))
    }
    own = aim.numbers & BitMap(by_source)
    if aim.numbers - own:
        yield tuple(sorted(wide)), aim.numbers - own
    for number in own:
        here = (change for change in by_source[number] if is_near(change))
        yield tuple(sorted(wide.union(here))), BitMap([number])


def _by_source(touches: Sequence[Touch], numbering: Numbering) -> dict[int, list[int]]:
    """The changes that touch a namespace as a source, by its number; without those that touch all."""
    found: dict[int, list[int]] = defaultdict(list)
    for change, touch in enumerate(touches):
        for name in touch.sources or ():
            if name in numbering.number:
                found[numbering.number[name]].append(change)
    return dict(found)
