"""Many questions at once: answers in order, and one bad line that does not stop the rest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from apps.reachability.batch import answer_line, answer_text
from tests.engine.objects import deployment, namespace, network_policy, node, pod
from tests.reachability.test_reach_command import run

SHOP = [
    namespace("shop"),
    namespace("front", team="web"),
    node("n1", "192.168.0.1"),
    pod("shop", "db-0", addresses=["10.0.0.1"], on="n1", app="db"),
    pod("shop", "db-1", addresses=["10.0.0.2"], on="n2", app="db", old="yes"),
    pod("front", "web", addresses=["10.0.1.1"], on="n1", app="web"),
    deployment("front", "worker", 2, app="worker"),
    network_policy(
        "shop",
        "db",
        pods={"app": "db"},
        ingress=[
            {
                "from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"app": "web"}}}],
                "ports": [{"port": 5432}],
            }
        ],
    ),
    network_policy("shop", "old", pods={"old": "yes"}, ingress=[{"ports": [{"port": 5432}]}]),
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "db", "namespace": "shop"},
        "spec": {"clusterIP": "10.96.0.5", "selector": {"app": "db"}, "ports": [{"port": 5432}]},
    },
]


def ask(source: str, target: str, port: int = 5432, **more: Any) -> dict[str, Any]:
    asked = {"source": source, "target": target, "port": port, "protocol": "TCP", **more}
    answered = answer_line({"id": "1", "objects": SHOP, "by": "none", "asks": [asked]})
    assert "error" not in answered, answered
    found: dict[str, Any] = answered["answers"][0]
    return found


@pytest.mark.parametrize(
    ("source", "target", "verdict"),
    [
        ("front/Pod/web", "shop/Pod/db-0", "allowed"),
        ("front/Deployment/worker", "shop/Pod/db-0", "denied"),
        ("front/Deployment/worker", "shop/Pod/db-1", "allowed"),
        ("front/Deployment/worker", "svc:shop/db", "partial"),
        ("front/Pod/web", "svc:shop/db", "allowed"),
        ("front/Pod/web", "10.96.0.5", "allowed"),  # the Service's own address means the Service
        ("front/Pod/web", "10.0.0.1", "allowed"),  # a pod's address means the pod
        ("10.0.1.1", "shop/Pod/db-0", "allowed"),
        ("8.8.8.8", "shop/Pod/db-0", "denied"),
        ("front/Pod/web", "8.8.8.8", "unrestricted"),
        ("shop/Pod/db-0", "shop/Pod/db-0", "unrestricted"),
    ],
)
def test_connections(source: str, target: str, verdict: str) -> None:
    found = ask(source, target)
    if source == target:
        assert found["verdict"] in ("allowed", "unrestricted")
    else:
        assert found["verdict"] == verdict, found


def test_an_answer_names_policy_rule_and_line() -> None:
    found = ask("front/Pod/web", "shop/Pod/db-0")
    assert found["egress"]["policies"] == []
    (cited,) = found["ingress"]["policies"]
    assert cited["kind"] == "NetworkPolicy"
    assert (cited["namespace"], cited["name"], cited["path"]) == ("shop", "db", "spec.ingress[0]")
    assert cited["line"] < cited["last_line"]


def test_lines_are_those_of_the_file(tmp_path: Path) -> None:
    (tmp_path / "all.yaml").write_text(
        "# a comment\napiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: x}\n---\n"
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: x}\n"
        "spec:\n  podSelector: {}\n  ingress:\n  - ports:\n    - port: 80\n"
    )
    asked = {"source": "8.8.8.8", "target": "x/Pod/a", "port": 80, "protocol": "TCP"}
    answered = answer_line({"paths": [str(tmp_path)], "by": "none", "asks": [asked]})
    (cited,) = answered["answers"][0]["ingress"]["policies"]
    assert (cited["line"], cited["last_line"]) == (12, 13)


def test_services_without_an_answer_say_why() -> None:
    assert ask("front/Pod/web", "svc:shop/db", 80)["verdict"] == "no-such-port"


def test_names_and_dns() -> None:
    asks = [
        {"source": "front", "name": "db.shop"},
        {"source": "front", "name": "db"},
        {"source": "front/Pod/web", "dns": True},
    ]
    answered = answer_line({"objects": SHOP, "by": "none", "asks": asks})["answers"]
    assert answered[0]["service"] == answered[0]["name"]["service"] == "shop/db"
    assert answered[1]["service"] is None
    assert (answered[2]["udp"], answered[2]["dns"]["tcp"]) == ("unknown", "unknown")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "not JSON"),
        ("[]", "must be a JSON object"),
        ({"by": "pod"}, "by: must be one of service, workload, none"),
        ({"objects": {}}, "objects: must be a list"),
        ({"objects": [1]}, "objects[0]: must be an object"),
        ({"objects": [{"kind": "Pod", "apiVersion": "v1", "metadata": {}}]}, "metadata.name"),
        ({"paths": ["nowhere"]}, "nowhere"),
        ({"paths": ["-"]}, "paths"),
        ({"plugin": "flannel"}, "flannel"),
        ({"assume": {"own-node": "maybe"}}, "own-node"),
        ({"assume": ["own-node"]}, "assume"),
        ({"asks": [1]}, "asks[0]: must be an object"),
        ({"asks": [{"source": "x/Pod/a"}]}, "asks[0].target: must be text"),
        ({"asks": [{"source": "8.8.8.8", "target": "9.9.9.9"}]}, "asks[0].port"),
        ({"asks": [{"source": "8.8.8.8", "target": "9.9.9.9", "port": True}]}, "asks[0].port"),
        ({"asks": [{"source": "8.8.8.8", "target": "9.9.9.9", "port": 80, "protocol": "ICMP"}]}, "protocol"),
        ({"asks": [{"source": "x/Pod/a", "target": "9.9.9.9", "port": 80}]}, "x/Pod/a: no such pod"),
        ({"asks": [{"source": "here", "target": "9.9.9.9", "port": 80}]}, "here: neither"),
        ({"asks": [{"source": "8.8.8.8", "target": "svc:x/a", "port": 80}]}, "no Service x/a"),
        ({"asks": [{"source": "x", "name": "db"}]}, "no namespace x"),
        ({"asks": [{"source": "8.8.8.8", "dns": True}]}, "asks no names"),
    ],
)
def test_a_bad_line_is_answered_with_an_error(line: Any, words: str) -> None:
    text = line if isinstance(line, str) else json.dumps({"id": "bad", **line})
    answered = answer_text(text)
    assert set(answered) == {"id", "error"}
    assert words in answered["error"]
    assert answered["id"] == (None if isinstance(line, str) else "bad")


def test_a_bad_line_does_not_stop_the_rest() -> None:
    lines = [{"id": 1, "objects": SHOP}, {"id": 2, "by": "pod"}, {"id": 3, "objects": SHOP, "by": "workload"}]
    done = run("--batch", "-", stdin="\n".join([json.dumps(lines[0]), "", *map(json.dumps, lines[1:])]))
    assert done.returncode == 0
    answered = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["id"] for each in answered] == [1, 2, 3]
    assert ["error" in each for each in answered] == [False, True, False]
    assert set(answered[0]["result"]) == {"services", "edges", "notes"}
    assert set(answered[2]["result"]) == {"workloads", "connections", "external", "notes"}
