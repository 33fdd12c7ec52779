"""What a review is about: edges into one Service port that are new for one reason, and new findings."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from pyroaring import BitMap

from apps.engine import EdgeKey, Finding
from apps.engine.model import Verdict

Verdicts = Mapping[Verdict, BitMap]


def item_id(*parts: object) -> str:
    """The same for the same item of the same two snapshots, in every process."""
    return hashlib.sha256(" ".join(map(str, parts)).encode()).hexdigest()[:24]


@dataclass(frozen=True)
class EdgeItem:
    """Edges into one Service port, from the namespaces `numbers` (their places in `names`).

    `kind`: open (there is no review before), opened, grown (a better verdict than before) or returned (it
    was accepted, and that holds no more). `group`: the cause in a sentence, or what else they share.
    `before` is None where no snapshot is compared with.
    """

    group: str
    kind: str
    target: str
    port: int
    protocol: str
    numbers: BitMap
    names: Sequence[str]
    after: Verdicts
    before: Verdicts | None = None

    @cached_property
    def id(self) -> str:
        return item_id(self.kind, self.group, self.target, self.port, self.protocol)

    @property
    def size(self) -> int:
        return len(self.numbers)

    @property
    def title(self) -> str:
        return f"{self.target}:{self.port}/{self.protocol}"

    @cached_property
    def sources(self) -> list[str]:
        return [self.names[number] for number in self.numbers]

    def key(self, source: str) -> EdgeKey:
        return EdgeKey(source, self.target, self.port, self.protocol)

    def turns(self, numbers: Iterable[int]) -> list[tuple[str, str, str]]:
        """(source, verdict before or empty, verdict after) of some of its namespaces."""
        return [(self.names[n], _verdict(self.before, n), _verdict(self.after, n)) for n in numbers]


@dataclass(frozen=True)
class FindingItem:
    """A finding that is new, or says something else than before."""

    finding: Finding
    group: str = "New findings"
    kind: str = "finding"
    size: int = 1

    @cached_property
    def id(self) -> str:
        return item_id("finding", self.finding.key)

    @property
    def title(self) -> str:
        return self.finding.message


Item = EdgeItem | FindingItem


def _verdict(verdicts: Verdicts | None, number: int) -> str:
    return next((str(verdict) for verdict, each in (verdicts or {}).items() if number in each), "")
