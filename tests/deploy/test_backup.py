"""What docs/operations.md says about backing up and restoring, run line by line on a real PostgreSQL."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg
import pytest

from tests.services import PostgreSQL

ROOT = Path(__file__).resolve().parents[2]
OPERATIONS = (ROOT / "docs/operations.md").read_text()
FILL = """
from django.contrib.auth.models import User
from apps.snapshots.clusters import add_cluster
from tests.fakes.kube_api import KubeApi
User.objects.create_user("ann", password="correct horse battery")
add_cluster(name="Prod", source="kubeconfig", kubeconfig=KubeApi(token="s3cret").kubeconfig())
"""
ASK = """
from django.contrib.auth.models import User
from apps.snapshots.clusters import access_of, add_cluster
from apps.snapshots.models import Cluster
assert User.objects.get(username="ann").check_password("correct horse battery")
assert "s3cret" in access_of(Cluster.objects.get()).kubeconfig
add_cluster(name="Next", source="manifests")  # numbers go on where they were
"""

pytestmark = pytest.mark.skipif(
    not (shutil.which("pg_dump") and Path("/usr/lib/postgresql").exists()),
    reason="needs PostgreSQL with its tools",
)


@pytest.fixture
def url() -> Iterator[str]:
    with TemporaryDirectory() as name:
        Path(name).chmod(0o755)  # PostgreSQL runs as a user of its own
        server = PostgreSQL(Path(name))
        try:
            yield server.url
        finally:
            server.close()


def test_the_written_lines_bring_everything_back(url: str, tmp_path: Path) -> None:
    (backup,) = re.findall(r"^\| anywhere \| `(.+)` \|$", OPERATIONS, re.MULTILINE)
    (restore,) = re.findall(r"```\n( +psql .+?)```", OPERATIONS, re.DOTALL)
    run(tmp_path, url, sys.executable, "manage.py", "migrate", "--verbosity=0")
    shell(tmp_path, url, FILL)
    run(tmp_path, url, "sh", "-ec", f"cd {tmp_path}; {backup}")
    upgrade(url)
    run(tmp_path, url, "sh", "-ec", f"cd {tmp_path}; {restore}")
    run(tmp_path, url, sys.executable, "manage.py", "migrate", "--check")
    shell(tmp_path, url, ASK)
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('of_a_newer_version')").fetchone() == (None,)


def upgrade(url: str) -> None:
    """As a newer version would: a backup that is put over it must leave nothing of this."""
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE of_a_newer_version (cluster bigint REFERENCES snapshots_cluster)")
        connection.execute("ALTER TABLE snapshots_cluster ADD COLUMN newer boolean NOT NULL DEFAULT true")
        connection.execute("DELETE FROM auth_user")


def shell(folder: Path, url: str, code: str) -> None:
    run(folder, url, sys.executable, "-c", f"import django; django.setup()\n{code}")


def run(folder: Path, url: str, *command: str) -> None:
    environment = {
        "PATH": os.environ["PATH"],
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "PORTOLAN_DATA_DIR": str(folder),
        "PORTOLAN_EMBEDDED_BROKER": "memory://",
        "DATABASE_URL": url,
        "CREDENTIAL_KEYS": "k" * 40,
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, (command, done.stdout, done.stderr)
