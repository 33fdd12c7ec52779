"""Potential against brute force: every label set of a tiny vocabulary, judged by the literal evaluator."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import combinations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.engine.explain import Explainer
from apps.engine.model import Assumptions, Cluster, Endpoint, Pod, Verdict, Workload
from apps.engine.potential import Potential, TargetPod, best_potential
from apps.engine.potential.search import RANKS
from tests.engine.objects import admin_policy, ends_with_pods, pod
from tests.engine.objects import namespace as space
from tests.engine.objects import network_policy as policy
from tests.engine.strategies import NAMESPACES, OUTSIDE, PORTS, PROTOCOLS, Object, assumptions, clusters


def source(namespace: str, labels: Mapping[str, str]) -> Endpoint:
    """A pod that may be created in the namespace: of its address and node nothing is known."""
    made_up = Pod("made-up", expects_address=True)
    workload = Workload(
        namespace, "Pod", "made-up", labels, (), False, "ClusterFirst", (), "default", (made_up,)
    )
    return Endpoint(workload, made_up)


def aggregate(verdicts: Iterable[Verdict]) -> Verdict:
    """One pod's verdict against several targets, by the sentences of docs/semantics.md."""
    found = set(verdicts)
    some = bool(found & {Verdict.ALLOWED, Verdict.UNRESTRICTED})
    if Verdict.PARTIAL in found or (some and Verdict.DENIED in found):
        return Verdict.PARTIAL
    if Verdict.UNKNOWN in found:
        return Verdict.UNKNOWN
    if found == {Verdict.ALLOWED, Verdict.UNRESTRICTED}:
        return Verdict.ALLOWED
    (only,) = found
    return only


def judge(explainer: Explainer, start: Endpoint, targets: Iterable[TargetPod]) -> Verdict:
    return aggregate(
        explainer.explain(start, Endpoint(t.workload, t.pod, t.address), t.port, t.protocol).verdict
        for t in targets
    )


def label_sets() -> Iterator[dict[str, str]]:
    for values in product(("a", "b", "other", ""), repeat=2):
        yield {key: value for key, value in zip(("app", "tier"), values, strict=True) if value}


def pick_targets(data: st.DataObject, cluster: Cluster) -> list[TargetPod]:
    backend = st.builds(
        lambda end, port: TargetPod(end.workload, end.pod, *port, end.address),
        st.sampled_from([*ends_with_pods(cluster), *(Endpoint(address=text) for text in OUTSIDE)]),
        st.tuples(st.sampled_from(PORTS), st.sampled_from(PROTOCOLS)),
    )
    return data.draw(st.lists(backend, min_size=1, max_size=3))


@given(clusters(), assumptions, st.sampled_from(NAMESPACES), st.data())
def test_is_the_best_of_all_label_sets(
    objects: list[Object], assumed: dict[str, str], namespace: str, data: st.DataObject
) -> None:
    cluster, under = parse_cluster(objects), Assumptions(**assumed)
    targets = pick_targets(data, cluster)
    explainer = Explainer(cluster, under)
    verdicts = [judge(explainer, source(namespace, labels), targets) for labels in label_sets()]
    assert best_potential(cluster, under, namespace, targets) is max(verdicts, key=RANKS.__getitem__)


@given(clusters(), assumptions, st.data())
def test_no_pod_does_better_by_its_labels(
    objects: list[Object], assumed: dict[str, str], data: st.DataObject
) -> None:
    cluster, under = parse_cluster(objects), Assumptions(**assumed)
    targets = pick_targets(data, cluster)
    explainer, potential = Explainer(cluster, under), Potential(cluster, under)
    for end in ends_with_pods(cluster):
        if end.workload is None or end.pod is None or end.workload.host_network:
            continue
        start = replace(end, pod=end.pod._replace(name="new", addresses=(), node=""))
        best = potential.best(end.workload.namespace, targets)
        assert RANKS[judge(explainer, start, targets)] <= RANKS[best]


@given(clusters(), assumptions, st.data())
def test_all_namespaces_at_once_are_each_for_itself(
    objects: list[Object], assumed: dict[str, str], data: st.DataObject
) -> None:
    """Judged together, alike ones only once, they get what each gets that is asked for alone."""
    cluster, under = parse_cluster(objects), Assumptions(**assumed)
    targets = pick_targets(data, cluster)
    together, alone = Potential(cluster, under), Potential(cluster, under)
    for chosen in (targets[:1], targets):
        row = together.by_verdict(chosen)
        for number, space_ in enumerate(cluster.namespaces):
            found = [verdict for verdict, numbers in row.items() if number in numbers]
            assert found == [alone.best(space_.name, chosen)]


def backend(cluster: Cluster, *keys: str, port: int = 5432) -> list[TargetPod]:
    return [
        TargetPod(end.workload, end.pod, port, "TCP")
        for end in ends_with_pods(cluster)
        if end.workload and end.workload.key in keys
    ]


ADMIT_CLIENTS = policy(
    "payments",
    "admit-clients",
    podSelector={"matchLabels": {"app": "db"}},
    ingress=[
        {
            "from": [
                {
                    "namespaceSelector": {"matchLabels": {"team": "orders"}},
                    "podSelector": {"matchLabels": {"db-client": "true"}},
                }
            ],
            "ports": [{"port": 5432}],
        }
    ],
)
ORDERS = [space("orders", team="orders"), space("legacy")]


@pytest.mark.parametrize(("namespace", "verdict"), [("orders", Verdict.ALLOWED), ("legacy", Verdict.DENIED)])
def test_a_label_that_anybody_may_choose_lets_in(namespace: str, verdict: Verdict) -> None:
    """Both namespaces are empty: it is about pods that could be."""
    cluster = parse_cluster([*ORDERS, pod("payments", "db", app="db"), ADMIT_CLIENTS])
    assert best_potential(cluster, Assumptions(), namespace, backend(cluster, "payments/Pod/db")) is verdict


def test_a_label_may_escape_the_policies_of_ones_own_namespace() -> None:
    closed = policy(
        "orders",
        "close-all-but-tools",
        podSelector={"matchExpressions": [{"key": "app", "operator": "NotIn", "values": ["tool"]}]},
        policyTypes=["Egress"],
    )
    cluster = parse_cluster([*ORDERS, pod("payments", "db", app="db"), closed])
    found = best_potential(cluster, Assumptions(), "orders", backend(cluster, "payments/Pod/db"))
    assert found is Verdict.UNRESTRICTED


def test_one_pod_must_reach_all_targets() -> None:
    """Each backend admits another value of one label; no pod has both."""
    admits = [
        policy(
            "payments",
            f"admit-{name}",
            podSelector={"matchLabels": {"app": name}},
            ingress=[{"from": [{"namespaceSelector": {}, "podSelector": {"matchLabels": {"side": name}}}]}],
        )
        for name in ("left", "right")
    ]
    pods = [pod("payments", name, app=name) for name in ("left", "right")]
    cluster = parse_cluster([*ORDERS, *pods, *admits])
    left, right = backend(cluster, "payments/Pod/left"), backend(cluster, "payments/Pod/right")
    potential = Potential(cluster, Assumptions())
    assert potential.best("orders", left) is Verdict.ALLOWED
    assert potential.best("orders", right) is Verdict.ALLOWED
    assert potential.best("orders", left + right) is Verdict.PARTIAL


def test_an_address_is_no_label() -> None:
    """What only an address admits stays unknown, unless the plugin never matches pods by address."""
    admit = policy(
        "payments", "admit", podSelector={}, ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}]
    )
    cluster = parse_cluster([*ORDERS, pod("payments", "db"), admit])
    targets = backend(cluster, "payments/Pod/db")
    assert (
        best_potential(cluster, Assumptions(ip_block_matches_pods="yes"), "orders", targets)
        is Verdict.UNKNOWN
    )
    assert (
        best_potential(cluster, Assumptions(ip_block_matches_pods="no"), "orders", targets) is Verdict.DENIED
    )


def test_a_policy_that_is_silent_does_not_undo_another() -> None:
    """Of two NetworkPolicies one admits perhaps; of two of one priority one says nothing."""
    block = policy("payments", "block", ingress=[{"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}]}])
    silent = policy("payments", "silent")
    cluster = parse_cluster([*ORDERS, pod("payments", "db"), block, silent])
    targets = backend(cluster, "payments/Pod/db")
    assert best_potential(cluster, Assumptions(), "orders", targets) is Verdict.UNKNOWN
    tied = [
        admin_policy(
            name, 5, ingress=[{"action": action, "from": [{"pods": {"namespaceSelector": {}, **chosen}}]}]
        )
        for name, action, chosen in (
            ("allow", "Allow", {"podSelector": {"matchLabels": {"app": "a"}}}),
            ("deny", "Deny", {"podSelector": {"matchLabels": {"app": "b"}}}),
        )
    ]
    cluster = parse_cluster([*ORDERS, pod("payments", "db"), silent, *tied])
    targets = backend(cluster, "payments/Pod/db")
    assert best_potential(cluster, Assumptions(), "orders", targets) is Verdict.ALLOWED


def test_without_targets_there_is_no_verdict() -> None:
    assert best_potential(parse_cluster(ORDERS), Assumptions(), "orders", []) is Verdict.EMPTY


def test_a_plugin_that_enforces_nothing_leaves_all_open() -> None:
    cluster = parse_cluster([*ORDERS, pod("payments", "db", app="db"), ADMIT_CLIENTS])
    targets = backend(cluster, "payments/Pod/db")
    assert best_potential(cluster, Assumptions(enforced=False), "legacy", targets) is Verdict.UNRESTRICTED


def exists(*keys: str, operator: str = "Exists") -> Object:
    """A rule for pods that have (or have not) one of the labels."""
    return {
        "from": [
            {
                "namespaceSelector": {},
                "podSelector": {"matchExpressions": [{"key": key, "operator": operator}]},
            }
            for key in keys
        ]
    }


def test_a_search_without_end_says_unknown() -> None:
    """Six pigeons in five holes: a riddle known to have no short proof, so no bound cuts it short."""
    pigeons, holes = range(6), range(5)
    rules = [exists(*(f"pigeon{one}-in{hole}" for hole in holes)) for one in pigeons]
    rules += [
        exists(f"pigeon{one}-in{hole}", f"pigeon{two}-in{hole}", operator="DoesNotExist")
        for hole in holes
        for one, two in combinations(pigeons, 2)
    ]
    names = [f"db{number}" for number in range(len(rules))]
    objects = [pod("payments", name, app=name) for name in names] + [
        policy("payments", name, podSelector={"matchLabels": {"app": name}}, ingress=[rule])
        for name, rule in zip(names, rules, strict=True)
    ]
    cluster = parse_cluster([*ORDERS, *objects])
    targets = backend(cluster, *(f"payments/Pod/{name}" for name in names))
    assert best_potential(cluster, Assumptions(), "orders", targets) is Verdict.UNKNOWN


def test_many_questions() -> None:
    """100 namespaces, each closed but for DNS and its own pods, against 100 Service ports."""
    objects: list[Object] = []
    for number in range(100):
        name = f"ns{number}"
        objects += [
            space(name, team=f"t{number % 10}"),
            pod(name, "web", app="web"),
            policy(name, "default-deny", podSelector={}, policyTypes=["Ingress", "Egress"]),
            policy(
                name,
                "web",
                podSelector={"matchLabels": {"app": "web"}},
                policyTypes=["Ingress", "Egress"],
                ingress=[
                    {
                        "from": [
                            {
                                "namespaceSelector": {"matchLabels": {"team": f"t{number % 7}"}},
                                "podSelector": {"matchLabels": {"client": "yes"}},
                            }
                        ]
                    }
                ],
                egress=[{"to": [{"namespaceSelector": {"matchLabels": {"team": f"t{number % 5}"}}}]}],
            ),
        ]
    cluster = parse_cluster(objects)
    potential = Potential(cluster, Assumptions())
    targets = [backend(cluster, f"ns{number}/Pod/web", port=80) for number in range(100)]
    found = [potential.best(f"ns{number}", one) for number in range(100) for one in targets]
    assert {Verdict.ALLOWED, Verdict.DENIED} == set(found)
