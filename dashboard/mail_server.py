"""The mail server out of one address, such as `smtp://user:password@mail.example:587?tls=start`."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

_FORM = "EMAIL_URL must look like smtp://user:password@host:port, with ?tls=start, or smtps://…"


class MailServer(NamedTuple):
    """Django's settings for e-mail; `backend` discards mail when there is no server."""

    backend: str = "django.core.mail.backends.dummy.EmailBackend"
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


def read_mail_server(url: str) -> MailServer:
    """Raises ImproperlyConfigured."""
    if not url:
        return MailServer()
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise ImproperlyConfigured(_FORM) from None
    tls = parse_qs(parts.query).get("tls", [""])
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or tls not in ([""], ["start"]):
        raise ImproperlyConfigured(_FORM)
    secure = parts.scheme == "smtps"
    return MailServer(
        backend="django.core.mail.backends.smtp.EmailBackend",
        host=parts.hostname,
        port=port or (465 if secure else 25),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        starts_tls=tls == ["start"] and not secure,
        is_tls=secure,
    )
