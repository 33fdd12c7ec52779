"""A cluster after a few manifests is, value by value, what reading all of its objects gives."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import DraftChange, draft, parse_cluster
from apps.engine.parse import revise_cluster
from apps.engine.whatif import draft_over
from tests.engine.edits import a_service, edited_clusters
from tests.engine.objects import admin_policy, deny_all, namespace, network_policy, pod
from tests.engine.shop import service
from tests.engine.strategies import Object, a_policy, some_labels

_KINDS = ("NetworkPolicy", "Service", "Namespace")


@st.composite
def drafts(draw: st.DrawFn) -> tuple[list[Object], list[DraftChange]]:
    """Objects, and a draft over them of one to three manifests, among them some that only a whole reading
    can judge."""
    objects = draw(edited_clusters())[0]
    spaces = tuple(body["metadata"]["name"] for body in objects if body["kind"] == "Namespace")
    changes: dict[tuple[Any, ...], DraftChange] = {}
    for number in range(draw(st.integers(1, 3))):
        change = draw(_change(objects, spaces, number))
        meta = change.body["metadata"]
        name = (change.body["apiVersion"], change.body["kind"], meta.get("namespace"), meta["name"])
        changes.setdefault(name, change)
    return objects, list(changes.values())


@st.composite
def _change(draw: st.DrawFn, objects: list[Object], spaces: tuple[str, ...], number: int) -> DraftChange:
    standing = [body for body in objects if body["kind"] in _KINDS[:2]]
    what = draw(st.sampled_from(("policy", "policy", "service", "label", "delete", "replace")))
    if what == "delete" and standing:
        return DraftChange(draw(st.sampled_from(standing)), delete=True)
    if what == "label":
        space = draw(st.sampled_from([body for body in objects if body["kind"] == "Namespace"]))
        return DraftChange(deepcopy(space) | {"metadata": space["metadata"] | {"labels": draw(some_labels)}})
    if what == "service":
        return DraftChange(draw(a_service(f"s{number}", (*spaces, "nowhere"))))
    fresh = draw(a_policy(60 + number, (*spaces, "nowhere")))
    old = [body for body in standing if body["kind"] == fresh["kind"]]
    if what == "replace" and old:
        fresh["metadata"] = draw(st.sampled_from(old))["metadata"]
    return DraftChange(fresh)


@given(drafts())
def test_a_draft_gives_what_reading_all_objects_gives(case: tuple[list[Object], list[DraftChange]]) -> None:
    objects, changes = case
    revised = draft_over(parse_cluster(objects), changes)
    if revised is not None:
        assert revised == parse_cluster(draft(objects, changes))


# --- what the manifests alone tell, and what not -------------------------------------------------

_SHOP = [
    namespace("shop", team="a"),
    namespace("lab"),
    pod("shop", "web", app="web"),
    service("shop", "web", app="web"),
    deny_all("shop"),
    network_policy("shop", "idle", pods={"app": "nobody"}),
]


def _applied(*bodies: Object, over: list[Object] = _SHOP, gone: tuple[Object, ...] = ()) -> Any:
    return revise_cluster(parse_cluster(over), bodies, gone)


@pytest.mark.parametrize(
    "body",
    [
        network_policy("shop", "new", pods={"app": "web"}, ingress=[{}]),
        network_policy("shop", "idle", pods={"app": "web"}),
        network_policy("lab", "odd", ingress=[{"from": [{}]}], policyTypes=["Egress"]),
        namespace("lab", team="b"),
        service("lab", "fresh", app="web"),
        service("shop", "web", app="other"),
    ],
)
def test_what_needs_no_other_object_is_read_alone(body: Object) -> None:
    revised = _applied(body)
    assert revised == parse_cluster(draft(_SHOP, [DraftChange(body)]))
    assert revised != parse_cluster(_SHOP)


@pytest.mark.parametrize("body", _SHOP[3:])
def test_what_is_deleted_needs_no_other_object(body: Object) -> None:
    assert _applied(gone=(body,)) == parse_cluster(draft(_SHOP, [DraftChange(body, delete=True)]))


def test_workloads_stay_the_very_same() -> None:
    cluster = parse_cluster(_SHOP)
    revised = revise_cluster(cluster, [deny_all("lab")], [])
    assert revised is not None
    assert revised.workloads is cluster.workloads
    assert revised.services is cluster.services
    assert revised.namespaces is cluster.namespaces


@pytest.mark.parametrize(
    "body",
    [
        pod("shop", "web", app="other"),
        admin_policy("first", 1),
        namespace("new"),
        deny_all("nowhere"),
        network_policy("shop", "bad", policyTypes="Ingress"),
        network_policy("shop", "hash", pods={"pod-template-hash": "1"}),
        namespace("shop") | {"metadata": {"name": "shop", "labels": {"a": 1}}},
    ],
)
def test_what_more_than_the_manifest_decides_is_not(body: Object) -> None:
    assert _applied(body) is None


def test_a_deletion_that_takes_more_along_or_finds_nothing_is_not() -> None:
    assert _applied(gone=(_SHOP[0],)) is None
    assert _applied(gone=(deny_all("lab"),)) is None


@pytest.mark.parametrize(
    "over",
    [
        [*_SHOP, network_policy("shop", "broken", policyTypes="Ingress")],
        [*_SHOP, deny_all("shop") | {"apiVersion": "extensions/v1beta1"}],
        [*_SHOP, deny_all("shop") | {"apiVersion": "crd.projectcalico.org/v1"}],
        _SHOP[1:],
    ],
    ids=["an object could not be read", "two of one name", "two groups", "a namespace that was not given"],
)
def test_where_a_name_is_in_doubt_it_is_not(over: list[Object]) -> None:
    assert _applied(deny_all("shop"), over=over) is None


def test_labels_of_a_namespace_are_not_where_a_policy_selects_pods_by_them() -> None:
    assert _applied(namespace("lab", team="b"), over=[*_SHOP, admin_policy("first", 1)]) is None
