"""Since when a guardrail has not passed is found in the history, however late it was written."""

from __future__ import annotations

from collections.abc import Iterable
from random import Random

import pytest

from apps.reachability.queries import load_reach
from apps.reachability.retention.prune import prune_step
from apps.reachability.take import snapshot_from_reading
from apps.review.follow_up import check_now
from apps.review.guardrails import Checker, Outcome, Result, read_guardrail
from apps.review.look_back import look_back
from apps.review.models import GuardrailCheck
from apps.review.past_check import PastChecks
from apps.review.queries import guardrail_results
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import assumptions_of, load_cluster
from apps.snapshots.reading import Reading, ReadObject
from tests.fakes.kube_objects import namespace, service
from tests.review.stored import (
    CLOSED,
    OPENED,
    Object,
    deployment,
    from_namespace,
    guardrail,
    network_policy,
    save,
    store,
)

pytestmark = pytest.mark.django_db

GATE_IN = network_policy("shop", "let-gate-in", ingress=[from_namespace("gate")])
NOBODY = guardrail(
    "nobody-into-shop", only={"from": [{"sameNamespace": True}], "to": [{"namespace": "shop"}]}
)


def written_late(*snapshots: Snapshot, body: Object) -> GuardrailCheck:
    save(snapshots[-1].cluster, body)
    check_now(snapshots[-1].cluster)
    (check,) = guardrail_results(snapshots[-1])
    return check


def stored(*policies: Iterable[Object]) -> list[Snapshot]:
    """A snapshot each."""
    cluster = add_cluster(name="Bay", source=Cluster.Source.MANIFESTS)
    return [store(cluster, *each) for each in policies]


def test_a_guardrail_that_is_written_late_names_what_broke_it() -> None:
    check = written_late(*stored([], [], [OPENED], [OPENED], [OPENED]), body=guardrail())
    assert (check.since, check.at_least) == (3, False)
    assert check.causes == ["NetworkPolicy/shop/let-lab-in appeared: opened 1 edge"]


def test_it_counts_from_the_last_time_that_it_held() -> None:
    check = written_late(*stored([OPENED], [], [OPENED], [OPENED]), body=guardrail())
    assert (check.since, check.at_least) == (3, False)


def test_one_breach_relieves_another() -> None:
    """No single edge has been open since #2, and at no time since was none."""
    check = written_late(*stored([], [OPENED], [OPENED, GATE_IN], [GATE_IN], [GATE_IN]), body=NOBODY)
    assert (check.since, check.at_least) == (2, False)
    assert check.causes == ["NetworkPolicy/shop/let-lab-in appeared: opened 1 edge"]


def test_before_the_oldest_snapshot_nothing_is_known() -> None:
    check = written_late(*stored([OPENED], [OPENED]), body=guardrail())
    assert (check.since, check.at_least, check.causes) == (1, True, [])


def test_behind_pruned_snapshots_it_is_at_least_so_long() -> None:
    snapshots = stored([], [OPENED], [OPENED, GATE_IN], [GATE_IN], [GATE_IN])
    cluster = snapshots[0].cluster
    cluster.retention = "2"
    cluster.save()
    gone = prune_step(cluster)
    check = written_late(*snapshots, body=NOBODY)
    assert gone == 3
    assert (check.since, check.at_least) == (3, True)  # the gate's edge began there; what was before is gone


def test_a_label_takes_a_namespace_in() -> None:
    cluster = add_cluster(name="Bay", source=Cluster.Source.MANIFESTS)
    last = [take(cluster, env, [OPENED]) for env in ("test", "test", "dev", "dev")][-1]
    check = written_late(last, body=guardrail())
    assert (check.since, check.at_least) == (3, False)


def test_names_and_default_deny_are_looked_up_too() -> None:
    shut = network_policy("lab", "shut", policyTypes=["Egress"])
    open_gate = guardrail(
        "closed", defaultDeny={"namespaces": [{"namespace": "lab"}], "directions": ["egress"]}
    )
    snapshots = stored([shut], [], [GATE_IN], [GATE_IN, OPENED])
    check = written_late(*snapshots, body=open_gate)
    assert (check.since, check.at_least) == (2, False)
    assert check.causes == ["NetworkPolicy/lab/shut vanished"]


def take(cluster: Cluster, env: str, policies: Iterable[Object]) -> Snapshot:
    spaces = [namespace("shop", env="prod"), namespace("lab", env=env), namespace("gate")]
    names = ("shop", "lab", "gate")
    objects = [*spaces, *CLOSED, *policies]
    objects += [each for space in names for each in (deployment(space), service(space, "web"))]
    return snapshot_from_reading(cluster, Reading(objects=[ReadObject(body) for body in objects]))


# --- against the whole, snapshot by snapshot ------------------------------------------------------

_GUARDRAILS = [
    guardrail(),
    NOBODY,
    guardrail("dns", resolveDNS={}),
    guardrail("closed", defaultDeny={"namespaces": [{"namespaceSelector": {"matchLabels": {"env": "dev"}}}]}),
    guardrail("gated", deny={"from": [{"namespace": "g*"}], "to": [{}], "ports": [{"port": 80}]}),
]
_POLICIES = [
    OPENED,
    GATE_IN,
    network_policy("lab", "shut", policyTypes=["Egress"]),
    network_policy("gate", "shut", policyTypes=["Ingress", "Egress"]),
]


@pytest.mark.parametrize("seed", range(8))
def test_it_is_what_checking_every_snapshot_would_have_told(seed: int) -> None:
    random = Random(seed)
    cluster = add_cluster(name="Bay", source=Cluster.Source.MANIFESTS)
    snapshots = [
        take(cluster, random.choice(("dev", "dev", "test")), [p for p in _POLICIES if random.random() < 0.6])
        for _ in range(7)
    ]
    past = PastChecks()
    for body in _GUARDRAILS:
        rule = read_guardrail(body)
        whole = [_checked(snapshot, body) for snapshot in snapshots]
        assert [past.check(snapshot, rule) for snapshot in snapshots] == whole
        for place, (snapshot, result) in enumerate(zip(snapshots, whole, strict=True)):
            if result.outcome is not Outcome.PASS:
                held = [n for n in range(place) if whole[n].outcome is Outcome.PASS]
                found = look_back(snapshot, rule, result, past)
                expected = (snapshots[held[-1] + 1].number, False) if held else (1, True)
                assert (found.number, found.at_least) == expected


def _checked(snapshot: Snapshot, body: Object) -> Result:
    checker = Checker(load_cluster(snapshot), load_reach(snapshot), assumptions_of(snapshot))
    return checker.check(read_guardrail(body))
