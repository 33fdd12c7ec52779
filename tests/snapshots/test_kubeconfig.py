"""What may stand in a kubeconfig that somebody uploads."""

from __future__ import annotations

import base64
from typing import Any

import pytest
import yaml

from apps.snapshots.kubeconfig import KubeconfigRefused, check_kubeconfig, read_kubeconfig

PEM = base64.b64encode(b"-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n").decode()
TOKEN = "s3cr3t-token-0123456789"


def _config(cluster: dict[str, Any] | None = None, user: dict[str, Any] | None = None, **top: Any) -> str:
    return yaml.safe_dump(
        {
            "clusters": [{"name": "prod", "cluster": {"server": "https://10.0.0.1:6443", **(cluster or {})}}],
            "users": [{"name": "ci", "user": {"token": TOKEN, **(user or {})}}],
            "contexts": [
                {"name": "prod", "context": {"cluster": "prod", "user": "ci", "namespace": "shop"}},
                {"name": "nobody", "context": {"cluster": "prod"}},
            ],
            "current-context": "prod",
            **top,
        }
    )


def _refusal(text: str, **options: bool) -> KubeconfigRefused:
    with pytest.raises(KubeconfigRefused) as raised:
        check_kubeconfig(text, **options)
    assert TOKEN not in str(raised.value)
    assert str(raised.value).startswith(raised.value.field)
    return raised.value


def test_the_contexts_in_the_order_of_the_file() -> None:
    assert check_kubeconfig(_config()) == ["prod", "nobody"]


def test_the_connection_of_a_context() -> None:
    connection = read_kubeconfig(_config({"certificate-authority-data": PEM, "tls-server-name": "api.prod"}))
    assert connection.server == "https://10.0.0.1:6443"
    assert connection.authority.startswith("-----BEGIN CERTIFICATE-----")
    assert (connection.server_name, connection.verify, connection.token) == ("api.prod", True, TOKEN)
    assert TOKEN not in repr(connection)
    assert read_kubeconfig(_config(), "nobody").token == ""


@pytest.mark.parametrize(
    ("user", "why"),
    [
        ({"exec": {"command": "sh"}}, "starts a program"),
        ({"auth-provider": {"name": "gcp"}}, "starts programs"),
        ({"tokenFile": "/etc/passwd"}, "names a file"),
        ({"client-certificate": "/etc/passwd"}, "client-certificate-data"),
        ({"client-key": "/etc/passwd"}, "client-key-data"),
        ({"username": "admin"}, "token of a service account"),
        ({"as": "system:admin"}, "is not supported"),
    ],
)
def test_fields_of_a_user_that_are_refused(user: dict[str, Any], why: str) -> None:
    refusal = _refusal(_config(user=user))
    assert refusal.field == f"users[ci].user.{next(iter(user))}"
    assert why in refusal.message


@pytest.mark.parametrize(
    ("cluster", "why"),
    [
        ({"certificate-authority": "/etc/passwd"}, "certificate-authority-data"),
        ({"proxy-url": "http://10.0.0.9:3128"}, "HTTPS_PROXY"),
        ({"insecure-skip-tls-verify": True}, "certificate-authority-data"),
        ({"something-new": "x"}, "is not supported"),
        ({"tls-server-name": 7}, "must be a str"),
        ({"certificate-authority-data": "?"}, "PEM"),
        ({"certificate-authority-data": "abc"}, "base64"),
        ({"certificate-authority-data": base64.b64encode(b"text").decode()}, "PEM"),
        ({"server": ""}, "must be an address"),
        ({"server": "10.0.0.1:6443"}, "must be an address"),
        ({"server": "file:///etc/passwd"}, "must be an address"),
        ({"server": "https://[::1"}, "must be an address"),
        ({"server": "https://169.254.169.254\\.example.org"}, "must be an address"),
        ({"server": "https://169.254.169.254\t.example.org"}, "must be an address"),
        ({"server": "https://host:99999"}, "must be an address"),
        ({"server": "https://user:word@host"}, "host, port and path only"),
        ({"server": "https://host/?x=y"}, "host, port and path only"),
        ({"server": "http://10.0.0.1:8080"}, "unencrypted"),
    ],
)
def test_fields_of_a_cluster_that_are_refused(cluster: dict[str, Any], why: str) -> None:
    refusal = _refusal(_config(cluster))
    assert refusal.field == f"clusters[prod].cluster.{next(iter(cluster))}"
    assert why in refusal.message


def test_a_field_is_refused_wherever_it_stands() -> None:
    users = [
        {"name": "ci", "user": {"token": TOKEN}},
        {"name": "unused", "user": {"exec": {"command": "sh"}}},
    ]
    assert _refusal(_config(users=users)).field == "users[unused].user.exec"


def test_insecure_connections_may_be_allowed() -> None:
    text = _config({"insecure-skip-tls-verify": True})
    assert check_kubeconfig(text, allow_insecure=True) == ["prod", "nobody"]
    assert read_kubeconfig(text, allow_insecure=True).verify is False


@pytest.mark.parametrize("server", ["http://127.0.0.1:8001", "http://localhost:8001", "http://[::1]:8001"])
def test_a_token_may_travel_unencrypted_within_the_machine(server: str) -> None:
    assert read_kubeconfig(_config({"server": server})).server == server


def test_what_means_nothing_is_ignored() -> None:
    assert check_kubeconfig(_config({"extensions": [{}], "tls-server-name": None}, {"extensions": []}))


@pytest.mark.parametrize(
    ("top", "field"),
    [
        ({"contexts": None}, "contexts"),
        ({"contexts": "prod"}, "contexts"),
        ({"contexts": [{"context": {}}]}, "contexts[0].name"),
        ({"contexts": [7]}, "contexts[0].name"),
        ({"contexts": [{"name": "a", "context": {"cluster": "gone"}}]}, "contexts[a].context.cluster"),
        (
            {"contexts": [{"name": "a", "context": {"cluster": "prod", "user": "x"}}]},
            "contexts[a].context.user",
        ),
        ({"clusters": {"prod": {}}}, "clusters"),
        ({"clusters": [{"name": "prod", "cluster": "https://x"}]}, "clusters[prod].cluster"),
        ({"users": [{"name": "ci"}, {"name": "ci"}]}, "users[ci]"),
        ({"users": [{"name": "ci", "user": {"token": 7}}]}, "users[ci].user.token"),
        ({"users": [{"name": "ci", "user": {"token": "a\nb"}}]}, "users[ci].user.token"),
        ({"users": [{"name": "ci", "user": {"client-key-data": PEM}}]}, "users[ci].user"),
    ],
)
def test_the_field_that_is_wrong_is_named(top: dict[str, Any], field: str) -> None:
    assert _refusal(_config(**top)).field == field


@pytest.mark.parametrize(
    "text",
    ["", "7", "[]", "just text", "a: [", f"token: {TOKEN}\n\tx", "[" * 5000, "\x00", "- &a [*a]"],
    ids=["nothing", "number", "list", "text", "open", "tab", "deep", "null", "alias"],
)
def test_what_is_no_kubeconfig(text: str) -> None:
    _refusal(text)


def test_a_line_of_broken_yaml_is_named_and_not_quoted() -> None:
    assert "in line 2" in _refusal(f"a: 1\n{TOKEN}: b: c\n").message


def test_a_text_that_is_too_long() -> None:
    assert "longer" in _refusal("a" * 1_000_001).message


def test_a_context_that_is_not_there() -> None:
    with pytest.raises(KubeconfigRefused, match="no context 'dev'; there is: prod, nobody"):
        read_kubeconfig(_config(), "dev")
    with pytest.raises(KubeconfigRefused, match="current-context: is not set"):
        read_kubeconfig(_config().replace("current-context: prod", ""))
