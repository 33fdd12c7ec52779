"""Web, worker and scheduler as a deployment runs them: each is started again when it dies, after a second."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from random import Random
from urllib.error import HTTPError

from tests.dashboard.running import ROOT, descendants, free_port, wait_for

LEASE = 4  # seconds; SNAPSHOT_LEASE of the run


class Processes:
    """By name: `web`, `worker`, `beat`. Their logs stand in the folder."""

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.port = free_port()
        self._folder = folder
        self._environment = {**os.environ, **environment, "PYTHONUNBUFFERED": "1"}
        celery = [sys.executable, "-m", "celery", "-A", "dashboard.celery"]
        web = ["dashboard.wsgi:application", "--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        self._commands = {
            "web": [sys.executable, "-m", "gunicorn", *web, "--workers", "1", "--threads", "4", "--preload"],
            "worker": [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"],
            "beat": [*celery, "beat", "--schedule", str(folder / "beat"), "--pidfile="],
        }
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._closing = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()

    def kill(self, name: str, dice: Random) -> str:
        """SIGKILL to all of it, to its main process, or to one of its children; says which."""
        main = self._wait_for(name)
        below = sorted(descendants(main))
        match dice.choice(("all", "main", "child")) if below else "main":
            case "all":
                os.killpg(main, signal.SIGKILL)
                return "all of it"
            case "child":
                os.kill(dice.choice(below), signal.SIGKILL)
                return "a child"
            case _:
                os.kill(main, signal.SIGKILL)
                return "the main process"

    def health(self) -> str:
        """What `/readyz` says; "no answer" when the web server gives none."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=15) as answer:
                return str(answer.read().decode())
        except HTTPError as error:
            return error.read().decode()
        except (OSError, ValueError):
            return "no answer"

    def post(self, path: str, token: str) -> tuple[int, str]:
        """The status and body of REST's answer; (0, "no answer") when there is none."""
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", method="POST")
        request.add_header("Authorization", f"Token {token}")
        try:
            with urllib.request.urlopen(request, timeout=15) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()
        except (OSError, ValueError):
            return 0, "no answer"

    def log(self, name: str) -> str:
        file = self._folder / f"{name}.log"
        return file.read_text(errors="replace") if file.exists() else ""

    def close(self) -> None:
        self._closing.set()
        self._keeper.join()
        for process in self._running.values():
            self._end(process)

    def _wait_for(self, name: str) -> int:
        """The id of its process, once it is started again if the fault before this one ended it."""
        wait_for(lambda: self._running[name].poll() is None, name)
        return self._running[name].pid

    def _keep(self) -> None:
        while not self._closing.wait(0.2):
            for name, command in self._commands.items():
                process = self._running.get(name)
                if process and process.poll() is None:
                    continue
                if process:
                    self._end(process)
                    time.sleep(1)
                self._running[name] = self._start(name, command)

    def _start(self, name: str, command: list[str]) -> subprocess.Popen[bytes]:
        with (self._folder / f"{name}.log").open("ab") as log:
            return subprocess.Popen(
                command,
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        """With what it leaves behind, as the end of a container does."""
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
