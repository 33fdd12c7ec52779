"""What is worked out anew after a change is what working out everything gives, bit by bit."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import compute_reach, parse_cluster
from apps.engine.edges import EdgeExplainer
from apps.engine.model import PROTOCOLS, Assumptions, Cluster, Direction
from apps.engine.reach import Reach
from apps.engine.scene import Scene
from tests.engine.edits import edited_clusters
from tests.engine.objects import deny_all, namespace, network_policy, pod
from tests.engine.shop import service
from tests.engine.strategies import Object, a_policy, assumptions, some_labels

_PORTS = (80, 81, 443)


@st.composite
def histories(draw: st.DrawFn) -> list[list[Object]]:
    """A random cluster, and what becomes of it in one to three steps that leave its pods as they are."""
    states = [draw(edited_clusters())[0]]
    for step in range(draw(st.integers(1, 3))):
        objects = deepcopy(states[-1])
        for number in range(draw(st.integers(1, 3))):
            _edit(draw, objects, 30 + 3 * step + number)
        states.append(objects)
    return states


def _edit(draw: st.DrawFn, objects: list[Object], number: int) -> None:
    spaces = [body for body in objects if body["kind"] == "Namespace"]
    policies = [body for body in objects if body["kind"].endswith("Policy")]
    what = draw(st.sampled_from(("add", "add", "remove", "replace", "replace", "relabel")))
    if what == "relabel":
        draw(st.sampled_from(spaces))["metadata"]["labels"] = draw(some_labels)
        return
    old = draw(st.sampled_from(policies)) if policies and what != "add" else None
    if old is not None:
        objects.remove(old)
    if what == "remove":
        return
    fresh = draw(a_policy(number, tuple(body["metadata"]["name"] for body in spaces)))
    if old is not None and old["kind"] == fresh["kind"]:
        fresh["metadata"]["name"] = old["metadata"]["name"]
    name = (fresh["kind"], fresh["metadata"]["name"])
    objects[:] = [body for body in objects if (body["kind"], body["metadata"]["name"]) != name] + [fresh]


def answers(scene: Scene, reach: Reach) -> dict[str, Any]:
    """All that is said of a cluster, and the rows from which more is asked."""
    numbers = range(len(reach.namespaces))
    return {
        "ports": [
            (each.target, each.port, each.protocol, each.backend, each.backends, each.problem, each.units)
            for each in reach.ports
        ],
        "verdicts": [each.by_verdict for each in reach.ports],
        "counts": [{n: each.counts[n] for n in numbers if n in each.counts} for each in reach.ports],
        "edges": list(reach.edges()),
        "beside": (reach.namespaces, reach.sources, reach.dns, reach.isolation),
        "parties": scene.parties,
        "rows": [
            scene.pairs.any_family(party, protocol, port)
            for party in range(len(scene.parties))
            for protocol in PROTOCOLS
            for port in _PORTS
        ],
        "governing": [
            list(map(gate.words, gate.governing(tier, party)))
            for world in scene.matrix.worlds
            for gate in world.gates.values()
            for tier in gate.tiers
            for party in range(len(scene.parties))
        ],
        "tiers": [
            list(map(gate.words, policies))
            for world in scene.matrix.worlds
            for gate in world.gates.values()
            for policies in gate.tiers.values()
        ],
    }


@given(histories(), assumptions)
def test_step_by_step_is_as_from_nothing(states: list[list[Object]], assumed: dict[str, str]) -> None:
    under = Assumptions(**assumed)
    cluster = parse_cluster(states[0])
    scene = Scene(cluster, under)
    reach = Reach(scene)
    for objects in states[1:]:
        parsed = parse_cluster(objects)
        if parsed.workloads == cluster.workloads:
            parsed = replace(parsed, workloads=cluster.workloads)
        cluster = parsed
        scene = Scene(cluster, under, before=scene)
        reach = Reach(scene, reach)
        whole = Scene(cluster, under)
        found, expected = answers(scene, reach), answers(whole, Reach(whole))
        for part in expected:
            assert found[part] == expected[part], part


@given(histories(), assumptions)
def test_explanations_step_by_step_are_as_from_nothing(
    states: list[list[Object]], assumed: dict[str, str]
) -> None:
    under = Assumptions(**assumed)
    cluster, after = parse_cluster(states[0]), parse_cluster(states[1])
    if after.workloads == cluster.workloads:
        after = replace(after, workloads=cluster.workloads)
    before, whole = Scene(cluster, under), Scene(after, under)
    scene = Scene(after, under, before=before)
    reach = Reach(scene, Reach(before))
    step, fresh = EdgeExplainer(scene, reach), EdgeExplainer(whole, Reach(whole))
    for each in reach.ports:
        for space in reach.namespaces:
            asked = (space, each.target, each.port, each.protocol)
            assert step.explain(*asked) == fresh.explain(*asked)


# --- what is kept, and what is not ---------------------------------------------------------------


def _cluster(*more: Object) -> Cluster:
    return parse_cluster(
        [
            namespace("shop", team="a"),
            namespace("lab"),
            pod("shop", "web", addresses=["10.0.0.1"], app="web"),
            pod("lab", "probe", addresses=["10.0.1.1"], app="probe"),
            *more,
        ]
    )


def _followed(before: Cluster, after: Cluster) -> tuple[Scene, Scene]:
    earlier = Scene(before, Assumptions())
    return earlier, Scene(replace(after, workloads=before.workloads), Assumptions(), before=earlier)


def test_where_only_policies_changed_what_they_do_not_speak_of_is_kept() -> None:
    earlier, later = _followed(_cluster(), _cluster(network_policy("shop", "in")))
    assert later.changes is not None
    assert [policy.ref.name for policy in later.changes.new] == ["in"]
    assert later.parties is earlier.parties
    assert later.services is earlier.services


_OUT_TO_LAB = [{"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "lab"}}}]}]
_OUT_TO_DNS = [{"to": _OUT_TO_LAB[0]["to"], "ports": [{"port": 53}]}]


@pytest.mark.parametrize(
    ("before", "after"),
    [([], _OUT_TO_LAB), (_OUT_TO_LAB, []), (_OUT_TO_DNS, _OUT_TO_LAB), (_OUT_TO_LAB, _OUT_TO_DNS)],
)
def test_a_changed_egress_rule_counts_where_it_matches(before: list[Object], after: list[Object]) -> None:
    def cluster(egress: list[Object]) -> Cluster:
        out = network_policy("shop", "out", policyTypes=["Ingress", "Egress"], egress=egress)
        return _cluster(service("lab", "probe", app="probe"), service("shop", "web", app="web"), out)

    earlier, later = _followed(cluster(before), cluster(after))
    found, expected = Reach(later, Reach(earlier)), Reach(Scene(cluster(after), Assumptions()))
    assert [port.by_verdict for port in found.ports] == [port.by_verdict for port in expected.ports]
    assert [port.by_verdict for port in found.ports] != [port.by_verdict for port in Reach(earlier).ports]
    # Nothing of it is about who may come in.
    (was,), (now,) = earlier.matrix.worlds, later.matrix.worlds
    assert now.gates[Direction.INGRESS] is was.gates[Direction.INGRESS]


def test_where_a_namespace_label_changed_too_only_the_parties_are_kept() -> None:
    before = _cluster()
    shop, *others = before.namespaces[::-1]
    relabelled = replace(shop, labels={**shop.labels, "team": "b"})
    earlier, later = _followed(before, replace(before, namespaces=(*others, relabelled)))
    assert later.changes is None
    assert later.parties is earlier.parties


@pytest.mark.parametrize(
    ("cidr", "kept"),
    [("203.0.113.0/24", True), ("10.0.0.0/16", False), ("10.0.1.1/32", False), ("0.0.0.0/0", True)],
)
def test_a_block_that_cuts_between_pods_tells_them_apart_anew(cidr: str, kept: bool) -> None:
    # Between 0.0.0.0 and 192.0.2.0 all addresses were alike, and the pods' are there.
    known = network_policy("lab", "known", ingress=[{"from": [{"ipBlock": {"cidr": "192.0.2.0/24"}}]}])
    block = network_policy("lab", "new", ingress=[{"from": [{"ipBlock": {"cidr": cidr}}]}])
    earlier, later = _followed(_cluster(known), _cluster(known, block))
    assert (later.parties is earlier.parties) is kept


def test_other_pods_are_told_apart_anew() -> None:
    earlier = Scene(_cluster(), Assumptions())
    later = Scene(_cluster(), Assumptions(), before=earlier)
    assert later.parties is not earlier.parties  # equal, but not those that the earlier one holds on to


def test_other_assumptions_are_worked_out_anew() -> None:
    cluster = _cluster()
    earlier = Scene(cluster, Assumptions())
    later = Scene(cluster, Assumptions(host_network="pod"), before=earlier)
    assert later.changes is None
    assert later.parties is not earlier.parties


def test_what_a_draft_asks_is_not_kept_with_what_it_is_drafted_over() -> None:
    peers = [{"podSelector": {"matchLabels": {"app": "nobody-knows"}}}]
    draft = network_policy("shop", "in", pods={"app": "unheard-of"}, ingress=[{"from": peers}])
    earlier, later = _followed(_cluster(), _cluster(draft))
    Reach(later, Reach(earlier))
    (world,) = earlier.matrix.worlds
    assert "nobody-knows" not in str(vars(world.sets))


def test_the_front_door_finds_the_earlier_state_by_itself() -> None:
    before = _cluster(service("lab", "web", app="probe"))
    after = replace(
        _cluster(service("lab", "web", app="probe"), deny_all("shop")), workloads=before.workloads
    )
    (old,) = compute_reach(before, Assumptions()).ports
    closed = compute_reach(after, Assumptions())
    same = replace(after, policies=before.policies)
    (new,) = compute_reach(same, Assumptions()).ports
    assert closed.ports[0].by_verdict != old.by_verdict
    assert new.by_verdict == old.by_verdict
    (untouched,) = compute_reach(replace(same, notes=()), Assumptions()).ports
    assert untouched.by_verdict is new.by_verdict
