"""Asking an API server one question until it answers: what is tried again, how long, and what is final.

Pure but for the wait: `get` does the transport (see `live`), so that the rules can be read in one place.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

import msgspec

T = TypeVar("T")

LONGEST_MESSAGE = 300  # characters of what a server says that are worth showing
_TRIED_AGAIN = {429, 500, 502, 503, 504}


class ClusterUnreachable(Exception):
    """The cluster cannot be read at all. The message is one sentence for people and says what to do."""


class NotReadable(Exception):
    """One path cannot be read, while the API server as such answers. `status` 0: no HTTP status to show."""

    def __init__(self, status: int, message: str) -> None:
        code = f"HTTP {status}" if status else ""
        super().__init__(f"{code} ({message})" if code and message else code or message)
        self.status = status


class ListExpired(NotReadable):
    """A `continue` token is older than what the API server keeps (HTTP 410)."""


class Interrupted(Exception):
    """A try that failed on the way and may succeed the next time. `outcome` is raised when it does not."""

    def __init__(self, outcome: Exception) -> None:
        super().__init__(str(outcome))
        self.outcome = outcome


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. `retry_after` and `content_type`: the headers of that name, empty if absent."""

    status: int
    body: bytes | bytearray
    content_type: str = ""
    retry_after: str = ""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for what, in seconds. `wait` is what passes the time between two tries."""

    connect: float = 10.0
    read: float = 60.0
    attempts: int = 4
    restarts: int = 3  # of one list, after an expired `continue` token
    first_wait: float = 0.5  # doubles with every try
    longest_wait: float = 30.0  # even if the server asks for more (Retry-After)
    wait: Callable[[float], None] = time.sleep


class Status(msgspec.Struct):
    """What the API server sends instead of an answer (meta/v1 Status)."""

    message: str | None = None


def ask(
    get: Callable[[str], Answer], path: str, decode: Callable[[bytes | bytearray], T], patience: Patience
) -> T:
    """The decoded answer to GET `path`.

    Raises NotReadable for a status that concerns this path alone, ListExpired for 410, and
    ClusterUnreachable for whatever would meet every other path too.
    """
    for attempt in range(1, patience.attempts + 1):
        asked = 0.0
        try:
            answer = get(path)
            if answer.status == 200:
                return _decoded(answer, path, decode)
            outcome = refusal_of(answer)
            if answer.status not in _TRIED_AGAIN:
                raise outcome
            asked = _retry_after(answer.retry_after)
        except Interrupted as interruption:
            outcome = interruption.outcome
        if attempt < patience.attempts:
            patience.wait(_pause(attempt, asked, patience))
    raise outcome


def _decoded(answer: Answer, path: str, decode: Callable[[bytes | bytearray], T]) -> T:
    try:
        return decode(answer.body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        kind = answer.content_type or "no content type"
        raise Interrupted(
            ClusterUnreachable(
                f"The answer to {path} is not what a Kubernetes API server sends ({kind}: {error}). "
                "Check that the address is the API server's own, and that no proxy answers in its place."
            )
        ) from None


def refusal_of(answer: Answer) -> Exception:
    """What an answer other than 200 means: NotReadable, ListExpired or ClusterUnreachable."""
    message = _message(answer)
    if answer.status == 401:
        return ClusterUnreachable(
            f"The API server does not accept the credentials (HTTP 401: {message}). "
            "The token or certificate is wrong, expired or deleted: give a new one."
        )
    if 300 <= answer.status < 400:
        return ClusterUnreachable(
            f"The API server sends us elsewhere (HTTP {answer.status}), and credentials do not travel. "
            "Give the API server's own address."
        )
    if answer.status == 410:
        return ListExpired(410, message)
    return NotReadable(answer.status, message)


def _message(answer: Answer) -> str:
    try:
        message = msgspec.json.decode(answer.body, type=Status).message or ""
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return "no Kubernetes status given"
    return message if len(message) <= LONGEST_MESSAGE else message[:LONGEST_MESSAGE] + "…"


def _pause(attempt: int, asked: float, patience: Patience) -> float:
    """Seconds: what the server asked for, else doubling; with jitter, lest workers march in step."""
    doubled = patience.first_wait * 2 ** (attempt - 1)
    return min(asked or doubled, patience.longest_wait) * random.uniform(1.0, 1.25)  # noqa: S311 - no secret


def _retry_after(value: str) -> float:
    """Seconds, from a number or an HTTP date (RFC 9110, 10.2.3); 0 when there is none that can be read."""
    if value.isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, OverflowError):
        return 0.0
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())
