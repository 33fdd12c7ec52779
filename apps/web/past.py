"""The past of an edge and of a cluster, made ready for the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.reachability.history.edge import REACHING
from apps.reachability.history.tell import tell_edge
from apps.reachability.history.timeline import kept_timeline
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored
from apps.web.question import split_port
from apps.web.words import word_of

OLDER, NEWER = 40, 20  # snapshots of the strip on either side
_HIGHEST = 28  # of a bar, in the units of the drawing
_WIDTH = 8


class Past:
    """What `_history.html` shows of one edge; with `causes` also what made it so."""

    def __init__(
        self, snapshot: Snapshot, source: str, target: str, port: str, *, causes: bool = False
    ) -> None:
        self.source, self.target, self.port = source.partition("/")[0], target, port
        self.is_of_namespace = "/" in source
        self._base = (snapshot.cluster.slug, snapshot.number)
        number, protocol = split_port(port) or (0, "TCP")
        self.told: dict[str, Any] | None = None
        self.problem = ""
        try:
            self.told = tell_edge(
                snapshot,
                source=self.source,
                target=target,
                port=number,
                protocol=protocol or "TCP",
                causes=causes,
            )
        except NothingStored as error:
            self.problem = str(error)

    @property
    def word(self) -> str:
        return word_of(self.told["verdict"]) if self.told else ""

    @property
    def before_word(self) -> str:
        return _word(self.told["before"]) if self.told else ""

    @property
    def is_open_for_longer(self) -> bool:
        """Open since before it got the verdict that it has."""
        told = self.told
        return bool(told and told["open_since"] and told["open_since"] != told["since"])

    @property
    def deed(self) -> str:
        """What the object changes did to the edge: opened, closed or changed."""
        before, now = (self.told or {}).get("before"), (self.told or {}).get("verdict")
        if (now in REACHING) == (before in REACHING):
            return "changed"
        return "opened" if now in REACHING else "closed"

    @property
    def periods(self) -> list[dict[str, Any]]:
        periods = self.told["periods"] if self.told else []
        return [{**each, "word": _word(each["verdict"])} for each in periods]

    @property
    def url(self) -> str:
        query = f"from={self.source}&to={self.target}&port={self.port}"
        return f"{reverse('history', args=self._base)}?{query}"


@dataclass(frozen=True, slots=True)
class Bar:
    """A snapshot in the strip. `x`, `y`, `height`: where its bar is drawn, in units of the drawing."""

    step: Any
    x: int
    y: int
    height: int
    is_now: bool

    @property
    def said(self) -> str:
        if self.step.previous is None:
            return "the first"
        counts = {"opened": self.step.opened, "closed": self.step.closed}
        parts = [f"{count:,} {kind}" for kind, count in counts.items() if count]
        return ", ".join(parts) or "no path opened or closed"


@dataclass(frozen=True, slots=True)
class Strip:
    """The timeline about one snapshot: oldest first. `older`, `newer`: the kept snapshots beside it."""

    count: int
    bars: Sequence[Bar]
    now: Bar | None
    older: int | None
    newer: int | None
    width: int
    height: int = _HIGHEST

    @property
    def listed(self) -> list[Bar]:
        return list(reversed(self.bars))


def strip_of(snapshot: Snapshot) -> Strip:
    steps = kept_timeline(snapshot.cluster)
    older = list(steps.filter(number__lte=snapshot.number)[: OLDER + 1])[::-1]
    newer = list(steps.filter(number__gt=snapshot.number).order_by("number")[:NEWER])
    shown = [*older, *newer]
    most = max((step.opened + step.closed for step in shown), default=0) or 1
    bars = [_bar(step, place, most, snapshot.number) for place, step in enumerate(shown)]
    before = [step.number for step in older if step.number < snapshot.number]
    return Strip(
        count=steps.count(),
        bars=bars,
        now=next((bar for bar in bars if bar.is_now), None),
        older=before[-1] if before else None,
        newer=newer[0].number if newer else None,
        width=_WIDTH * len(bars),
    )


def _bar(step: Any, place: int, most: int, now: int) -> Bar:
    """The first snapshot opened nothing, and one without a change keeps a line to stand on."""
    height = max(2, round(_HIGHEST * (step.opened + step.closed) / most))
    return Bar(step, _WIDTH * place, _HIGHEST - height, height, step.number == now)


def _word(verdict: str | None) -> str:
    return word_of(verdict) if verdict else "No such edge"
