"""How far a snapshot is, as its page shows it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.snapshots.models import Snapshot

# The worker's steps in their order, as it reports them. While it reads, the second, it reports the kind.
_READING = "reading objects"
STEPS = ("connecting", _READING, "working out who reaches what", "storing")
_SHARES = dict(zip(STEPS, ((0, 5), (5, 70), (70, 90), (90, 99)), strict=True))  # per cent of the whole


@dataclass(frozen=True, slots=True)
class Step:
    title: str
    is_done: bool
    is_now: bool
    detail: str = ""


class Progress:
    """Words and figures for `_progress.html`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self.is_running = snapshot.state in Snapshot.UNFINISHED

    @property
    def percent(self) -> int:
        if not self.is_running:
            return 100
        low, high = _SHARES.get(self._now(), (0, 0))
        total = self._snapshot.total
        return low + (high - low) * min(self._snapshot.done, total) // total if total else low

    @property
    def steps(self) -> list[Step]:
        now = self._now()
        at = STEPS.index(now) if now else -1
        return [
            Step(title.capitalize(), index < at, index == at, self._detail() if index == at else "")
            for index, title in enumerate(STEPS)
        ]

    @property
    def title(self) -> str:
        share = f" ({self.percent} %)" if self.is_running else f" ({self._snapshot.state})"
        return f"Snapshot #{self._snapshot.number}{share} · Portolan"

    @property
    def spoken(self) -> str:
        name = f"Snapshot {self._snapshot.number}"
        return f"{name}: {self.percent} per cent" if self.is_running else f"{name} is {self._snapshot.state}"

    def _now(self) -> str:
        """The step that is being done; empty while none is."""
        step = self._snapshot.step
        if self._snapshot.state != Snapshot.State.RUNNING or not step:
            return ""
        return step if step in STEPS else _READING

    def _detail(self) -> str:
        snapshot = self._snapshot
        of = f" of {snapshot.total}" if snapshot.total else ""
        kind = snapshot.step if snapshot.step not in STEPS else ""
        return " · ".join(filter(None, (kind, f"{snapshot.done}{of}" if snapshot.done else "")))
