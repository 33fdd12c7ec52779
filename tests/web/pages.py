"""Reading pages in tests."""

from __future__ import annotations

import re
from html import unescape

from django.test import Client


def page_at(client: Client, address: str) -> str:
    """As a reader's browser would understand it: without escapes."""
    response = client.get(address)
    assert response.status_code == 200, response.content
    return unescape(response.content.decode())


def text_of(html: str) -> str:
    """What a reader sees of a piece of a page: pieces of text with two spaces between them."""
    pieces = re.split(r"<[^>]+>", html)
    return "  ".join(unescape(" ".join(piece.split())) for piece in pieces if piece.strip())


def rows_of(page: str) -> list[list[str]]:
    """The rows of the first table's body, cell by cell."""
    body = page.partition("<tbody>")[2].partition("</tbody>")[0]
    return [
        [
            text_of(cell).replace("  ", " ")
            for cell in re.findall(r"<t[dh]\b[^>]*>(.*?)</t[dh]>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr\b.*?</tr>", body, re.DOTALL)
    ]
