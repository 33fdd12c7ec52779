"""Drafts over a stored state: what they do to the objects, and what then differs."""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy

import pytest
from hypothesis import given

from apps.engine import (
    DraftChange,
    DraftDiff,
    DraftRefused,
    compare_drafted,
    compare_reach,
    draft,
    parse_cluster,
)
from apps.engine.model import Assumptions
from tests.engine.edits import edited_clusters
from tests.engine.objects import (
    Object,
    deny_all,
    deployment,
    namespace,
    network_policy,
    other_policy,
    pod,
)
from tests.engine.strategies import assumptions

DNS = [
    namespace("kube-system"),
    pod("kube-system", "dns", addresses=["10.0.0.53"], k="dns"),
    {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": "kube-system"},
        "spec": {
            "selector": {"k": "dns"},
            "ports": [{"name": each, "port": 53, "protocol": each} for each in ("UDP", "TCP")],
        },
    },
]
WEB = {
    "apiVersion": "v1",
    "kind": "Service",
    "metadata": {"name": "web", "namespace": "shop"},
    "spec": {"selector": {"app": "web"}, "ports": [{"port": 80}]},
}


def shop() -> list[Object]:
    return [
        namespace("shop"),
        namespace("lab"),
        pod("lab", "probe", addresses=["10.0.0.9"], app="probe"),
        *made("web", "10.0.0.1", app="web"),
        deepcopy(WEB),
        network_policy("shop", "open", policyTypes=["Ingress"], ingress=[{}]),
        *deepcopy(DNS),
    ]


def made(name: str, address: str, **labels: str) -> list[Object]:
    """A Deployment, its ReplicaSet and the pod of that."""
    above = deployment("shop", name, **labels)
    hashed = labels | {"pod-template-hash": "5d4c8f"}
    below = deployment("shop", f"{name}-5d4c8f", **hashed) | {"kind": "ReplicaSet"}
    below["metadata"]["ownerReferences"] = [{"kind": "Deployment", "name": name, "controller": True}]
    one = pod("shop", f"{name}-5d4c8f-aaaaa", addresses=[address], **hashed)
    one["metadata"]["ownerReferences"] = [
        {"kind": "ReplicaSet", "name": f"{name}-5d4c8f", "controller": True}
    ]
    return [above, below, one]


def try_draft(*changes: DraftChange, objects: Iterable[Object] | None = None) -> DraftDiff:
    stored = list(shop() if objects is None else objects)
    before = deepcopy(stored)
    found = compare_drafted(parse_cluster(stored), stored, changes, Assumptions())
    assert stored == before, "the stored objects were changed"
    return found


def names(objects: Iterable[Object]) -> list[str]:
    return [f"{body['kind']}/{body['metadata']['name']}" for body in objects]


def told(found: DraftDiff) -> list[str]:
    return [str(cause) for cause in found.diff.causes if cause.aspect == "verdict"]


def test_a_new_policy() -> None:
    found = try_draft(DraftChange(deny_all("lab")))
    assert told(found) == ["NetworkPolicy/lab/default-deny appeared: closed 3 edges"]
    assert found.dns_broken == ("lab",)


def test_a_policy_in_the_place_of_the_stored_one() -> None:
    found = try_draft(DraftChange(network_policy("shop", "open", policyTypes=["Ingress"], ingress=[])))
    (cause,) = found.diff.causes
    assert str(cause) == "NetworkPolicy/shop/open: spec.ingress[0]: closed 2 edges"
    assert found.dns_broken == ()


def test_an_older_group_and_a_namespace_left_out_name_the_same_object() -> None:
    stored = network_policy("default", "p", policyTypes=["Ingress"])
    again = network_policy("default", "p", policyTypes=["Egress"])
    del again["metadata"]["namespace"]
    again["apiVersion"] = "extensions/v1beta1"
    assert draft([stored], [DraftChange(again)]) == [again]


def test_a_deleted_policy() -> None:
    (cause,) = try_draft(
        DraftChange(network_policy("shop", "open"), delete=True),
    ).diff.causes
    assert str(cause) == "NetworkPolicy/shop/open vanished: changed 2 edges"


def test_a_deleted_namespace_takes_along_what_is_in_it() -> None:
    left = draft(shop(), [DraftChange(namespace("shop"), delete=True)])
    assert names(left) == [
        "Namespace/lab",
        "Pod/probe",
        "Namespace/kube-system",
        "Pod/dns",
        "Service/kube-dns",
    ]


def test_a_deleted_deployment_takes_along_its_pods() -> None:
    left = draft(shop(), [DraftChange(deployment("shop", "web"), delete=True)])
    assert not {name for name in names(left) if "web" in name} - {"Service/web"}


def test_a_deployment_whose_template_changes_gets_new_pods() -> None:
    found = try_draft(DraftChange(deployment("shop", "web", app="other")))
    assert told(found) == [
        "Deployment/shop/web: metadata.labels.app web -> other, status.podIPs 10.0.0.1 ->"
        " (none): closed 2 edges"
    ]


def test_a_deployment_that_only_grows_keeps_its_pods() -> None:
    changed = draft(shop(), [DraftChange(deployment("shop", "web", replicas=3, app="web"))])
    assert "Pod/web-5d4c8f-aaaaa" in names(changed)
    assert "ReplicaSet/web-5d4c8f" in names(changed)


def test_pods_of_others_stay() -> None:
    objects = [*shop(), *made("webster", "10.0.0.2", app="web")]
    left = draft(objects, [DraftChange(deployment("shop", "web"), delete=True)])
    assert "Pod/webster-5d4c8f-aaaaa" in names(left)


def test_what_is_not_understood_in_a_draft_is_a_problem_and_not_an_answer() -> None:
    found = try_draft(DraftChange(network_policy("shop", "open", policyTypes=["Sideways"])))
    (problem,) = found.problems
    assert (str(problem.ref), problem.field) == ("NetworkPolicy/shop/open", "spec.policyTypes[0]")
    into = [edge.after for edge in found.diff.edges() if edge.source != "shop"]
    assert [state.verdict for state in into if state] == ["unknown", "unknown"]


def test_notes_of_the_drafted_cluster() -> None:
    mystery = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "shop", "mystery")
    assert any("mystery" in note.object for note in try_draft(DraftChange(mystery)).notes)


@pytest.mark.parametrize(
    ("changes", "index", "field", "message"),
    [
        (
            [DraftChange(network_policy("shop", "no-such"), delete=True)],
            0,
            "metadata.name",
            "manifest 1: NetworkPolicy/shop/no-such: metadata.name: is not there: it cannot be deleted",
        ),
        (
            [DraftChange(namespace("no-such"), delete=True)],
            0,
            "metadata.name",
            "manifest 1: Namespace/no-such: metadata.name: is not there: it cannot be deleted",
        ),
        (
            [DraftChange(deny_all("shop")), DraftChange(deny_all("shop"), delete=True)],
            1,
            "metadata.name",
            "manifest 2: NetworkPolicy/shop/default-deny: metadata.name: is in the draft twice",
        ),
    ],
)
def test_a_draft_that_cannot_be_used(
    changes: list[DraftChange], index: int, field: str, message: str
) -> None:
    with pytest.raises(DraftRefused) as refused:
        draft(shop(), changes)
    assert (refused.value.index, refused.value.field, str(refused.value)) == (index, field, message)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "NetworkPolicy", "metadata": {"name": "p"}}, "apiVersion"),
        ({"apiVersion": "v1", "metadata": {"name": "p"}}, "kind"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {}}, "metadata.name"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": "p"}, "metadata"),
        ({"apiVersion": "v1", "kind": "Pod", "metadata": {"name": 7}}, "metadata.name"),
    ],
)
def test_a_manifest_without_an_identity_is_refused(body: Object, field: str) -> None:
    with pytest.raises(DraftRefused) as refused:
        draft([], [DraftChange(body)])
    assert refused.value.field == field


@given(edited_clusters(), assumptions)
def test_a_draft_of_all_edits_differs_as_the_two_states_do(
    pair: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    """Without the kinds that take others along: of those a draft does more than it says."""
    before, after = (
        [body for body in side if body["kind"] not in ("Namespace", "Deployment")] for side in pair
    )
    kept = [name_of(body) for body in after]
    changes = [DraftChange(body) for body in after]
    changes += [DraftChange(body, delete=True) for body in before if name_of(body) not in kept]
    under = Assumptions(**assumed)
    found = compare_drafted(parse_cluster(before), before, changes, under).diff
    expected = compare_reach(parse_cluster(before), parse_cluster(after), under)
    assert list(found.edges()) == list(expected.edges())


def name_of(body: Object) -> tuple[str, str, str]:
    return body["kind"], body["metadata"].get("namespace", ""), body["metadata"]["name"]
