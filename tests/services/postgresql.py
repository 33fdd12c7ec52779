"""A PostgreSQL to be stopped, filled up and emptied."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import psycopg

from tests.dashboard.running import free_port

PROGRAMS = Path("/usr/lib/postgresql")  # where Debian puts them, by version


class PostgreSQL:
    """disk: a size as `mount` takes it ("192m"): the data lie on a disk of their own where this user may
    mount one, then `fill` makes it really full, and PostgreSQL keeps small what it can. Without it they lie
    in the folder."""

    def __init__(self, folder: Path, disk: str = "", *, max_connections: int = 100) -> None:
        self._disk, self._port = folder / "disk", free_port()
        self._data, self._ballast = self._disk / "data", self._disk / "ballast"
        self._log, self._password = folder / "postgresql.log", folder / "password"
        self._max_connections, self._small = max_connections, bool(disk)
        password = secrets.token_hex(16)
        self.url = f"postgresql://portolan:{password}@127.0.0.1:{self._port}/postgres"
        self._disk.mkdir()
        self._mounted = bool(disk) and _mount(self._disk, disk)
        try:
            self._create(password)
            self.start()
        except BaseException:  # a signal may come here too
            self.close()
            raise

    @property
    def version(self) -> str:
        return subprocess.check_output([_program("postgres"), "--version"], text=True).strip()

    @property
    def can_be_filled(self) -> bool:
        return self._mounted

    @property
    def pid(self) -> int:
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        # Durability costs time and this data is thrown away.
        options = f"-p {self._port} -c listen_addresses=127.0.0.1 -c unix_socket_directories= -c fsync=off"
        options += f" -c max_connections={self._max_connections}"
        if self._small:
            options += " -c max_wal_size=48MB -c min_wal_size=32MB -c shared_buffers=64MB"
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

    def _create(self, password: str) -> None:
        self._data.mkdir(mode=0o700)
        self._log.touch()
        self._password.touch(mode=0o600)
        self._password.write_text(password)
        if os.getuid() == 0:
            for each in (self._data, self._password, self._log):
                shutil.chown(each, "postgres")
        self._run(
            "initdb", "-U", "portolan", "-A", "scram-sha-256", "--pwfile", str(self._password), "-E", "UTF8"
        )

    def _run(self, program: str, *arguments: str) -> None:
        subprocess.run(self._command(program, *arguments), check=True, cwd="/", stdout=subprocess.DEVNULL)

    def _command(self, program: str, *arguments: str) -> list[str]:
        """PostgreSQL refuses to run as root; its package brings a user of its own."""
        as_user = ["runuser", "-u", "postgres", "--"] if os.getuid() == 0 else []
        return [*as_user, _program(program), "-D", str(self._data), *arguments]


def _mount(folder: Path, size: str) -> bool:
    options = f"size={size},mode=755"
    return os.getuid() == 0 and _succeeds("mount", "-t", "tmpfs", "-o", options, "tmpfs", str(folder))


def _program(name: str) -> str:
    """Of the newest version that is installed."""
    versions = sorted(PROGRAMS.glob("*/bin"), key=lambda path: int(path.parent.name))
    if not versions:
        raise FileNotFoundError(f"there is no PostgreSQL in {PROGRAMS} (Debian: apt install postgresql)")
    return str(versions[-1] / name)


def _succeeds(*command: str) -> bool:
    return subprocess.run(command, cwd="/", capture_output=True, check=False).returncode == 0
