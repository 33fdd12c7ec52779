"""From what a report says to its PDF, by a process that may fail without harm."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings

from apps.reports.paper import lay_out
from apps.reports.seal import canonical, sha256_of

TIMEOUT = 300  # seconds


class RenderFailed(RuntimeError):
    """The PDF could not be made; the message says why."""


def render_pdf(content: dict[str, Any], *, paper: str, address: str = "") -> bytes:
    """A tagged PDF (PDF/UA-1 and PDF/A-3a) with `content` attached. Equal input gives equal bytes.

    `address`: where the snapshot can be looked at; printed, and no part of the content.
    """
    text = canonical(content)
    laid = lay_out(content, paper_size=paper, content_sha256=sha256_of(text.encode()), address=address)
    with TemporaryDirectory(prefix="portolan-report-") as name:
        folder = Path(name)
        (folder / "paper.json").write_text(json.dumps(laid))
        (folder / "content.json").write_text(text)
        (folder / "date").write_text(laid["date"])
        _press(folder)
        return (folder / "report.pdf").read_bytes()


def _press(folder: Path) -> None:
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(folder), "LC_ALL": "C.UTF-8"}
    command = [sys.executable, "-m", "apps.reports.press", str(folder)]
    try:
        done = subprocess.run(
            command,
            cwd=settings.BASE_DIR,
            env=environment,
            capture_output=True,
            text=True,
            timeout=TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise RenderFailed(f"The PDF was not set after {TIMEOUT} s") from None
    if done.returncode < 0:
        raise RenderFailed(f"The process that sets the PDF was ended by signal {-done.returncode}")
    if done.returncode:
        raise RenderFailed(f"The PDF could not be set: {done.stderr.strip()[-500:]}")
