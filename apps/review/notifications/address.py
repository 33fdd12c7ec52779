"""What is shown of an address: the path of a webhook is often all that protects it."""

from __future__ import annotations

from urllib.parse import urlsplit

_TELLING = 24  # characters of a path of which the last few tell one webhook from another, and no more
_SHOWN = 4


def veil(address: str) -> str:
    """A webhook's scheme and host, and the end of a long path: `https://chat.example.org/…x7Qz`. An e-mail
    address opens nothing to those who know it, and is shown whole."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address
    start = f"{parts.scheme}://{parts.netloc}"
    hidden = address[len(start) :].lstrip("/")
    if not hidden:
        return address
    return f"{start}/…{hidden[-_SHOWN:] if len(hidden) >= _TELLING else ''}"
