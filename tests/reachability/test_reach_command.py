"""`manage.py reach` as its users run it: a process that reads manifests and needs no database."""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOUNDING = "examples/founding"
EDGE_KEYS = [
    "source",
    "target",
    "port",
    "protocol",
    "verdict",
    "allowed_pairs",
    "pairs",
    "dns",
    "backend",
    "potential",
]


def run(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "manage.py", "reach", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        cwd=ROOT,
        # A database that nobody has: the command must not look for one.
        env={**os.environ, "DATABASE_URL": "postgresql://nobody:no@127.0.0.1:1/nowhere"},
        check=False,
    )


def answer(*arguments: str, stdin: str = "") -> dict[str, Any]:
    done = run(*arguments, "--format", "json", stdin=stdin)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_founding_example() -> None:
    found = answer(FOUNDING, "--by", "service")
    verdicts = {edge["source"]: edge["verdict"] for edge in found["edges"]}
    assert verdicts["web"] == "allowed"
    assert verdicts["analytics"] == "denied"
    assert list(found) == ["services", "edges", "notes"]
    assert [list(edge) for edge in found["edges"]] == [EDGE_KEYS] * len(found["edges"])
    (service,) = found["services"]
    assert service == {
        "namespace": "production",
        "name": "backend",
        "fqdn": "backend.production.svc.cluster.local",
        "type": "ClusterIP",
        "ports": [
            {
                "name": service["ports"][0]["name"],
                "port": 80,
                "protocol": "TCP",
                "backends": [{"workload": "production/Deployment/backend", "port": 8080}],
            }
        ],
    }


def test_by_workload() -> None:
    found = answer(FOUNDING, "--by", "workload")
    assert list(found) == ["workloads", "connections", "external", "notes"]
    everything = [{"protocol": protocol, "ports": "1-65535"} for protocol in ("TCP", "UDP", "SCTP")]
    to_backend = [each for each in found["connections"] if each["target"] == "production/Deployment/backend"]
    assert to_backend == [
        {
            "source": "web/Deployment/frontend",
            "target": "production/Deployment/backend",
            "allowed": everything,
        }
    ]
    outside = [each for each in found["external"] if each["workload"] == "production/Deployment/backend"]
    assert outside == [
        {
            "workload": "production/Deployment/backend",
            "direction": "egress",
            "cidrs": ["0.0.0.0/0"],
            "allowed": everything,
        }
    ]


def test_csv_and_table_say_the_same_as_json() -> None:
    edges = answer("examples/sample")["edges"]
    rows = list(csv.DictReader(io.StringIO(run("examples/sample", "--format", "csv").stdout)))
    assert rows == [{key: str(edge[key]) for key in EDGE_KEYS} for edge in edges]
    table = run("examples/sample").stdout.splitlines()
    assert [line.split() for line in table[1:]] == [list(row.values()) for row in rows]


@pytest.mark.parametrize(
    ("arguments", "source", "target"),
    [
        (("--from", "web"), "web", None),
        (("--to", "production"), None, "production/backend"),
        (("--to", "production/backend"), None, "production/backend"),
        (("--to", "production/backend:80"), None, "production/backend"),
    ],
)
def test_filters(arguments: tuple[str, ...], source: str | None, target: str | None) -> None:
    found = answer(FOUNDING, *arguments)["edges"]
    assert found == [
        edge
        for edge in answer(FOUNDING)["edges"]
        if source in (None, edge["source"]) and target in (None, edge["target"])
    ]
    assert found


def test_a_port_that_nobody_has_gives_no_edges() -> None:
    assert answer(FOUNDING, "--to", "production/backend:81")["edges"] == []


def test_standard_input_and_the_cluster_domain() -> None:
    text = "".join(path.read_text() + "\n---\n" for path in sorted((ROOT / FOUNDING).rglob("*.yaml")))
    found = answer("-", "--cluster-domain", "example.org", stdin=text)
    assert found["services"][0]["fqdn"] == "backend.production.svc.example.org"
    assert found["edges"] == answer(FOUNDING)["edges"]


def test_assumptions_change_what_is_unknown() -> None:
    unknown = [edge for edge in answer("examples/sample")["edges"] if edge["verdict"] == "unknown"]
    under = answer("examples/sample", "--assume", "ip-block-matches-pods=no")["edges"]
    left = [edge for edge in under if edge["verdict"] == "unknown"]
    assert 0 < len(left) < len(unknown)
    wins = answer("examples/sample", "--plugin", "calico", "--assume", "ip-block-matches-pods=no")
    assert {edge["verdict"] for edge in wins["edges"] if edge["source"] == "dev"} == {
        edge["verdict"] for edge in under if edge["source"] == "dev"
    }


def test_a_plugin_that_enforces_nothing_is_said_loudly() -> None:
    found = answer(FOUNDING, "--plugin", "none")
    assert {edge["verdict"] for edge in found["edges"]} == {"unrestricted"}
    assert found["notes"][0]["level"] == "warning"
    assert "enforces no NetworkPolicy" in found["notes"][0]["message"]


def test_unknown_edges_have_their_reason_in_the_notes() -> None:
    found = answer("examples/sample")
    notes = {note["object"]: note["message"] for note in found["notes"] if "is unknown" in note["message"]}
    unknown = {edge["target"] for edge in found["edges"] if edge["verdict"] == "unknown"}
    assert unknown
    assert {f"Service/{target}" for target in unknown} <= set(notes)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("nowhere.yaml",), ["nowhere.yaml"]),
        ((), ["PATH"]),
        ((FOUNDING, "--to", "production:80"), ["--to"]),
        ((FOUNDING, "--to", "production/backend:http"), ["--to"]),
        ((FOUNDING, "--by", "workload", "--to", "production/backend"), ["--to", "workload"]),
        ((FOUNDING, "--assume", "own-node=maybe"), ["--assume", "own-node", "maybe"]),
        ((FOUNDING, "--assume", "colour=blue"), ["--assume", "colour"]),
        ((FOUNDING, "--assume", "own-node"), ["KEY=VALUE"]),
        ((FOUNDING, "--plugin", "flannel"), ["flannel"]),
        (("--batch", "nowhere.jsonl"), ["nowhere.jsonl"]),
    ],
)
def test_what_cannot_be_used_ends_with_status_2(arguments: tuple[str, ...], words: list[str]) -> None:
    done = run(*arguments)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert all(word in done.stderr for word in words)
    assert "Traceback" not in done.stderr


def test_every_problem_is_one_line_with_file_document_object_and_field(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {on: yes}}\n"
        "---\napiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 0}]}\n"
    )
    (tmp_path / "b.yaml").write_text("kind: [\n")
    done = run(str(tmp_path))
    assert done.returncode == 2
    lines = done.stderr.splitlines()
    assert len(lines) >= 2
    assert any("b.yaml" in line for line in lines)
    assert any("a.yaml" in line and "document 2" in line and "spec.ports[0].port" in line for line in lines)
