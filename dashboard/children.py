"""One process that the supervisor keeps: started in a session of its own, ended with all that it started."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

_QUICK = 30.0  # seconds; a child that lives longer has started well
_LARGEST_LOG = 5_000_000  # bytes
_PR_SET_PDEATHSIG = 1  # prctl(2), Linux only
_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


@dataclass(slots=True)
class Child:
    """`stops`: children with a lower number are ended first. `quick_deaths`: in a row, soon after a start."""

    name: str
    command: Sequence[str]
    stops: int
    log: Path
    quick_deaths: int = 0
    _process: subprocess.Popen[bytes] | None = None
    _started: float = 0.0
    _start_at: float = 0.0

    @property
    def pid(self) -> int:
        return self._process.pid if self._process else 0

    def start(self, environment: Mapping[str, str], folder: Path) -> None:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > _LARGEST_LOG:
            self.log.replace(self.log.with_suffix(".1.log"))
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                self.command,
                cwd=folder,
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C in the terminal reaches the supervisor alone
                preexec_fn=_bound_to(os.getpid()),  # noqa: PLW1509  (the supervisor has one thread)
            )
        self._started = time.monotonic()

    def is_alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def note_death(self) -> float:
        """Cleans up after a dead child; the seconds to wait before its next start."""
        lived = time.monotonic() - self._started
        self.quick_deaths = self.quick_deaths + 1 if lived < _QUICK else 1
        self.kill()
        self._process = None
        wait = min(0.25 * 2.0**self.quick_deaths, 10.0)
        self._start_at = time.monotonic() + wait
        return wait

    def is_due(self) -> bool:
        return self._process is None and time.monotonic() >= self._start_at

    def terminate(self) -> None:
        """Asks the main process; it ends its own children in its own order."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """Ends the whole session at once."""
        if self._process:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def last_words(self, lines: int = 5) -> list[str]:
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 4096))
            return log.read().decode(errors="replace").splitlines()[-lines:]


def _bound_to(parent: int) -> Callable[[], None] | None:
    """Lets the kernel end a child whose supervisor died, even by SIGKILL. Linux only."""
    if _libc is None:
        return None
    prctl = _libc.prctl

    def bind() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:  # it died before the line above
            os._exit(1)

    return bind
