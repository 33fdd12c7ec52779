"""Webhooks: a signed POST of JSON to an address that somebody chose, and that is not trusted.

Its host is resolved once, and the connection goes to an address that was looked at; redirects are not
followed, proxies not asked, and nothing of the answer is passed on but its status.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from ipaddress import ip_network
from urllib.parse import SplitResult, urlsplit

import urllib3
from django.conf import settings
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NewConnectionError

from apps.snapshots.destinations import Address, Destinations, addresses_of

CONNECT, READ = 5.0, 10.0  # seconds
_MOST_ADDRESSES = 3  # of one host that are tried
_PRINTABLE = re.compile(r"[!-~]+")


class AddressRefused(ValueError):
    """A URL that nothing is sent to. The message is for whoever chose it."""


class NotDelivered(Exception):
    """A try that failed. The message says why, and quotes nothing of the receiver's."""


def check_url(url: str) -> None:
    """Raises AddressRefused if it is no webhook, or leads where this server does not connect to."""
    _admitted(_parts_of(url))


def post(url: str, body: bytes, *, key: str, secret: str) -> None:
    """Raises NotDelivered unless the receiver answers with a 2xx status. `key` names the delivery to it."""
    try:
        parts = _parts_of(url)
        addresses = _admitted(parts)
    except AddressRefused as refused:
        raise NotDelivered(str(refused)) from None
    if not addresses:
        raise NotDelivered(f"The host {parts.hostname} is not known here.")
    status = _post(parts, addresses, body, _headers(parts, body, key, secret))
    if 300 <= status < 400:
        raise NotDelivered(f"It answered HTTP {status}, and redirects are not followed.")
    if not 200 <= status < 300:
        phrase = HTTPStatus(status).phrase if status in HTTPStatus._value2member_map_ else ""
        raise NotDelivered(f"It answered HTTP {status} {phrase}".rstrip() + ".")


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver works out again: HMAC-SHA256 over the timestamp, a full stop and the body."""
    return hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def _parts_of(url: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise AddressRefused("This is no URL.") from None
    if not _PRINTABLE.fullmatch(url) or not parts.hostname or port == 0:
        raise AddressRefused("A webhook is an address such as https://chat.example.org/hooks/1.")
    if parts.scheme != "https" and not (parts.scheme == "http" and settings.WEBHOOKS_ALLOW_HTTP):
        raise AddressRefused("A webhook must be an https:// address.")
    if parts.username is not None or parts.password is not None:
        raise AddressRefused("A webhook carries no user name and password in its address.")
    return parts


def _admitted(parts: SplitResult) -> list[Address]:
    host = parts.hostname or ""
    destinations = Destinations(denied=tuple(map(ip_network, settings.WEBHOOKS_DENY)))
    addresses = addresses_of(host)
    for address in addresses:
        if not destinations.admits(address):
            raise AddressRefused(
                f"{host} is at {address}, where this server does not connect to. An administrator of the "
                "machine may change WEBHOOKS_DENY."
            )
    return addresses


def _headers(parts: SplitResult, body: bytes, key: str, secret: str) -> dict[str, str]:
    timestamp = str(int(time.time()))
    return {
        "Host": parts.netloc,
        "Content-Type": "application/json",
        "User-Agent": "Portolan",
        "Portolan-Delivery": key,
        "Portolan-Timestamp": timestamp,
        "Portolan-Signature": f"sha256={sign(secret, timestamp, body)}",
    }


def _post(parts: SplitResult, addresses: list[Address], body: bytes, headers: dict[str, str]) -> int:
    """The status of the first address that can be connected to."""
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    tried = addresses[:_MOST_ADDRESSES]
    for address in tried:
        try:
            with _pool(parts, address) as pool:
                response = pool.urlopen(
                    "POST", path, body=body, headers=headers, retries=False, preload_content=False
                )
                response.close()  # what it says is not read
                return response.status
        except (NewConnectionError, ConnectTimeoutError) as error:
            if address is tried[-1]:
                raise NotDelivered(_explain(error)) from None
        except (HTTPError, OSError, ValueError) as error:
            raise NotDelivered(_explain(error)) from None
    raise AssertionError("the last address returns or raises")


@contextmanager
def _pool(parts: SplitResult, address: Address) -> Iterator[urllib3.HTTPConnectionPool]:
    """To this very address; the certificate must be the host's."""
    timeout = urllib3.Timeout(connect=CONNECT, read=READ)
    pool = (
        urllib3.HTTPConnectionPool(str(address), parts.port or 80, timeout=timeout)
        if parts.scheme == "http"
        else urllib3.HTTPSConnectionPool(
            str(address),
            parts.port or 443,
            timeout=timeout,
            cert_reqs="CERT_REQUIRED",
            server_hostname=parts.hostname,
            assert_hostname=parts.hostname,
        )
    )
    try:
        yield pool
    finally:
        pool.close()


def _explain(error: Exception) -> str:
    reason = {
        "ConnectTimeoutError": f"No connection within {CONNECT:.0f} s.",
        "NewConnectionError": "No connection: it was refused, or there is no way there.",
        "ReadTimeoutError": f"No answer within {READ:.0f} s.",
        "SSLError": "Its certificate cannot be trusted.",
        "ProtocolError": "It broke the connection off.",
    }.get(type(error).__name__)
    return reason or f"The request failed ({type(error).__name__})."
