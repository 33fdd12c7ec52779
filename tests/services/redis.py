"""A Redis to be stopped and emptied."""

from __future__ import annotations

import signal
import subprocess
from pathlib import Path

from tests.dashboard.running import free_port, until


class Redis:
    """Keeps nothing over its end."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    @property
    def version(self) -> str:
        return subprocess.check_output(["redis-server", "--version"], text=True).strip()

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--dir", str(self._folder), "--appendonly", "no"], stdout=log, stderr=log
            )
        try:
            until(lambda: self._ask("ping"), 20, "Redis to answer")
        except BaseException:
            self.kill()
            raise

    def flush(self) -> None:
        self._ask("flushall")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def close(self) -> None:
        self.kill()

    def pause(self, go_on: bool = False) -> None:
        """It keeps its connections and says nothing."""
        self._process.send_signal(signal.SIGCONT if go_on else signal.SIGSTOP)

    def _ask(self, word: str) -> bool:
        command = ["redis-cli", "-p", str(self._port), word]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0
