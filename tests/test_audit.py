"""The audit of packages finds what is known, and never takes silence for a clean bill."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent

# As pip-audit 2.10 and npm 10 write them.
CLEAN_PYTHON = {"dependencies": [{"name": "django", "version": "5.2.19", "vulns": []}], "fixes": []}
VULNERABLE_PYTHON = {
    "dependencies": [
        {
            "name": "jinja2",
            "version": "2.4.1",
            "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"], "aliases": [], "description": "…"}],
        }
    ],
    "fixes": [],
}
UNKNOWN_PYTHON = {
    "dependencies": [{"name": "django", "skip_reason": "Dependency not found on PyPI"}],
    "fixes": [],
}
CLEAN_NPM = {"auditReportVersion": 2, "vulnerabilities": {}, "metadata": {"dependencies": {"total": 12}}}
VULNERABLE_NPM = CLEAN_NPM | {"vulnerabilities": {"lodash": {"name": "lodash", "severity": "high"}}}
REFUSED_NPM = {"message": "405 Method Not Allowed - POST https://registry.example.org/audit", "error": {}}


def audit(folder: Path, python: Any, npm: Any, *options: str) -> tuple[int, str]:
    """With tools in place of the real ones that say this, and end as those do."""
    for name, said in (("pip-audit", python), ("npm", npm)):
        text = said if isinstance(said, str) else json.dumps(said)
        (folder / f"{name}.json").write_text(text)
        tool = folder / name
        tool.write_text(f"#!/bin/sh\ncat '{folder}/{name}.json'\necho 'the last line' >&2\nexit 1\n")
        tool.chmod(0o755)
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit", *options],
        cwd=ROOT,
        env={"PATH": f"{folder}:/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_all_is_well(tmp_path: Path) -> None:
    status, said = audit(tmp_path, CLEAN_PYTHON, CLEAN_NPM)

    assert status == 0
    assert said.splitlines() == [
        "audit: pip-audit: packages audited: 1, flaws known: 0",
        "audit: npm audit: packages audited: 12, flaws known: 0",
    ]


@pytest.mark.parametrize("options", [(), ("--if-reachable",)])
@pytest.mark.parametrize(
    ("python", "npm", "line"),
    [
        (VULNERABLE_PYTHON, CLEAN_NPM, "jinja2 2.4.1: PYSEC-2014-8, mended in ['2.7.2']"),
        (CLEAN_PYTHON, VULNERABLE_NPM, "lodash: high"),
        (VULNERABLE_PYTHON, REFUSED_NPM, "jinja2 2.4.1: PYSEC-2014-8"),
    ],
)
def test_what_is_known_fails(
    tmp_path: Path, python: Any, npm: Any, line: str, options: tuple[str, ...]
) -> None:
    status, said = audit(tmp_path, python, npm, *options)

    assert status == 1
    assert line in said


@pytest.mark.parametrize(
    ("python", "npm", "line"),
    [
        (UNKNOWN_PYTHON, CLEAN_NPM, "NOT AUDITED: the service did not answer about django"),
        ("", CLEAN_NPM, "NOT AUDITED: the last line"),
        ("[]", CLEAN_NPM, "NOT AUDITED: it said something else"),
        (CLEAN_PYTHON, REFUSED_NPM, "npm audit: NOT AUDITED: 405 Method Not Allowed\n"),
    ],
)
def test_what_was_not_audited_is_told(tmp_path: Path, python: Any, npm: Any, line: str) -> None:
    for options, expected in (((), 2), (("--if-reachable",), 0)):
        status, said = audit(tmp_path, python, npm, *options)
        assert (status, line in said) == (expected, True), said
