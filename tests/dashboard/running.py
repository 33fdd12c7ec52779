"""`manage.py up` as a person starts it: a process of its own, with data and a database of its own."""

from __future__ import annotations

import http.client
import os
import re
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any
from urllib.parse import urlsplit, urlunsplit

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE = 600.0  # seconds; a busy machine of two cores may take long to start four Python processes


def wait_for(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """The condition's answer once it is true of it. Raises TimeoutError."""
    deadline = time.monotonic() + seconds
    while not (answer := condition()):
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.1)
    return answer


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """How long that took."""
    began = time.monotonic()
    wait_for(condition, what, seconds)
    return time.monotonic() - began


def free_port() -> int:
    """Below those that the kernel gives out by itself, so that nobody gets it before it is used."""
    while True:
        port = 20_000 + secrets.randbelow(12_000)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def descendants(pid: int) -> dict[int, str]:
    """The command lines of all processes below one, by process id."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except (FileNotFoundError, ProcessLookupError):
            continue
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return {each: _command(each) for each in found - {pid}}


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
    except (FileNotFoundError, ProcessLookupError):
        return ""


@contextmanager
def own_services() -> Iterator[dict[str, str]]:
    """The environment for a database that nobody else uses, on DATABASE_URL's server if it is set, and for a
    part of REDIS_URL's Redis."""
    url, redis = os.environ.get("DATABASE_URL", ""), os.environ.get("REDIS_URL", "")
    # Test processes that run side by side do not share it: gw0, gw1, …
    mine = 1 + int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 15
    names = {"REDIS_URL": urlunsplit(urlsplit(redis)._replace(path=f"/{mine}"))} if redis else {}
    if not url:
        yield names
        return
    import psycopg

    name = f"portolan_up_{os.getpid()}"
    with psycopg.connect(url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield {**names, "DATABASE_URL": urlunsplit(urlsplit(url)._replace(path=f"/{name}"))}
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


class Portolan:
    """Running while it is entered. `folder` keeps the data from one start to the next."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port = free_port()
        self.environment = {
            **os.environ,
            "PORTOLAN_DATA_DIR": str(folder),
            "SNAPSHOT_LEASE": "10",
            "SCHEDULER_TICK": "1",
            **environment,
        }
        self.folder = folder
        self._log = folder.parent / f"{folder.name}.{self.port}.out"

    def __enter__(self) -> Portolan:
        self.began = time.monotonic()
        with self._log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "manage.py", "up", "--port", str(self.port)],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        left = descendants(self.process.pid)
        self.process.kill()
        self.process.wait()
        wait_for(lambda: not any(map(is_alive, left)), f"the end of {left}")

    @property
    def said(self) -> str:
        return self._log.read_text()

    def wait_until_up(self) -> None:
        wait_for(lambda: "is up" in self.said or self.process.poll() is not None, "the address")
        assert "is up" in self.said, self.said
        wait_for(self._answers, "the web server")  # after a minute the address is told all the same

    def _answers(self) -> bool:
        try:
            return self.get("/healthz")[0] == 200
        except OSError:
            return False

    def interrupt(self) -> int:
        """Ctrl-C; the exit status, within a minute."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)

    def password(self) -> str:
        found = re.search(r"^password: (\S+)$", self.said, re.MULTILINE)
        assert found, self.said
        return found[1]

    def get(self, path: str) -> tuple[int, bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def children(self, word: str) -> set[int]:
        """The processes below the supervisor whose command line has this word."""
        return {pid for pid, command in descendants(self.process.pid).items() if word in command}

    def shell(self, code: str) -> str:
        """Runs Python in a process of the same settings; what it prints."""
        done = subprocess.run(
            [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What the database says, asked from outside."""
        url = self.environment.get("DATABASE_URL", "")
        if url:
            import psycopg

            with psycopg.connect(url) as connection:
                return connection.execute(sql).fetchall()
        import sqlite3

        with sqlite3.connect(self.folder / "portolan.sqlite3", timeout=20) as file:
            return file.execute(sql).fetchall()
