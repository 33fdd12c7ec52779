"""`manage.py reach --guardrails`: for CI, so the exit status is the answer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.reachability.test_reach_command import run

HARBOUR = "tests/reachability/harbour.yaml"
RULE = """
apiVersion: portolan/v1
kind: Guardrail
metadata: {{name: {name}}}
spec: {spec}
---
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def test_what_holds_exits_with_0(rules: Path) -> None:
    spec = "{deny: {from: [{namespace: front}], to: [{namespace: shop}]}}"
    rules.write_text(RULE.format(name="front-stays-out", spec=spec))
    done = run(HARBOUR, "--guardrails", str(rules))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[1].split()[:2] == ["front-stays-out", "pass"]


def test_what_is_broken_exits_with_3_and_names_each_edge(rules: Path) -> None:
    spec = "{deny: {from: [{namespace: orders}], to: [{namespace: shop}]}}"
    rules.write_text(RULE.format(name="orders-stays-out", spec=spec))
    done = run(HARBOUR, "--guardrails", str(rules), "--format", "json")
    assert done.returncode == 3
    (found,) = json.loads(done.stdout)["guardrails"]
    assert found["outcome"] == "broken"
    assert {
        "source": "orders",
        "says": "partial",
        "target": "shop/db",
        "port": 5432,
        "protocol": "TCP",
    } in found["broken"]


def test_one_that_says_nothing_passes_with_a_warning(rules: Path) -> None:
    rules.write_text(RULE.format(name="old", spec="{deny: {from: [{namespace: gone}], to: [{}]}}"))
    done = run(HARBOUR, "--guardrails", str(rules), "--format", "csv")
    assert done.returncode == 0
    assert "warning: Guardrail/old: no namespace matches its sources" in done.stderr
    assert done.stdout.splitlines()[0] == "guardrail,outcome,checked,source,target,port,protocol,says"


def test_a_bad_guardrail_exits_with_2_and_names_the_field(rules: Path) -> None:
    good, bad = (
        RULE.format(name="a", spec="{resolveDNS: {}}"),
        RULE.format(name="b", spec="{deny: {to: [{}]}}"),
    )
    rules.write_text(good + bad)
    done = run(HARBOUR, "--guardrails", str(rules))
    assert done.returncode == 2
    assert done.stderr.strip() == f"{rules}: document 2: Guardrail/b: spec.deny.from: is missing"


def test_the_example_of_the_documentation_can_be_used(rules: Path) -> None:
    text = Path("docs/guardrails.md").read_text()
    blocks = [block.partition("```")[0] for block in text.split("```yaml\n")[1:]]
    assert blocks
    rules.write_text("---\n".join(blocks))
    assert run(HARBOUR, "--guardrails", str(rules)).returncode == 3
