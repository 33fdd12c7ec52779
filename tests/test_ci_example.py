"""The example for pull requests, as a pipeline runs it: a program of its own against a running server."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from django.contrib.auth import get_user_model
from pytest_django.live_server_helper import LiveServer

from apps.access.models import ApiToken
from apps.review.guardrails import read_guardrails
from apps.review.save_guardrails import save_guardrails
from apps.snapshots.manifests import read_bytes
from tests.web.quay import store_quay

ROOT = Path(__file__).resolve().parents[1]
SCRIPT = ROOT / "examples/ci/check_policies.py"
GUARDRAIL = """
apiVersion: portolan/v1
kind: Guardrail
metadata: {name: ci-stays-outside}
spec:
  deny:
    from: [{namespace: ci}]
    to: [{namespace: payments}]
"""
LET_CI_IN = {
    "apiVersion": "networking.k8s.io/v1",
    "kind": "NetworkPolicy",
    "metadata": {"name": "let-ci-in", "namespace": "payments"},
    "spec": {
        "podSelector": {},
        "ingress": [
            {"from": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "ci"}}}]}
        ],
    },
}


@pytest.fixture
def variables(transactional_db: None, live_server: LiveServer) -> dict[str, str]:
    snapshot = store_quay()
    user = get_user_model().objects.create_user("pipeline")
    rules = read_guardrails(read_bytes("rules.yaml", GUARDRAIL.encode()))
    save_guardrails(snapshot.cluster, rules, by="chief")
    _, token = ApiToken.objects.create(user, name="pipeline")
    return {"PATH": os.environ["PATH"], "PORTOLAN_URL": live_server.url, "PORTOLAN_TOKEN": token}


def check(variables: dict[str, str], folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(SCRIPT), "quay", str(folder)],
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def test_a_broken_guardrail_fails_the_pipeline(variables: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(LET_CI_IN))

    done = check(variables, tmp_path)

    assert done.returncode == 3, done.stderr
    assert "Guardrail **ci-stays-outside**: pass → broken" in done.stdout
    assert "| opened | ci | payments/db | 5432/TCP | denied | allowed |" in done.stdout


def test_what_breaks_nothing_passes(variables: dict[str, str], tmp_path: Path) -> None:
    close = {**LET_CI_IN, "spec": {"podSelector": {}, "policyTypes": ["Egress"]}}
    (tmp_path / "policy.yml").write_text(yaml.safe_dump(close))

    done = check(variables, tmp_path)

    assert done.returncode == 0, done.stdout + done.stderr
    assert "**0** opened" in done.stdout
    assert "Name lookup breaks for: payments." in done.stdout


def test_bad_manifests_are_named(variables: dict[str, str], tmp_path: Path) -> None:
    bad = {**LET_CI_IN, "spec": {"podSelector": {}, "ingress": [{"from": [{"podSelector": "ci"}]}]}}
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(bad))

    done = check(variables, tmp_path)

    assert done.returncode == 2
    assert "policy.yaml" in done.stderr
    assert "spec.ingress[0].from[0].podSelector" in done.stderr


@pytest.mark.parametrize(
    ("wrong", "told"),
    [({"PORTOLAN_TOKEN": "ptl_wrong"}, "401"), ({"PORTOLAN_URL": "http://127.0.0.1:9"}, "nothing")],
)
def test_a_request_that_fails_is_told(
    variables: dict[str, str], tmp_path: Path, wrong: dict[str, str], told: str
) -> None:
    (tmp_path / "policy.yaml").write_text(yaml.safe_dump(LET_CI_IN))

    done = check(variables | wrong, tmp_path)

    assert done.returncode == 2
    assert f"Portolan answers {told}" in done.stderr


def test_an_empty_folder_is_told(variables: dict[str, str], tmp_path: Path) -> None:
    assert check(variables, tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["github.yml", "gitlab.yml"])
def test_the_pipelines_call_it(name: str) -> None:
    text = (ROOT / "examples/ci" / name).read_text()

    assert yaml.safe_load(text)
    assert "python3 examples/ci/check_policies.py" in text
