"""A wrong setting stops the start and is named."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.dashboard.running import ROOT


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "mysql://root@127.0.0.1/portolan"),
        ("DATABASE_URL", "postgresql://127.0.0.1"),
        ("SNAPSHOT_TIMEOUT", "0"),
        ("SNAPSHOT_LEASE", "soon"),
        ("SCHEDULER_TICK", "-1"),
        ("CREDENTIAL_KEYS", "too-short"),
        ("CREDENTIAL_KEYS", f"{'long enough ' * 4},short"),
    ],
)
def test_wrong_value_is_named(name: str, value: str, tmp_path: Path) -> None:
    done = _import_settings(tmp_path, **{name: value})

    assert done.returncode == 1
    assert f"ImproperlyConfigured: {name} must" in done.stderr.splitlines()[-1]


def test_secrets_are_made_once_and_for_this_user_alone(tmp_path: Path) -> None:
    code = "print(dashboard.settings.SECRET_KEY, dashboard.settings.CREDENTIAL_KEYS)"
    first, second = (_import_settings(tmp_path, code=code) for _ in range(2))

    assert first.stdout == second.stdout != ""
    for file in ("secret-key", "credential-key"):
        assert (tmp_path / file).stat().st_mode & 0o777 == 0o600


def test_what_it_keeps_is_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "kept" / "here"

    assert _import_settings(folder).returncode == 0
    assert folder.stat().st_mode & 0o777 == 0o700


def _import_settings(folder: Path, code: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", f"import dashboard.settings\n{code}"],
        cwd=ROOT,
        env={**os.environ, "PORTOLAN_DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )
