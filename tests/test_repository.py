"""What must hold of the repository itself."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.core.management import call_command
from pytest_django import Settings

ROOT = Path(__file__).resolve().parent.parent


def example_environment() -> dict[str, str]:
    lines = (ROOT / ".env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_env_example_lists_every_variable_that_is_read() -> None:
    settings = (ROOT / "dashboard/settings.py").read_text()
    read = set(re.findall(r'env\.(?:text|flag|number|count|needed|networks|words)\(\s*"([A-Z_]+)"', settings))
    compose = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text()))
    assert {"DATABASE_URL", "DEBUG", "SNAPSHOT_TIMEOUT"} <= read
    assert read | compose | {"PORT"} == set(example_environment())


def test_env_example_holds_the_defaults(tmp_path: Path) -> None:
    unset = {name: os.environ[name] for name in os.environ.keys() - example_environment().keys()}
    data = {"PORTOLAN_DATA_DIR": str(tmp_path)}
    assert settings_under(unset | example_environment() | data) == settings_under(unset | data)


def settings_under(environment: dict[str, str]) -> dict[str, str]:
    program = (
        "import json; from dashboard import settings; "
        "shown = {name: repr(getattr(settings, name)) for name in dir(settings) if name.isupper()}; "
        "print(json.dumps(shown))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return json.loads(re.sub(r" at 0x[0-9a-f]+", "", done.stdout))


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_requirements_are_pinned_and_say_why(name: str) -> None:
    lines = [line for line in (ROOT / name).read_text().splitlines() if line[:1].isalpha()]
    assert lines
    vague = [line for line in lines if not re.fullmatch(r"[\w.\[\]-]+==[^\s;]+(;[^#]+)?\s+# \S.+", line)]
    assert vague == []


def test_front_end_packages_are_pinned_and_say_why() -> None:
    package = json.loads((ROOT / "package.json").read_text())
    wanted = package["dependencies"] | package["devDependencies"]
    assert wanted.keys() == package["//"].keys()
    assert [name for name, version in wanted.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_lock_file_pins_by_content_and_names_no_host() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    locked = {path: entry for path, entry in packages.items() if path}
    assert locked
    assert [path for path, entry in locked.items() if "resolved" in entry or "integrity" not in entry] == []


def test_published_files_exist_and_bring_their_licence() -> None:
    from dashboard.node_assets import PUBLISHED

    missing = [source for source in PUBLISHED.values() if not (ROOT / "node_modules" / source).is_file()]
    assert missing == []
    folders = {path.rsplit("/", 1)[0] for path in PUBLISHED}
    assert [folder for folder in folders if f"{folder}/LICENSE" not in PUBLISHED] == []


def test_missing_front_end_packages_stop_the_start(settings: Settings, tmp_path: Path) -> None:
    from dashboard.node_assets import PUBLISHED, NodeAssetsFinder

    settings.NODE_MODULES = tmp_path
    (error,) = NodeAssetsFinder().check()
    assert error.id == "node_assets.E001"
    assert str(len(PUBLISHED)) in error.msg
    assert "make setup" in str(error.hint)


def test_nothing_else_of_the_packages_is_published() -> None:
    from dashboard.node_assets import NodeAssetsFinder

    finder = NodeAssetsFinder()
    assert finder.find("vendor/cytoscape/cytoscape.min.js")
    for path in ("cytoscape/package.json", "vendor/cytoscape/../../package.json", "axe-core/axe.min.js"):
        assert finder.find(path) is None


def test_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.django_db
def test_migrations_are_complete() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_files_stay_short() -> None:
    lengths = {
        file.relative_to(ROOT).as_posix(): len(file.read_text().splitlines())
        for folder in ("apps", "dashboard", "benchmarks", "static", "templates", "tests")
        for pattern in ("*.py", "*.js", "*.css", "*.html")
        for file in (ROOT / folder).rglob(pattern)
        if "migrations" not in file.parts
    }
    assert not [path for path, length in lengths.items() if length > 300]


def test_compose_orders_and_watches_its_services() -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert set(services) == {"postgres", "redis", "migrate", "web", "worker", "beat", "watch"}
    assert [name for name in services if name != "migrate" and "healthcheck" not in services[name]] == []
    for name in ("web", "worker", "beat", "watch"):
        assert services[name]["depends_on"].keys() == {"postgres", "redis", "migrate"}
        assert {"DATABASE_URL", "REDIS_URL", "SECRET_KEY", "CREDENTIAL_KEYS"} <= services[name][
            "environment"
        ].keys()


def test_dockerfile_ends_as_a_user_without_rights_and_copies_what_exists() -> None:
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    assert [line for line in lines if line.startswith("USER ")] == ["USER portolan"]
    allowed = (ROOT / ".dockerignore").read_text().splitlines()
    for line in lines:
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists()
                assert f"!{source}" in allowed


def test_every_command_of_the_readme_exists() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md", ".ci/run"):
        named = set(re.findall(r"(?:^|`)\s*make ([a-z-]+)", (ROOT / page).read_text(), re.MULTILINE))
        assert named <= targets, page


def test_pages_link_to_what_exists() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "examples").rglob("*.md")]
    for page in pages:
        for link in re.findall(r'(?:\]\(|src=")([^)#":]+)(?:#[^)]*)?[)"]', page.read_text()):
            assert (page.parent / link).exists(), f"{page.relative_to(ROOT)} links to {link}"
