"""Service ports that share their answers, but for the namespaces of pods that would meet themselves."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import example, given
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.engine.model import Assumptions, Cluster, Verdict
from apps.engine.port_verdicts import UNDECIDED, VerdictFinder
from apps.engine.reach import PortReach, Reach
from apps.engine.scene import Scene
from apps.engine.sources import Sources
from tests.engine.edits import edited_clusters
from tests.engine.objects import deployment, namespace, network_policy, pod
from tests.engine.shop import service
from tests.engine.strategies import Object, assumptions


@given(edited_clusters(), assumptions)
def test_what_is_shared_is_what_each_port_gets_alone(
    states: tuple[list[Object], list[Object]], assumed: dict[str, str]
) -> None:
    for objects in states:
        scene = Scene(parse_cluster(objects), Assumptions(**assumed))
        alone = VerdictFinder(scene, Sources(scene))
        for port in Reach(scene).ports:
            if port.units and port.problem not in UNDECIDED:
                target = scene.services.by_key[port.namespace, port.service]
                assert port.by_verdict == alone.judge(target, port.units)


def test_a_pod_that_meets_itself_counts_in_its_own_namespace_only() -> None:
    alone, crowded, open_to_all = _ports(
        namespace("alone"),
        namespace("crowded"),
        pod("alone", "web", addresses=["10.0.0.1"], app="web"),
        pod("crowded", "web", addresses=["10.0.1.1"], app="web"),
        pod("crowded", "db", addresses=["10.0.1.2"], app="db"),
        service("alone", "web", app="web"),
        service("crowded", "db", app="db"),
        service("crowded", "web", app="web"),
    )
    assert (alone.verdict(0), alone.verdict(1)) == (Verdict.EMPTY, Verdict.UNRESTRICTED)
    assert (crowded.verdict(0), crowded.verdict(1)) == (Verdict.UNRESTRICTED, Verdict.UNRESTRICTED)
    # The sets are the very same; a mapping is shared only by ports that no later change can tell apart.
    for verdict in Verdict:
        assert crowded.by_verdict[verdict] is open_to_all.by_verdict[verdict]
    assert crowded.by_verdict is not open_to_all.by_verdict


# --- from state to state -----------------------------------------------------------------------------

_APPS = ("a", "b", "c")
_lets_out = st.lists(
    st.tuples(
        st.sampled_from(("shop", "lab")),
        st.lists(st.sampled_from(_APPS), max_size=3, unique=True).map(sorted),
    ),
    max_size=3,
    unique_by=str,
)


def _twins(lets_out: list[tuple[str, list[str]]], replicas: int) -> Cluster:
    """Services of `lab` that are alike but for policies that let out to some of the apps: all pods of `shop`,
    or app a of `lab`."""
    outs = []
    for space, apps in lets_out:
        within = {"matchExpressions": [{"key": "app", "operator": "In", "values": apps}]}
        egress = [{"to": [{"namespaceSelector": {}, "podSelector": within}]}] if apps else []
        pods = {"app": "a"} if space == "lab" else {}
        name = "-".join(("out", *apps))
        outs.append(network_policy(space, name, pods=pods, policyTypes=["Egress"], egress=egress))
    return parse_cluster(
        [
            namespace("shop"),
            namespace("lab"),
            deployment("shop", "web", app="web"),
            *(deployment("lab", app, replicas, app=app) for app in _APPS),
            *(service("lab", app, app=app) for app in _APPS),
            *outs,
        ]
    )


@given(st.lists(_lets_out, min_size=2, max_size=4), st.integers(1, 2))
@example([[("shop", ["a", "b"])], [("shop", ["a", "b"]), ("shop", ["a"])], [("shop", ["a"])]], 2)
@example([[], [("lab", [])]], 1)
def test_ports_that_were_alike_and_are_not_are_told_apart(
    states: list[list[tuple[str, list[str]]]], replicas: int
) -> None:
    first = _twins(states[0], replicas)
    scene = Scene(first, Assumptions())
    reach = Reach(scene)
    for lets_out in states[1:]:
        cluster = replace(_twins(lets_out, replicas), workloads=first.workloads)
        scene = Scene(cluster, Assumptions(), before=scene)
        reach = Reach(scene, reach)
        whole = Reach(Scene(cluster, Assumptions()))
        assert list(reach.edges()) == list(whole.edges())


def _ports(*objects: Object) -> tuple[PortReach, ...]:
    return Reach(Scene(parse_cluster(objects), Assumptions())).ports
