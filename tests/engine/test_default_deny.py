"""Default deny is about the namespace, not about the pods that happen to run in it."""

from __future__ import annotations

from typing import Any

import pytest

from apps.engine import assumptions_for, find_default_denies, parse_cluster
from apps.engine.model import Direction, ObjectRef, Unevaluated
from tests.fakes.kube_objects import namespace, pod

EVERY = {"namespaces": {}}


def network_policy(**spec: Any) -> dict[str, Any]:
    meta = {"namespace": "shop", "name": "p"}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


def admin(*rules: tuple[str, dict[str, Any]], priority: int = 5, name: str = "a") -> dict[str, Any]:
    """An AdminNetworkPolicy over all namespaces with these ingress rules: (action, what else they say)."""
    ingress = [{"action": action, "from": [EVERY], **more} for action, more in rules]
    return {
        "apiVersion": "policy.networking.k8s.io/v1alpha1",
        "kind": "AdminNetworkPolicy",
        "metadata": {"name": name},
        "spec": {"priority": priority, "subject": EVERY, "ingress": ingress},
    }


def baseline(action: str = "Deny", **more: Any) -> dict[str, Any]:
    body = admin((action, more), name="default") | {"kind": "BaselineAdminNetworkPolicy"}
    del body["spec"]["priority"]
    return body


def ingress_of(
    *objects: dict[str, Any], unread: tuple[Unevaluated, ...] = (), plugin: str = "generic"
) -> Any:
    cluster = parse_cluster([namespace("shop", env="prod"), *objects], unread=unread)
    assert not cluster.problems, cluster.problems
    return find_default_denies(cluster, assumptions_for(plugin, {}))["shop"][Direction.INGRESS]


ALL = {"podSelector": {}, "policyTypes": ["Ingress"]}
SOME = {"podSelector": {"matchLabels": {"app": "web"}}, "policyTypes": ["Ingress"]}


@pytest.mark.parametrize(
    ("objects", "closed"),
    [
        ([], False),
        ([network_policy(**ALL)], True),
        ([network_policy(**ALL, ingress=[{}])], True),  # allowed again, but by a rule: the default is closed
        ([network_policy(podSelector={}, policyTypes=["Egress"])], False),
        (
            [network_policy(**SOME), pod("shop", "web-5d4f8c7b9-aaaaa")],
            False,
        ),  # tomorrow's pod may be another
        ([admin(("Deny", {}))], True),
        ([admin(("Deny", {"ports": [{"portNumber": {"protocol": "TCP", "port": 80}}]}))], False),
        ([admin(("Allow", {}), ("Deny", {}))], False),
        ([admin(("Pass", {}), ("Deny", {})), network_policy(**ALL)], True),
        ([admin(("Pass", {}), ("Deny", {}))], False),
        ([admin(("Allow", {})), network_policy(**ALL)], False),
        ([admin(("Allow", {}), priority=1), admin(("Deny", {}), priority=2, name="b")], False),
        ([admin(("Allow", {}), priority=2), admin(("Deny", {}), priority=1, name="b")], True),
        ([admin(("Allow", {})), admin(("Deny", {}), name="b")], None),  # of one priority, in any order
        ([baseline()], True),
        ([baseline("Allow")], False),
        ([admin(("Allow", {})), baseline()], False),
    ],
)
def test_who_is_closed_by_default(objects: list[dict[str, Any]], closed: bool | None) -> None:
    assert ingress_of(*objects) is closed


@pytest.mark.parametrize(
    ("only_restricts", "when_open", "when_closed"), [(True, None, True), (False, None, None)]
)
def test_what_was_not_evaluated_is_no_answer(
    only_restricts: bool, when_open: bool | None, when_closed: bool | None
) -> None:
    other = Unevaluated(ObjectRef("Other", "shop", "x"), "not read", "shop", only_restricts=only_restricts)
    elsewhere = Unevaluated(ObjectRef("Other", "lab", "x"), "not read", "lab")
    assert ingress_of(unread=(other,)) is when_open
    assert ingress_of(network_policy(**ALL), unread=(other,)) is when_closed
    assert ingress_of(unread=(elsewhere,)) is False


def test_where_nothing_is_enforced_nothing_is_closed() -> None:
    assert ingress_of(network_policy(**ALL), plugin="none") is False


def test_out_of_a_namespace_every_address_counts() -> None:
    """A Deny of every pod leaves the outside open."""
    rules = [{"action": "Deny", "to": [EVERY]}]
    body = admin()
    body["spec"] |= {"egress": rules, "ingress": []}
    outside = {"action": "Deny", "to": [EVERY, {"networks": ["0.0.0.0/0", "::/0"]}]}
    for egress, closed in ((rules, False), ([outside], True)):
        body["spec"]["egress"] = egress
        cluster = parse_cluster([namespace("shop"), body])
        assert (
            find_default_denies(cluster, assumptions_for("generic", {}))["shop"][Direction.EGRESS] is closed
        )
