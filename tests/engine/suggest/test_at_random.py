"""Suggested policies, tried out: what is kept is allowed, all else is denied, and what cannot be had is told.

The manifests are read back as any others, and asked what would be at best and at worst: with a namespace that
lets everything through, and with one that lets nothing through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from apps.engine import EdgeKey, ServiceIndex, compute_reach, parse_cluster, suggest_policies
from apps.engine.model import Assumptions, Cluster, Verdict
from apps.engine.reach import Reach
from tests.engine.objects import Object, deny_all, network_policy
from tests.engine.service_strategies import services
from tests.engine.strategies import assumptions, clusters

OPEN = {Verdict.ALLOWED, Verdict.UNRESTRICTED}
CLOSED = {Verdict.DENIED, Verdict.EMPTY}


@given(st.data(), clusters(), assumptions)
def test_a_suggestion_does_what_was_asked_or_says_why_not(
    data: st.DataObject, objects: list[Object], assumed: dict[str, str]
) -> None:
    objects, under = objects + data.draw(services(objects)), Assumptions(**assumed)
    cluster = parse_cluster(objects)
    before = verdicts_of(compute_reach(cluster, under))
    home = data.draw(st.sampled_from([space.name for space in cluster.namespaces]))
    own = sorted(key for key in before if home in (key.source, key.target.partition("/")[0]))
    keep = {key for key in own if data.draw(st.booleans())}

    found = suggest_policies(cluster, under, home, keep)
    told = {one.edge for one in found.impossible}
    after = verdicts(replaced(objects, home, found.policies), under)
    best = verdicts(replaced(objects, home, [everything_open(home)]), under)
    worst = verdicts(replaced(objects, home, [deny_all(home)]), under)
    seen = Seen(cluster, under)
    for key in before:
        if key not in own:
            assert after[key] is before[key]
        elif key in keep and key not in told:
            assert after[key] in {*OPEN, Verdict.EMPTY}, key
        elif key in keep:
            hidden = key.source == home and seen.on_node(key)
            assert best[key] not in OPEN or hidden, (key, found.impossible)
        elif key not in told:
            assert after[key] in CLOSED, key
        else:
            alike = (other for other in keep if (other.source, other.protocol) == (key.source, key.protocol))
            shared = any(seen.behind(key) & seen.behind(other) for other in alike)
            assert worst[key] not in CLOSED or shared, (key, found.impossible)


def replaced(objects: Iterable[Object], namespace: str, policies: Iterable[Object]) -> list[Object]:
    """The objects with these NetworkPolicies in place of those of the namespace."""
    kept = [
        each
        for each in objects
        if (each["kind"], each["metadata"].get("namespace")) != ("NetworkPolicy", namespace)
    ]
    return deepcopy([*kept, *json.loads(json.dumps(list(policies)))])


def everything_open(namespace: str) -> Object:
    return network_policy(namespace, "open", policyTypes=["Ingress", "Egress"], ingress=[{}], egress=[{}])


def verdicts(objects: Iterable[Object], under: Assumptions) -> dict[EdgeKey, Verdict]:
    cluster = parse_cluster(objects)
    assert not cluster.problems
    return verdicts_of(compute_reach(cluster, under))


def verdicts_of(reach: Reach) -> dict[EdgeKey, Verdict]:
    return {
        EdgeKey(name, each.target, each.port, each.protocol): each.verdict(number)
        for each in reach.ports
        for number, name in enumerate(reach.namespaces)
    }


class Seen:
    """What policies see of the pods behind each Service port: labels and ports, and whose they are."""

    def __init__(self, cluster: Cluster, under: Assumptions) -> None:
        self._index, self._cluster = ServiceIndex(cluster), cluster
        self._host_is_pod = under.host_network == "pod"

    def behind(self, key: EdgeKey) -> set[tuple[Any, ...]]:
        return {
            (one.workload.namespace, tuple(sorted(one.workload.labels.items())), one.port)
            for one in self._targets(key)
            if one.workload
        }

    def on_node(self, key: EdgeKey) -> bool:
        hosts = (one.workload for one in self._targets(key) if one.workload and one.workload.host_network)
        return not self._host_is_pod and any(hosts)

    def _targets(self, key: EdgeKey) -> Any:
        namespace, _, name = key.target.partition("/")
        return self._index.resolve(self._index.by_key[namespace, name], key.port, key.protocol).targets
