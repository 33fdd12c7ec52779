"""Reading in a process of its own, whose memory is then that of the reading."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.dashboard.running import ROOT

MOST_MEMORY = 500  # MB


def printed_apart(module: str, call: str) -> list[str]:
    """What this call prints in a new process with Django set up. Fails with what it says if it ends badly."""
    code = f"import django; django.setup(); import {module} as module; module.{call}"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=900, check=False
    )
    assert done.returncode == 0, done.stderr[-5000:]
    return done.stdout.splitlines()


def peak() -> float:
    """MB that this process had at most. Not `getrusage`: there a child begins with what its parent had."""
    (line,) = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
    return int(line.split()[1]) / 1024
