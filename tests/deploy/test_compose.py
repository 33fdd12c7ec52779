"""docker-compose.yml: Compose itself can read it, and each part says whether it is well."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]

pytestmark = pytest.mark.skipif(
    not shutil.which("docker-compose"), reason="docker-compose, which reads it, is not installed"
)


def configure(**secrets: str) -> subprocess.CompletedProcess[str]:
    environment = {"PATH": os.environ["PATH"], **secrets}
    return subprocess.run(
        ["docker-compose", "config"], cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )


def read_services() -> dict[str, Any]:
    done = configure(SECRET_KEY="a", CREDENTIAL_KEYS="b", POSTGRES_PASSWORD="c")
    assert done.returncode == 0, done.stderr
    return yaml.safe_load(done.stdout)["services"]


@pytest.mark.parametrize("missing", ["SECRET_KEY", "CREDENTIAL_KEYS", "POSTGRES_PASSWORD"])
def test_a_missing_secret_stops_it(missing: str) -> None:
    secrets = {"SECRET_KEY": "a", "CREDENTIAL_KEYS": "b", "POSTGRES_PASSWORD": "c"}
    del secrets[missing]

    done = configure(**secrets)

    assert done.returncode != 0
    assert missing in done.stderr


def test_every_part_is_watched() -> None:
    services = read_services()

    assert services.keys() == {"postgres", "redis", "migrate", "web", "worker", "beat", "watch"}
    assert [name for name, each in services.items() if "healthcheck" not in each] == ["migrate"]


def test_only_this_machine_reaches_it() -> None:
    published = {name: each["ports"] for name, each in read_services().items() if "ports" in each}

    assert published.keys() == {"web"}
    assert str(published["web"][0]).startswith("127.0.0.1:") or published["web"][0]["host_ip"] == "127.0.0.1"


def test_every_setting_of_the_example_reaches_the_parts() -> None:
    """But for those that Compose decides itself, or that have no place in a deployment."""
    listed = set(re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE))
    decided = {
        "PORT",
        "POSTGRES_PASSWORD",
        "PORTOLAN_DATA_DIR",
        "PORTOLAN_EMBEDDED_BROKER",
        "STATIC_ROOT",
        "DEBUG",
    }
    services = read_services()
    for part in ("migrate", "web", "worker", "beat", "watch"):
        assert services[part]["environment"].keys() == listed - decided


def test_portolans_own_parts_have_no_rights() -> None:
    own = {name: each for name, each in read_services().items() if name not in ("postgres", "redis")}

    assert all(each["read_only"] and each["cap_drop"] == ["ALL"] for each in own.values())
    assert all(each["security_opt"] == ["no-new-privileges:true"] for each in own.values())
