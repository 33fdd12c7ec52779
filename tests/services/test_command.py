"""`python -m tests.services COMMAND`: the command has both services, and however it ends, they end too."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.dashboard.running import ROOT, descendants, is_alive, until
from tests.services.postgresql import PROGRAMS

pytestmark = pytest.mark.skipif(
    not (PROGRAMS.exists() and shutil.which("redis-server")), reason="needs PostgreSQL and Redis"
)
ASK = """
import os, psycopg, redis
with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
    assert connection.execute("SHOW max_connections").fetchone() == ("200",)
assert redis.Redis.from_url(os.environ["REDIS_URL"]).ping()
raise SystemExit(7)
"""
STAY = "import time; print('started', flush=True); time.sleep(600)"


@pytest.fixture
def folder() -> Iterator[Path]:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # PostgreSQL may run as a user of its own
        yield Path(name)


def start(folder: Path, program: str) -> subprocess.Popen[str]:
    """Beside services that keep all they have in the folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "tests.services", sys.executable, "-c", program],
        cwd=ROOT,
        env=os.environ | {"TMPDIR": str(folder)},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_the_exit_status_is_the_commands(folder: Path) -> None:
    process = start(folder, ASK)
    said, _ = process.communicate(timeout=120)
    assert process.returncode == 7
    assert "postgres (PostgreSQL)" in said
    assert "Redis server" in said
    assert not list(folder.iterdir())


def test_a_signal_ends_all_three(folder: Path) -> None:
    process = start(folder, STAY)
    assert process.stdout
    assert "started\n" in iter(process.stdout.readline, "")
    (file,) = folder.glob("*/disk/data/postmaster.pid")
    began = {int(file.read_text().split()[0]), *descendants(process.pid)}
    assert len(began) == 3  # PostgreSQL, Redis and the command
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 143
    until(lambda: not any(map(is_alive, began)), 20, f"the end of {began}")
    assert not list(folder.iterdir())
