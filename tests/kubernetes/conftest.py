"""One control plane for each file of tests; only `make test-kubernetes` has built it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from tests.kubernetes.server import ControlPlane

ROOT = Path(__file__).resolve().parents[2]
collect_ignore_glob = [] if os.environ.get("CONTROL_PLANE") else ["test_*.py"]

_BLOCK = re.compile(r"^ *```\n(.*?)```", re.DOTALL | re.MULTILINE)
Follow = Callable[[str], str]


@pytest.fixture(scope="module")
def plane(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ControlPlane]:
    found = ControlPlane(tmp_path_factory.mktemp("plane"))
    try:
        found.start()
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with what somebody who deploys has checked out."""
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(ROOT / "deploy", folder / "deploy")
    return folder


@pytest.fixture(scope="module")
def follow(plane: ControlPlane, desk: Path) -> Follow:
    """`follow(words)`: runs what docs/operations.md says and begins so, in its text or as a block."""

    def run(begin: str) -> str:
        done = subprocess.run(
            ["bash", "-euc", written(begin)],
            cwd=desk,
            env=plane.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout + done.stderr

    return run


def written(begin: str) -> str:
    text = (ROOT / "docs/operations.md").read_text()
    blocks = [dedent(block) for block in _BLOCK.findall(text)]
    inline = [" ".join(line.split()) for line in re.findall(r"`([^`]+)`", _BLOCK.sub("", text))]
    found = [lines for lines in (*blocks, *inline) if lines.startswith(begin)]
    assert found, f"docs/operations.md does not say: {begin}"
    return found[0]
