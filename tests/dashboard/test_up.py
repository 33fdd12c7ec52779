"""`make run` for real: it starts everything, takes snapshots, heals itself and leaves nothing behind."""

from __future__ import annotations

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dashboard.running import PATIENCE, ROOT, Portolan, descendants, is_alive, own_services, wait_for
from tests.fakes.kube_api import Fault, KubeApi

STATES = "SELECT state, attempts, error FROM snapshots_snapshot JOIN snapshots_cluster c ON c.id = cluster_id"

VERSIONS = (
    "SELECT count(*) FROM snapshots_objectversion v JOIN snapshots_cluster c ON c.id = v.cluster_id "
    "WHERE c.slug = 'live'"
)


@pytest.fixture
def services() -> Iterator[dict[str, str]]:
    with own_services() as environment:
        yield environment


def add_live_cluster(portolan: Portolan, api: KubeApi) -> None:
    portolan.shell(
        "from apps.snapshots.clusters import add_cluster\n"
        f"add_cluster(name='Live', source='kubeconfig', kubeconfig={api.kubeconfig()!r}, interval=3600)"
    )


def live_snapshots(portolan: Portolan) -> list[tuple[object, ...]]:
    return portolan.rows(f"{STATES} WHERE c.slug = 'live' ORDER BY number")


def test_first_start_second_start_and_both_ends(
    tmp_path: Path, services: dict[str, str], kube_api: KubeApi
) -> None:
    data = tmp_path / "data"
    with Portolan(data, **services) as first:
        first.wait_until_up()
        password = first.password()
        assert f"http://127.0.0.1:{first.port}/" in first.said
        assert (data / "login.txt").stat().st_mode & 0o777 == 0o600
        assert first.get("/healthz") == (200, b'{"status": "ok"}')
        assert first.shell(_login(password)) == "True"
        assert (ROOT / "examples/sample").is_dir()
        assert first.rows(f"{STATES} WHERE c.slug = 'sample'") == [("complete", 0, "")]

        add_live_cluster(first, kube_api)
        wait_for(lambda: live_snapshots(first) == [("complete", 1, "")], "a snapshot by the worker")
        assert first.shell(_ask_worker(first)) == "True"

        (worker,) = first.children("worker --concurrency") & _children_of(first.process.pid)
        os.kill(worker, signal.SIGKILL)
        wait_for(lambda: "worker died; starting it again" in first.said, "the supervisor to see it")
        wait_for(lambda: len(first.children("worker --concurrency") - {worker}) == 3, "another worker")

        everything = descendants(first.process.pid)
        assert len(everything) == (8 if "REDIS_URL" in services else 9), everything
        sockets = [
            Path(found[1]) for found in re.finditer(r"unixsocket:(\S+)", " ".join(everything.values()))
        ]
        assert all(path.exists() for path in sockets)
        assert first.interrupt() == 0
        assert [command for pid, command in everything.items() if is_alive(pid)] == []
        assert not any(path.parent.exists() for path in sockets)

    with Portolan(data, **services) as second:
        second.wait_until_up()
        assert second.password() == password
        assert "sample cluster" not in second.said
        assert "static files" not in second.said
        assert second.rows("SELECT slug FROM snapshots_cluster ORDER BY slug") == [("live",), ("sample",)]

        everything = descendants(second.process.pid)
        second.process.kill()
        wait_for(lambda: not any(map(is_alive, everything)), "the end of all children")


def test_worker_killed_in_mid_snapshot_leaves_nothing_half_and_the_snapshot_is_taken(
    tmp_path: Path, services: dict[str, str], kube_api: KubeApi
) -> None:
    kube_api.faults["/api/v1/pods"] = Fault(delay=60)
    with Portolan(tmp_path / "data", **services) as portolan:
        portolan.wait_until_up()
        add_live_cluster(portolan, kube_api)
        wait_for(lambda: "/api/v1/pods" in kube_api.paths, "the worker to read pods")
        for pid in portolan.children("worker --concurrency"):
            os.kill(pid, signal.SIGKILL)

        assert live_snapshots(portolan) == [("running", 1, "")]
        assert portolan.rows(VERSIONS) == [(0,)]

        kube_api.faults.clear()
        wait_for(lambda: live_snapshots(portolan)[0][0] == "complete", "the next attempt")
        assert live_snapshots(portolan)[0] == ("complete", 2, "")
        assert portolan.rows(VERSIONS) == [(7,)]


def test_busy_port_gets_one_clear_line(tmp_path: Path) -> None:
    with socket.socket() as other:
        portolan = Portolan(tmp_path / "data")
        other.bind(("127.0.0.1", portolan.port))
        other.listen()
        with portolan:
            assert portolan.process.wait(PATIENCE) == 1
    assert portolan.said.splitlines() == [
        f"CommandError: Port {portolan.port} of 127.0.0.1 cannot be used (Address already in use). "
        "Choose another one: PORT=8001"
    ]


def _login(password: str) -> str:
    return (
        "from django.contrib.auth.models import User\n"
        f"user = User.objects.get(username='reviewer')\nassert user.check_password({password!r})\n"
        "print(user is not None and user.is_staff and not user.is_superuser)"
    )


def _ask_worker(portolan: Portolan) -> str:
    """Whether the worker answers a process that has announced something where there was no broker."""
    sockets = re.findall(r"unixsocket:(\S+)", " ".join(descendants(portolan.process.pid).values()))
    url = f"redis+socket://{sockets[0]}" if sockets else portolan.environment["REDIS_URL"]
    return (
        "from dashboard.celery import app\n"
        "from dashboard.embedded_broker import EmbeddedBroker\n"
        "from dashboard.management.commands.up import _worker_check\n"
        "app.conf.update(broker_url='memory://localhost')\n"
        "app.send_task('apps.operations.tasks.take_pulse')\n"
        f"answers = _worker_check(EmbeddedBroker({url!r}))\n"
        "print(any(answers() for _ in range(30)))"
    )


def _children_of(pid: int) -> set[int]:
    below = descendants(pid)
    return set(below) - {deeper for each in below for deeper in descendants(each)}
