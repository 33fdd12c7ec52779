"""Every page with questions of every kind in its address, sensible and not: never a server error."""

from __future__ import annotations

import random
from collections import Counter
from urllib.parse import urlencode

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.models import Scope
from tests.access.addresses import all_addresses, fill
from tests.browser.reviewed import store_reviewed
from tests.fuzz.conftest import THOROUGH

COUNT = 100 if THOROUGH else 4  # questions a page and reader
ENDS = ["payments", "payments/db", "orders", "ci", "kube-system/kube-dns", "nowhere", "nowhere/db"]
ODD = ["", "/", "//", "a/b/c/d", "%", "\0", "\ud7ff", "class:C1", "*", "-1", "9" * 30, "<b>", "'", "x" * 3000]
VALUES: dict[str, list[str]] = {
    "from": ENDS,
    "to": ENDS,
    "source": ENDS,
    "target": ENDS,
    "rows": [*ENDS, "payments,orders", "class:C1"],
    "columns": [*ENDS, "payments/db,ci"],
    "expand": ["payments", "payments,orders"],
    "namespace": ENDS,
    "namespaces": ENDS,
    "port": ["5432", "5432/TCP", "53/UDP", "99999", "0"],
    "view": ["graph", "split", "matrix", "table"],
    "by": ["namespace", "service", "class"],
    "ask": ["to", "from", "path"],
    "hops": ["1", "10", "11"],
    "show": ["allowed", "denied,empty", "partial,unknown"],
    "q": [
        "from:orders",
        "verdict:allowed",
        "to:nowhere",
        "from:ordrs",
        "since:#1 changed:new",
        "frm:x",
        "env=prod",
    ],
    "vs": ["1", "2", "3"],
    "against": ["1", "2"],
    "sel": ["orders>payments/db:5432/TCP", "ns:orders"],
    "a": ["1", "2"],
    "b": ["1", "2"],
    "kind": ["opened", "closed", "NetworkPolicy"],
    "cause": ["0", "1"],
    "severity": ["high", "low"],
    "id": ["dns-blocked"],
    "key": ["no-default-deny-ingress Namespace/orders"],
    "finding": ["no-default-deny-ingress Namespace/orders"],
    "sort": ["-name", "dns"],
    "missing": ["default-deny-ingress"],
    "offset": ["0", "100", "1000000"],
    "page": ["2"],
    "flip": ["1"],
    "toggle": ["denied"],
    "fragment": ["1", "table"],
    "start": ENDS,
    "who": ["reviewer"],
    "before": ["5"],
}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["administrator", "limited viewer"])
def test_no_page_fails(reader: str) -> None:
    snapshot = store_reviewed()
    user = User.objects.create_user("reader", is_staff=reader == "administrator")
    if not user.is_staff:
        Scope.objects.create(user=user, cluster=snapshot.cluster, namespaces=["payments"])
    client = Client(raise_request_exception=False)
    client.force_login(user)
    dice = random.Random(None if THOROUGH else 7)
    statuses: Counter[int] = Counter()
    failed: list[str] = []
    for name, pattern in all_addresses().items():
        if name.startswith("api:") or name in ("logout", "metrics"):
            continue
        for _ in range(COUNT):
            address = f"{fill(name, pattern)}?{_question(dice)}"
            answer = client.get(address)
            statuses[answer.status_code] += 1
            if answer.status_code >= 500:
                failed.append(address[:500])
    print(f"{reader}: {statuses.total()} pages,", dict(sorted(statuses.items())))
    assert failed == []
    assert {200, 404} <= set(statuses)


def _question(dice: random.Random) -> str:
    """A few parameters, the most of them with a value that their pages know."""
    chosen = dice.sample(sorted(VALUES), dice.randint(1, 7))
    return urlencode({name: dice.choice(VALUES[name] if dice.random() < 0.8 else ODD) for name in chosen})
