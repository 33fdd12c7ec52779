"""Keeps the processes of the embedded set-up running, and ends them together."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from types import FrameType

from dashboard.children import Child

GRACE = 15.0  # seconds from the first Ctrl-C until what still runs is killed
_QUICK_DEATHS = 5
_GLANCE = 0.1  # seconds between two looks
_SLOW_START = 60.0  # seconds after which the address is printed anyway

Say = Callable[[str], None]


class Supervisor:
    """`checks`: by name, whether a part answers yet; `up` is called once all do."""

    def __init__(
        self,
        children: Sequence[Child],
        *,
        environment: Mapping[str, str],
        folder: Path,
        checks: Mapping[str, Callable[[], bool]],
        up: Callable[[], None],
        say: Say,
    ) -> None:
        self._children = children
        self._environment = environment
        self._folder = folder
        self._checks = dict(checks)
        self._up: Callable[[], None] | None = up
        self._say = say
        self._signals = 0

    def run(self) -> int:
        """Runs until Ctrl-C, SIGTERM or SIGHUP (0) or until a child dies again and again (1)."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._note_signal)
        began = time.monotonic()
        gave_up = False
        try:
            while not self._signals and not gave_up:
                gave_up = not all(self._keep(child) for child in self._children)
                self._announce(waited=time.monotonic() - began)
                time.sleep(_GLANCE)
        finally:
            self._stop()
        return 1 if gave_up else 0

    def _note_signal(self, number: int, frame: FrameType | None) -> None:
        self._signals += 1

    def _keep(self, child: Child) -> bool:
        """Starts the child if it does not run; False when it died too often."""
        if child.is_alive():
            return True
        if child.pid:
            wait = child.note_death()
            if child.quick_deaths >= _QUICK_DEATHS:
                self._give_up(child)
                return False
            self._say(f"{child.name} died; starting it again in {wait:.1f} s ({child.log})")
        if child.is_due():
            child.start(self._environment, self._folder)
        return True

    def _give_up(self, child: Child) -> None:
        self._say(f"{child.name} died {_QUICK_DEATHS} times soon after its start: giving up. Its last words:")
        for line in child.last_words():
            self._say(f"  {line}")
        self._say(f"The whole log: {child.log}")

    def _announce(self, *, waited: float) -> None:
        """Calls `up` once everything answers."""
        if self._up is None:
            return
        for name in [name for name, answers in self._checks.items() if answers()]:
            del self._checks[name]
        if self._checks and waited > _SLOW_START:
            self._say(f"Still no answer from: {', '.join(self._checks)}. Waiting no longer for it.")
            self._checks.clear()
        if not self._checks:
            self._up()
            self._up = None

    def _stop(self) -> None:
        """Asks group after group to end, kills after the grace or at a second signal."""
        self._say("Stopping …")
        deadline = time.monotonic() + GRACE
        first = self._signals
        ordered = sorted(self._children, key=lambda child: child.stops)
        for _, group in groupby(ordered, key=lambda child: child.stops):
            members = list(group)
            for child in members:
                child.terminate()
            while any(child.is_alive() for child in members):
                if time.monotonic() > deadline or self._signals > max(first, 1):
                    break
                time.sleep(_GLANCE)
            for child in members:
                child.kill()
        self._say("Stopped.")
