"""PostgreSQL and Redis of this run, on free ports of 127.0.0.1, to be stopped, emptied and filled up."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg

from tests.dashboard.running import free_port

DISK = "192m"


@contextmanager
def fresh_services(disk: str = DISK) -> Iterator[tuple[Path, PostgreSQL, Redis]]:
    """Both, in a temporary folder that others may keep their own files in; they end with the block."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may be another user
        with closing(PostgreSQL(folder, disk)) as postgresql, closing(Redis(folder)) as redis:
            yield folder, postgresql, redis


class PostgreSQL:
    """On a disk of its own where this user may mount one: then `fill` makes it really full."""

    def __init__(self, folder: Path, disk: str = DISK) -> None:
        self._disk, self._port = folder / "disk", free_port()
        self._data, self._ballast = self._disk / "data", self._disk / "ballast"
        self._disk.mkdir()
        self._mounted = os.getuid() == 0 and _succeeds(
            "mount", "-t", "tmpfs", "-o", f"size={disk},mode=755", "tmpfs", str(self._disk)
        )
        self._data.mkdir(mode=0o700)
        self._log = folder / "postgresql.log"
        self._log.touch()
        password = secrets.token_hex(16)
        file = folder / "password"
        file.write_text(password)
        if os.getuid() == 0:
            user = pwd.getpwnam("postgres")
            for each in (self._data, file, self._log):
                os.chown(each, user.pw_uid, user.pw_gid)
        self._run("initdb", "-U", "portolan", "-A", "scram-sha-256", "--pwfile", str(file), "-E", "UTF8")
        self.url = f"postgresql://portolan:{password}@127.0.0.1:{self._port}/postgres"
        self.start()

    @property
    def can_be_filled(self) -> bool:
        return self._mounted

    @property
    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        options += " -c max_connections=100 -c max_wal_size=48MB -c min_wal_size=32MB -c shared_buffers=64MB"
        self._run("pg_ctl", "-l", str(self._log), "-w", "-t", "60", "-o", options, "start")

    def stop(self, mode: str) -> None:
        self._run("pg_ctl", "-m", mode, "-w", "stop")

    def answers(self) -> bool:
        try:
            with psycopg.connect(self.url, connect_timeout=2):
                return True
        except psycopg.OperationalError:
            return False

    def fill(self) -> None:
        """Leaves nothing free; what was freed since the last time is taken too."""
        free = shutil.disk_usage(self._disk).free
        if free:
            with self._ballast.open("ab") as file, suppress(OSError):
                os.posix_fallocate(file.fileno(), file.tell(), free)

    def empty(self) -> None:
        self._ballast.unlink(missing_ok=True)
        if not self.answers():  # without room for its log it ends itself
            _succeeds(*self._command("pg_ctl", "-m", "immediate", "-w", "stop"))
            self.start()

    def close(self) -> None:
        _succeeds(*self._command("pg_ctl", "-m", "immediate", "-w", "stop"))
        if self._mounted:
            _succeeds("umount", "-l", str(self._disk))

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), check=True, cwd="/", stdout=subprocess.DEVNULL)

    def _command(self, program: str, *arguments: str) -> list[str]:
        """PostgreSQL refuses to run as root; its package brings a user of its own."""
        newest = max(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: int(path.parent.name))
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        return [*as_user, str(newest / program), "-D", str(self._data), *arguments]


class Redis:
    """Keeps nothing over its end."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._port = folder, free_port()
        self.url = f"redis://127.0.0.1:{self._port}/0"
        self.start()

    def start(self) -> None:
        command = ["redis-server", "--bind", "127.0.0.1", "--port", str(self._port), "--save", ""]
        with (self._folder / "redis.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*command, "--dir", str(self._folder), "--appendonly", "no"], stdout=log, stderr=log
            )
        until(lambda: self._ask("ping"), 20, "Redis to answer")

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
        return _succeeds("redis-cli", "-p", str(self._port), word)


def until(condition: Callable[[], object], seconds: float, what: str) -> float:
    """Waits for it; how long that took. Raises TimeoutError."""
    began = time.monotonic()
    while not condition():
        if time.monotonic() - began > seconds:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.1)
    return time.monotonic() - began


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0
