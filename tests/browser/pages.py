"""Every page that the router has, found by asking: what answers a reader with HTML is a page."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from tests.access.addresses import VALUES, all_addresses

# What the addresses that ask a question are asked.
QUESTIONS = {
    "ask": "q=pa",
    "map": "to=payments/db&from=orders",
    "explain": "from=ci&to=payments/db&port=5432/TCP",
    "history": "from=ci&to=payments/db&port=5432/TCP",
    "accept": "from=ci&to=payments/db&port=5432/TCP",
    "guardrails": "from=ci&to=payments&q=verdict:allowed",
    "home": "all=1",
    "service": "from=monitoring",
    "suggest": "namespace=payments",
    "namespaces": "missing=default-deny-ingress&sort=-reached_by",
}
# Not below /api/, and no page: they lead elsewhere, change something, or hand out a file or data.
_OTHERS = {301, 302, 405}


def addresses_of_pages(user: User, numbers: Mapping[str, dict[str, int]]) -> dict[str, str]:
    """By name, of the second snapshot; `numbers` as `add_decisions` gives them. An address that finds nothing
    fails: a new page is to be filled in here or there."""
    client = Client()
    client.force_login(user)
    return dict(_pages(client, numbers))


def _pages(client: Client, numbers: Mapping[str, dict[str, int]]) -> Iterator[tuple[str, str]]:
    for name, pattern in all_addresses().items():
        if name.startswith("api:") or name == "login":
            continue
        given = VALUES | {"number": 2, "b": 2} | numbers.get(name, {})
        parts = {part: given[part] for part in re.findall(r"<(?:\w+:)?(\w+)>", pattern)}
        question = QUESTIONS.get(name, "")
        address = reverse(name, kwargs=parts) + (f"?{question}" if question else "")
        if name == "cluster-policy":
            continue  # the page is that of `policy`, without a namespace
        answer = client.get(address)
        if answer.status_code in _OTHERS or (answer.status_code == 200 and not _is_page(answer.headers)):
            continue
        if name == "report-file" and answer.status_code == 404:
            continue  # no worker has made it
        assert answer.status_code == 200, (name, address, answer.status_code)
        yield name, address


def _is_page(headers: Mapping[str, str]) -> bool:
    return headers.get("Content-Type", "").startswith("text/html")
