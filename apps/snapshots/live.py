"""Reading a live cluster. The one file that speaks through the `kubernetes` package, and only ever by GET.

The client brings authentication, TLS and proxies. Its typed objects are left aside: decoding the raw answers
is 38 times faster, and lists with `items: null` do not break it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import urllib3
import yaml

from apps.snapshots.asking import Answer, ClusterUnreachable, NotReadable, Patience, ask, refusal_of
from apps.snapshots.connection_errors import explain_failure, explain_tls
from apps.snapshots.destinations import ANYWHERE, Destinations
from apps.snapshots.discovery import find_policy_kinds
from apps.snapshots.guarded_pools import guard
from apps.snapshots.kubeconfig import Connection, KubeconfigRefused, read_kubeconfig
from apps.snapshots.paging import Ask, Page, Progress, Resource, decode_objects, read_list
from apps.snapshots.pod_fields import decode_pods
from apps.snapshots.policy_kinds import CORE, unread_kind
from apps.snapshots.reading import Reading, ReadObject

if TYPE_CHECKING:
    from kubernetes.client import ApiClient, Configuration

__all__ = ["Access", "ClusterUnreachable", "Line", "Patience", "open_line", "read_cluster"]

T = TypeVar("T")

LARGEST_ANSWER = 256 * 1024 * 1024  # bytes; 500 pods have about 3 MB, 500 nodes of a large cluster 30 MB
PATIENCE = Patience()


@dataclass(frozen=True, slots=True)
class Access:
    """How to reach a cluster: by a kubeconfig's text, or as a pod of the cluster itself.

    `context` empty: the kubeconfig's current one. `trusted`: the operator of this machine gave the
    kubeconfig, so it may start programs and name files. `allow_insecure`: it may switch off the check of
    certificates. `destinations`: where one that is not trusted may lead.
    """

    kubeconfig: str = field(default="", repr=False)
    context: str = ""
    in_cluster: bool = False
    trusted: bool = False
    allow_insecure: bool = False
    destinations: Destinations = ANYWHERE


@dataclass(frozen=True, slots=True)
class Line:
    """A way to a cluster that stays open. `stream(path, seconds)`: the answer to a GET, piece by piece,
    until the server ends it or is silent for so long. Safe to use from several threads."""

    ask: Ask
    stream: Callable[[str, float], Iterator[bytes]]


def read_cluster(access: Access, *, progress: Progress, patience: Patience = PATIENCE) -> Reading:
    """Everything Portolan needs of a cluster; a kind that may not be read is named in `unread`.

    `progress(step, done, total)` is called after every page; `total` is None where the server does not tell.
    Raises ClusterUnreachable if nothing can be read.
    """
    with _connected(access) as client:
        question = _asking(client, patience)
        reading = Reading()
        policies, reading.unread = find_policy_kinds(question, progress=progress)
        refusals = [_read_kind(question, each, reading, progress, patience) for each in (*CORE, *policies)]
        if all(refusals[: len(CORE)]):
            raise ClusterUnreachable(
                f"The API server lets us read nothing: {refusals[0]}. "
                "Give the account that Portolan uses a ClusterRole with get and list on these kinds."
            )
        return reading


@contextmanager
def open_line(access: Access, *, patience: Patience = PATIENCE) -> Iterator[Line]:
    """A line to a cluster for as long as the block lasts. Raises ClusterUnreachable."""
    with _connected(access) as client:
        yield Line(_asking(client, patience), partial(_stream, client, patience))


def decoder_of(resource: Resource) -> Callable[[bytes | bytearray], Page]:
    return decode_pods if resource.kind == "Pod" else decode_objects


def _read_kind(
    question: Ask, resource: Resource, reading: Reading, progress: Progress, patience: Patience
) -> str:
    """Adds the objects of a kind to `reading`; what is returned says why it could not (empty: it could)."""
    try:
        found = read_list(
            question, resource, decode=decoder_of(resource), progress=progress, restarts=patience.restarts
        )
    except NotReadable as refusal:
        reading.unread.append(unread_kind(resource, str(refusal)))
        return str(refusal)
    reading.objects += [ReadObject(body) for body in found.objects]
    return ""


def _asking(client: ApiClient, patience: Patience) -> Ask:
    get = partial(_get, client, patience)

    def question(path: str, decode: Callable[[bytes | bytearray], T], /) -> T:
        return ask(get, path, decode, patience)

    return question


def _get(client: ApiClient, patience: Patience, path: str) -> Answer:
    configuration = client.configuration
    with _explained(configuration, patience):
        response = _call(client, path, patience.connect, patience.read)
        return _answer(response, _secrets(configuration))


def _stream(client: ApiClient, patience: Patience, path: str, seconds: float) -> Iterator[bytes]:
    """The body of an answer as it comes. `seconds`: how long the server may say nothing."""
    configuration = client.configuration
    with _explained(configuration, patience):
        response = _call(client, path, patience.connect, seconds)
        if response.status != 200:
            raise refusal_of(_answer(response, _secrets(configuration)))
        try:
            yield from response.stream(64 * 1024)
        finally:
            response.close()


def _call(client: ApiClient, path: str, connect: float, read: float) -> urllib3.BaseHTTPResponse:
    method, url, headers, *_ = client.param_serialize(
        "GET", path, header_params={"Accept": "application/json"}, auth_settings=["BearerToken"]
    )
    response: urllib3.BaseHTTPResponse = client.call_api(
        method, url, headers, _request_timeout=(connect, read)
    ).response
    return response


@contextmanager
def _explained(configuration: Configuration, patience: Patience) -> Iterator[None]:
    from kubernetes.client.exceptions import ApiException
    from kubernetes.config import ConfigException

    try:
        yield
    except ApiException as error:  # the client's name for a TLS failure
        raise explain_tls(str(error.reason), configuration.host) from None
    except ConfigException as error:  # a service account's token is read anew every minute
        raise ClusterUnreachable(f"The credentials cannot be renewed: {error}") from None
    except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
        raise explain_failure(error, configuration.host, patience) from None


def _answer(response: urllib3.BaseHTTPResponse, secrets: list[str]) -> Answer:
    """A server, or a proxy before it, may quote what it was sent; no message of ours may pass that on."""
    body, content_type = _body(response), response.headers.get("Content-Type", "")
    for secret in secrets:
        content_type = content_type.replace(secret, "…")
        if response.status != 200:
            body = body.replace(secret.encode(), b"...")
    return Answer(response.status, body, content_type, response.headers.get("Retry-After", ""))


def _body(response: urllib3.BaseHTTPResponse) -> bytearray:
    body = bytearray()
    for piece in response.stream(1024 * 1024):
        body += piece
        if len(body) > LARGEST_ANSWER:
            response.close()
            raise ClusterUnreachable(
                f"The server sends an answer of more than {LARGEST_ANSWER} bytes. Is it an API server?"
            )
    return body


def _secrets(configuration: Configuration) -> list[str]:
    return [value.split()[-1] for value in configuration.api_key.values() if value.strip()]


@contextmanager
def _connected(access: Access) -> Iterator[ApiClient]:
    from kubernetes.client import ApiClient, Configuration

    configuration = Configuration()
    configuration.retries = False  # `asking` decides what is tried again
    with tempfile.TemporaryDirectory(prefix="portolan-") as folder:
        if access.in_cluster:
            _use_service_account(configuration)
        elif access.trusted:
            _use_trusted(configuration, access)
        else:
            connection = _checked(access)
            access.destinations.check(connection.server)
            _use_connection(configuration, connection, Path(folder))
        client = ApiClient(configuration)
        if not (access.in_cluster or access.trusted):
            guard(client.rest_client.pool_manager, access.destinations)
        try:
            yield client
        finally:
            client.rest_client.close()


def _checked(access: Access) -> Connection:
    try:
        return read_kubeconfig(access.kubeconfig, access.context, allow_insecure=access.allow_insecure)
    except KubeconfigRefused as refusal:
        raise ClusterUnreachable(f"The kubeconfig cannot be used. {refusal}") from None


def _use_connection(configuration: Configuration, connection: Connection, folder: Path) -> None:
    configuration.host = connection.server
    configuration.verify_ssl = connection.verify
    configuration.ca_cert_data = connection.authority or None
    configuration.tls_server_name = connection.server_name or None
    if connection.token:
        configuration.api_key["BearerToken"] = f"Bearer {connection.token}"
    if connection.certificate:
        # Python's ssl takes client certificates from files only; these live as long as the reading.
        configuration.cert_file, configuration.key_file = str(folder / "cert.pem"), str(folder / "key.pem")
        (folder / "cert.pem").write_text(connection.certificate)
        (folder / "key.pem").write_text(connection.key)


def _use_trusted(configuration: Configuration, access: Access) -> None:
    from kubernetes.config import ConfigException, load_kube_config_from_dict

    try:
        load_kube_config_from_dict(
            yaml.safe_load(access.kubeconfig),
            context=access.context or None,
            client_configuration=configuration,
            persist_config=False,
        )
    except ConfigException as error:
        raise ClusterUnreachable(f"The kubeconfig cannot be used. {error}") from None
    except (yaml.YAMLError, OSError, LookupError, TypeError, ValueError, AttributeError) as error:
        # The text of these may quote the kubeconfig, and so a token.
        raise ClusterUnreachable(f"The kubeconfig cannot be used ({type(error).__name__}).") from None


def _use_service_account(configuration: Configuration) -> None:
    from kubernetes.config import ConfigException, load_incluster_config

    try:
        load_incluster_config(client_configuration=configuration)
    except (ConfigException, OSError) as error:
        raise ClusterUnreachable(
            f"This process cannot use a service account ({error}). Run it as a pod of the cluster, "
            "or connect by a kubeconfig."
        ) from None
