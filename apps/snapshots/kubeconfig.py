"""Kubeconfigs from people: what may stand in one that is uploaded and stored.

A kubeconfig can start programs (`exec`) and name files of the machine that reads it. So this reader takes a
short list of fields that are plain data and refuses every other one by its name; only a `Connection` goes on.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import yaml

LONGEST_TEXT = 1_000_000  # characters; a kubeconfig with twenty contexts has about 100,000

_IGNORED = {"extensions", "disable-compression"}
_CLUSTER_FIELDS = {"server", "certificate-authority-data", "tls-server-name", "insecure-skip-tls-verify"}
_USER_FIELDS = {"token", "client-certificate-data", "client-key-data"}

# Whoever reads an address with anything else in it may find another host there than the next who reads it.
_PLAIN = re.compile(r"[A-Za-z0-9:/?#@._~%\[\]!$&'()*+,;=-]*")

_FILE = "names a file of the machine that Portolan runs on; put the content into {}"
_WHY_REFUSED = {
    "exec": "starts a program; use the token of a service account instead",
    "auth-provider": "starts programs and asks other servers; use the token of a service account instead",
    "tokenFile": _FILE.format("token"),
    "certificate-authority": _FILE.format("certificate-authority-data (base64)"),
    "client-certificate": _FILE.format("client-certificate-data (base64)"),
    "client-key": _FILE.format("client-key-data (base64)"),
    "proxy-url": "sends the credentials through another server; set HTTPS_PROXY where Portolan runs instead",
    "username": "Kubernetes dropped passwords in 1.19; use the token of a service account instead",
    "password": "Kubernetes dropped passwords in 1.19; use the token of a service account instead",
}


class KubeconfigRefused(ValueError):
    """The kubeconfig cannot be used. `field` says where, as in `users[ci].user.exec`. Holds no secret."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}" if field else message)
        self.field = field
        self.message = message


@dataclass(frozen=True, slots=True)
class Connection:
    """How to reach one API server. PEM texts; what is empty is not used. Secrets are left out of the repr."""

    server: str
    authority: str = ""
    server_name: str = ""
    verify: bool = True
    token: str = field(default="", repr=False)
    certificate: str = ""
    key: str = field(default="", repr=False)


def check_kubeconfig(text: str, *, allow_insecure: bool = False) -> list[str]:
    """The names of the contexts, in the file's order. Every entry is checked, used or not.

    Raises KubeconfigRefused for the first field that may not be there or does not hold what it should.
    """
    return list(_connections(_mapping(text), allow_insecure=allow_insecure))


def read_kubeconfig(text: str, context: str = "", *, allow_insecure: bool = False) -> Connection:
    """The connection of one context (empty: `current-context`); raises as `check_kubeconfig` does."""
    config = _mapping(text)
    connections = _connections(config, allow_insecure=allow_insecure)
    name = context or config.get("current-context") or ""
    if not name:
        raise KubeconfigRefused("current-context", "is not set: name a context")
    if name not in connections:
        known = ", ".join(connections) or "none"
        raise KubeconfigRefused("contexts", f"there is no context {name!r}; there is: {known}")
    return connections[name]


def _mapping(text: str) -> dict[str, Any]:
    if len(text) > LONGEST_TEXT:
        raise KubeconfigRefused("", f"is longer than {LONGEST_TEXT} characters")
    try:
        config = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        # The error's own text quotes the line, and the line may hold a token.
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise KubeconfigRefused("", f"is not YAML: {error.problem or 'error'} in line {line}") from None
    except (yaml.YAMLError, RecursionError, ValueError):
        raise KubeconfigRefused("", "is not YAML") from None
    if not isinstance(config, dict) or not isinstance(config.get("contexts"), list):
        raise KubeconfigRefused("contexts", "is missing: this is not a kubeconfig")
    return config


def _connections(config: Mapping[str, Any], *, allow_insecure: bool) -> dict[str, Connection]:
    clusters = _entries(config, "clusters", "cluster", _CLUSTER_FIELDS)
    users = _entries(config, "users", "user", _USER_FIELDS)
    contexts = _entries(config, "contexts", "context", {"cluster", "user", "namespace"})
    for name, cluster in clusters.items():
        if cluster.get("insecure-skip-tls-verify") and not allow_insecure:
            raise KubeconfigRefused(
                f"clusters[{name}].cluster.insecure-skip-tls-verify",
                "anybody on the way could read the credentials; give certificate-authority-data, "
                "or allow insecure connections for this cluster",
            )
    return {name: _connection(name, context, clusters, users) for name, context in contexts.items()}


def _entries(
    config: Mapping[str, Any], section: str, body: str, allowed: set[str]
) -> dict[str, dict[str, Any]]:
    entries = config.get(section) or []
    if not isinstance(entries, list):
        raise KubeconfigRefused(section, "must be a list")
    found: dict[str, dict[str, Any]] = {}
    for number, entry in enumerate(entries):
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(name, str) or not name:
            raise KubeconfigRefused(f"{section}[{number}].name", "is missing")
        if name in found:
            raise KubeconfigRefused(f"{section}[{name}]", "stands there twice")
        inner = entry.get(body) or {}
        if not isinstance(inner, dict):
            raise KubeconfigRefused(f"{section}[{name}].{body}", "must be a mapping")
        _check_fields(inner, f"{section}[{name}].{body}", allowed)
        found[name] = inner
    return found


def _check_fields(inner: Mapping[str, Any], where: str, allowed: set[str]) -> None:
    for key, value in inner.items():
        if key in _IGNORED or value is None:
            continue
        if key not in allowed:
            raise KubeconfigRefused(f"{where}.{key}", _WHY_REFUSED.get(key, "is not supported"))
        expected = bool if key == "insecure-skip-tls-verify" else str
        if not isinstance(value, expected):
            raise KubeconfigRefused(f"{where}.{key}", f"must be a {expected.__name__}")


def _connection(
    name: str,
    context: Mapping[str, Any],
    clusters: Mapping[str, dict[str, Any]],
    users: Mapping[str, dict[str, Any]],
) -> Connection:
    cluster_name, user_name = context.get("cluster") or "", context.get("user") or ""
    if cluster_name not in clusters:
        raise KubeconfigRefused(f"contexts[{name}].context.cluster", f"there is no cluster {cluster_name!r}")
    if user_name and user_name not in users:
        raise KubeconfigRefused(f"contexts[{name}].context.user", f"there is no user {user_name!r}")
    cluster, user = clusters[cluster_name], users.get(user_name, {})
    in_cluster, in_user = f"clusters[{cluster_name}].cluster", f"users[{user_name}].user"
    connection = Connection(
        server=_server(cluster, f"{in_cluster}.server"),
        authority=_pem(cluster, "certificate-authority-data", in_cluster),
        server_name=cluster.get("tls-server-name") or "",
        verify=not cluster.get("insecure-skip-tls-verify"),
        token=_token(user, f"{in_user}.token"),
        certificate=_pem(user, "client-certificate-data", in_user),
        key=_pem(user, "client-key-data", in_user),
    )
    if bool(connection.certificate) != bool(connection.key):
        raise KubeconfigRefused(in_user, "client-certificate-data and client-key-data belong together")
    if connection.token and not _is_private(connection.server):
        raise KubeconfigRefused(f"{in_cluster}.server", "the token would travel unencrypted; use https://")
    return connection


def _server(cluster: Mapping[str, Any], where: str) -> str:
    server: str = cluster.get("server") or ""
    try:
        parts = urlsplit(server)
        usable = parts.scheme in {"http", "https"} and parts.hostname and parts.port != 0
    except ValueError:
        usable = False
    if not usable or not _PLAIN.fullmatch(server):
        raise KubeconfigRefused(where, "must be an address such as https://10.0.0.1:6443")
    if parts.username or parts.password or parts.query or parts.fragment:
        raise KubeconfigRefused(where, "may hold host, port and path only")
    return server.rstrip("/")


def _is_private(server: str) -> bool:
    """Nobody else can listen: TLS, or plain HTTP to this very machine (as with `kubectl proxy`)."""
    parts = urlsplit(server)
    if parts.scheme == "https" or parts.hostname == "localhost":
        return True
    try:
        return ipaddress.ip_address(parts.hostname or "").is_loopback
    except ValueError:
        return False


def _token(user: Mapping[str, Any], where: str) -> str:
    token: str = (user.get("token") or "").strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise KubeconfigRefused(where, "holds characters that no token has")
    return token


def _pem(entry: Mapping[str, Any], key: str, where: str) -> str:
    if not entry.get(key):
        return ""
    try:
        text = base64.b64decode(entry[key], validate=False).decode("ascii")
    except (binascii.Error, ValueError):
        raise KubeconfigRefused(f"{where}.{key}", "is not base64") from None
    if "-----BEGIN " not in text:
        raise KubeconfigRefused(f"{where}.{key}", "holds no PEM block (-----BEGIN …)")
    return text
