"""A cluster that cannot be read gives one message that says what to do, and no token in it."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from apps.snapshots.live import Access, ClusterUnreachable
from tests.fakes.certificates import Authority
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_objects import namespace
from tests.fakes.kube_reading import Reader, unread
from tests.fakes.kube_store import Store

TOKEN = "s3cr3t-token-0123456789"


def _failure(api: KubeApi, *, patience: float = 20.0, **kubeconfig: object) -> str:
    with pytest.raises(ClusterUnreachable) as raised:
        Reader(patience).read(api, **kubeconfig)
    message = str(raised.value)
    assert TOKEN not in message
    assert "\n" not in message
    assert raised.value.__cause__ is None
    return message


@pytest.fixture
def api() -> KubeApi:
    return KubeApi([namespace("shop")], token=TOKEN, tls=True)


def test_a_wrong_token(api: KubeApi) -> None:
    with api:
        assert "does not accept the credentials (HTTP 401" in _failure(api, token="wrong")


def test_a_token_that_expires_in_the_middle(api: KubeApi) -> None:
    with api:
        api.faults["/api/v1/pods"] = Fault(status=401, message="token <authorization> has expired")
        assert "give a new one" in _failure(api)


def test_a_certificate_of_another_authority(api: KubeApi) -> None:
    with api:
        api.authority = Authority("another")
        assert "certificate-authority-data" in _failure(api)


def test_a_certificate_for_another_name(api: KubeApi) -> None:
    with api:
        assert "tls-server-name" in _failure(api, cluster={"tls-server-name": "elsewhere.test"})
        assert Reader().read(api, cluster={"tls-server-name": "fake-api.test"}).unread == []


def test_a_server_that_does_not_speak_tls() -> None:
    with KubeApi(token=TOKEN) as plain:
        assert "does not speak TLS" in _failure(
            plain, cluster={"server": plain.url.replace("http:", "https:")}
        )


def test_a_server_that_speaks_tls_only(api: KubeApi) -> None:
    with api:
        assert "https://" in _failure(api, cluster={"server": api.url.replace("https:", "http:")})


def test_a_host_that_does_not_exist(api: KubeApi) -> None:
    with api:
        message = _failure(api, cluster={"server": "https://no-such-host.invalid:6443"})
    assert "There is no host no-such-host.invalid:6443" in message


def test_a_port_that_nobody_listens_on(api: KubeApi) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    with api:
        message = _failure(api, cluster={"server": f"https://{address}"})
    assert f"{address} does not accept connections (connection refused)" in message


def test_a_server_that_does_not_answer(api: KubeApi) -> None:
    with api:
        api.faults["/apis"] = Fault(delay=30.0)
        began = time.monotonic()
        assert "does not answer within 0.5 s" in _failure(api, patience=0.5)
        assert time.monotonic() - began < 25


def test_a_server_that_takes_the_connection_and_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as mute, KubeApi() as api:
        address = f"https://127.0.0.1:{mute.getsockname()[1]}"
        assert "within 0.2 s" in _failure(api, patience=0.2, cluster={"server": address})


def test_a_connection_that_is_reset(api: KubeApi) -> None:
    with api:
        api.faults["/apis"] = Fault(reset=True)
        assert "breaks the connection" in _failure(api)


@pytest.mark.parametrize("path", ["/apis", "/api/v1/pods"])
@pytest.mark.parametrize(
    "garbage",
    [
        b"<html>Sign in</html>",
        b"{}",
        b"null",
        b'{"kind": "PodList"}',
        b'{"groups": 7, "items": 7, "kind": "PodList"}',
        b"\xff\xfe",
        b'{"kind": "PodList", "groups": [], "items": [{"spec": {"nodeName": "\xff"}}], "x": ',
        b'{"a":' * 100_000,
    ],
    ids=["html", "empty", "null", "no-items", "wrong-types", "no-utf8", "cut", "deep"],
)
def test_garbage(api: KubeApi, path: str, garbage: bytes) -> None:
    with api:
        api.faults[path] = Fault(garbage=garbage)
        message = _failure(api)
    assert f"The answer to {path}" in message
    assert "is not what a Kubernetes API server sends (text/html" in message


def test_a_web_server_that_is_no_api_server(api: KubeApi) -> None:
    with api:
        api.faults["/apis"] = Fault(status=404)
        assert "no Kubernetes API at this address" in _failure(api)


def test_a_broken_first_answer(api: KubeApi) -> None:
    with api:
        api.faults["/apis"] = Fault(cut=10)
        assert "breaks off" in _failure(api)


def test_a_server_that_is_not_well(api: KubeApi) -> None:
    with api:
        api.faults["/apis"] = Fault(status=503, message="starting")
        assert "HTTP 503 (starting)" in _failure(api)


def test_credentials_do_not_follow_a_redirect(api: KubeApi) -> None:
    with KubeApi() as thief, api:
        api.faults["/apis"] = Fault(status=302, headers=(("Location", f"{thief.url}/apis"),))
        assert "sends us elsewhere (HTTP 302)" in _failure(api)
        assert thief.asked == []


def test_a_token_that_a_proxy_quotes_is_in_no_message(api: KubeApi) -> None:
    for status in (401, 403, 500):
        with KubeApi([namespace("shop")], token=TOKEN) as quoting:
            quoting.faults["/api/v1/pods"] = Fault(status=status, message="x" * 280 + " <authorization>")
            if status == 401:
                assert "s3cr3t" not in _failure(quoting)
            else:
                assert "s3cr3t" not in unread(Reader().read(quoting))["Pod"]


def test_the_credentials_are_in_no_repr(api: KubeApi) -> None:
    assert TOKEN not in repr(Access(kubeconfig=api.kubeconfig()))


def test_a_refused_kubeconfig_is_a_message_too() -> None:
    with pytest.raises(ClusterUnreachable, match=r"The kubeconfig cannot be used\. contexts: is missing"):
        Reader().read_by(Access(kubeconfig="{}"))


def test_several_clusters_at_once() -> None:
    results: list[int] = []

    def read(number: int) -> None:
        with KubeApi(token=f"{TOKEN}-{number}", tls=True) as api:
            api.store = Store(namespace(f"n-{each}") for each in range(number))
            results.append(len(Reader().read(api).objects))

    threads = [threading.Thread(target=read, args=(number,)) for number in (1, 2, 3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [1, 2, 3]
