"""Causes of single changes, also of those that no policy was edited for."""

from __future__ import annotations

from apps.engine.model import Dns
from tests.engine.objects import (
    Object,
    admin_policy,
    deny_all,
    deployment,
    namespace,
    network_policy,
    other_policy,
    pod,
    port,
)
from tests.engine.shop import allow_from, differ, named, service, shop, told


def test_nothing_differs() -> None:
    diff = differ(lambda objects: None)
    assert (diff.changes, diff.causes, list(diff.edges())) == ((), (), [])


def test_a_policy_that_appears() -> None:
    diff = differ(lambda objects: objects.append(allow_from("crm")))
    assert told(diff) == ["NetworkPolicy/db/temp-crm appeared: opened 1 edge"]
    (edge,) = diff.edges()
    assert (edge.source, edge.target, edge.port, edge.kind) == ("crm", "db/db", 80, "opened")
    assert edge.causes == diff.causes


def test_a_policy_that_vanishes() -> None:
    diff = differ(lambda objects: objects.remove(named(objects, "NetworkPolicy", "allow-pay")))
    assert told(diff) == ["NetworkPolicy/db/allow-pay vanished: opened 1 edge, changed 1 edge"]
    changed = {edge.source: (edge.before, edge.after) for edge in diff.edges("changed")}
    ((_, (before, after)),) = changed.items()
    assert before is not None
    assert after is not None
    assert (before.verdict, after.verdict) == ("allowed", "unrestricted")


def test_the_paths_of_what_changed_in_a_policy() -> None:
    def edit(objects: list[Object]) -> None:
        spec = named(objects, "NetworkPolicy", "allow-pay")["spec"]
        spec["ingress"][0]["ports"] = [{"port": 81}]
        spec["ingress"].append({"from": [{"podSelector": {}}]})

    diff = differ(edit)
    assert told(diff) == ["NetworkPolicy/db/allow-pay: spec.ingress[0].ports, spec.ingress[1]: closed 1 edge"]


def test_a_label_of_a_namespace() -> None:
    def edit(objects: list[Object]) -> None:
        named(objects, "Namespace", "crm")["metadata"]["labels"] |= {"team": "pay", "stage": "prod"}

    diff = differ(edit)
    assert told(diff) == ["Namespace/crm: metadata.labels.team sales -> pay: opened 1 edge"]
    assert [str(change) for change in diff.changes] == [
        "Namespace/crm: metadata.labels.stage (none) -> prod",
        "Namespace/crm: metadata.labels.team sales -> pay",
    ]


def test_a_label_of_a_pod_that_takes_it_out_of_the_service() -> None:
    def edit(objects: list[Object]) -> None:
        named(objects, "Pod", "db")["metadata"]["labels"]["app"] = "old"

    diff = differ(edit)
    assert "Pod/db/db: metadata.labels.app db -> old: closed 1 edge" in told(diff)[0]
    assert {cause.aspect for cause in diff.causes} == {"verdict", "backend"}


def test_a_port_of_a_pod() -> None:
    base = shop()
    named(base, "Service", "db")["spec"]["ports"][0]["targetPort"] = "sql"

    def edit(objects: list[Object]) -> None:
        named(objects, "Pod", "db")["spec"]["containers"][0]["ports"] = [port("sql", 8080)]

    (cause,) = differ(edit, base).causes
    assert (cause.closed, [change.kind for change in cause.changes]) == (1, ["workload"])
    (found,) = cause.changes[0].alterations
    assert (found.path, found.before, found.after) == (
        "spec.containers[*].ports",
        "sql=80/TCP, stats=81/TCP",
        "sql=8080/TCP",
    )


def test_the_port_of_a_service() -> None:
    def edit(objects: list[Object]) -> None:
        named(objects, "Service", "db")["spec"]["ports"][0]["targetPort"] = 81

    assert told(differ(edit)) == ["Service/db/db: spec.ports 80/TCP to 80 -> 80/TCP to 81: closed 1 edge"]


def test_the_selector_of_a_service() -> None:
    def edit(objects: list[Object]) -> None:
        objects.append(pod("db", "free", addresses=["10.0.0.9"], app="free"))
        named(objects, "NetworkPolicy", "allow-pay")["spec"]["podSelector"] = {"matchLabels": {"app": "db"}}
        named(objects, "Service", "db")["spec"]["selector"] = {"app": "free"}

    opened = [cause for cause in differ(edit).causes if cause.opened]
    kinds = [change.kind for cause in opened for change in cause.changes]
    assert sorted(kinds) == ["policy", "service", "workload"]
    (found,) = (change for cause in opened for change in cause.changes if change.kind == "service")
    assert str(found) == "Service/db/db: spec.selector app=db -> app=free"


def test_a_namespace_that_appears_with_all_that_is_in_it() -> None:
    def edit(objects: list[Object]) -> None:
        objects += [namespace("lab", team="pay"), deployment("lab", "job"), deny_all("lab")]
        objects += [network_policy("lab", "out", policyTypes=["Egress"], egress=[{}])]

    assert told(differ(edit)) == ["Namespace/lab appeared: opened 1 edge"]


def test_two_policies_that_each_open_it_are_named_together() -> None:
    def edit(objects: list[Object]) -> None:
        again = allow_from("crm")
        again["metadata"]["name"] = "temp-again"
        objects += [allow_from("crm"), again, network_policy("db", "unrelated", policyTypes=["Ingress"])]

    assert told(differ(edit)) == [
        "NetworkPolicy/db/temp-again appeared and NetworkPolicy/db/temp-crm appeared: opened 1 edge"
    ]


def test_two_changes_of_which_both_are_needed_are_two_causes() -> None:
    def edit(objects: list[Object]) -> None:
        named(objects, "NetworkPolicy", "out")["spec"]["egress"] = [{}]
        objects.append(allow_from("crm"))

    base = [*shop(), network_policy("crm", "out", policyTypes=["Egress"], egress=[])]
    diff = differ(edit, base)
    assert [(cause.opened, len(cause.changes)) for cause in diff.causes if cause.aspect == "verdict"] == [
        (1, 1),
        (1, 1),
    ]


def test_a_cluster_wide_policy() -> None:
    rule = {"action": "Deny", "from": [{"namespaces": {"matchLabels": {"team": "pay"}}}]}
    diff = differ(lambda objects: objects.append(admin_policy("stop", 1, ingress=[rule])))
    assert told(diff) == ["AdminNetworkPolicy/stop appeared: closed 1 edge"]


def test_a_policy_that_is_not_evaluated_makes_edges_unknown() -> None:
    mystery = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "db", "mystery")
    diff = differ(lambda objects: objects.append(mystery))
    assert told(diff) == ["CiliumNetworkPolicy/db/mystery appeared: changed 2 edges"]


def test_a_rollout_changes_nothing() -> None:
    base = [*shop(), service("crm", "web", app="web")]
    base.remove(named(base, "Pod", "web"))
    base.append(owned("web-1", "10.0.0.1", "n1"))

    def roll(objects: list[Object]) -> None:
        objects.remove(named(objects, "Pod", "web-1"))
        objects.append(owned("web-2", "10.0.3.7", "n2"))

    diff = differ(roll, base)
    assert [change.placement for change in diff.changes] == [True]
    assert list(diff.edges()) == []


def owned(name: str, address: str, on: str) -> Object:
    made = pod("crm", name, addresses=[address], on=on, app="web")
    made["metadata"]["ownerReferences"] = [{"kind": "StatefulSet", "name": "web", "controller": True}]
    return made


def test_dns_that_breaks() -> None:
    base = [
        *shop(),
        namespace("kube-system"),
        pod("kube-system", "dns", addresses=["10.0.0.53"], k="dns"),
        service("kube-system", "kube-dns", k="dns"),
    ]
    named(base, "Service", "kube-dns")["spec"]["ports"] = [
        {"name": protocol, "port": 53, "protocol": protocol} for protocol in ("UDP", "TCP")
    ]
    only_db = [{"to": [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "db"}}}]}]
    policy = network_policy("pay", "only-db", policyTypes=["Egress"], egress=only_db)
    diff = differ(lambda objects: objects.append(policy), base)
    assert [(each.namespace, each.before, each.after) for each in diff.dns] == [
        ("pay", Dns.RESOLVES, Dns.BLOCKED)
    ]
    (cause,) = (cause for cause in diff.causes if cause.aspect == "dns")
    assert cause.namespaces == ("pay",)
    assert [str(change) for change in cause.changes] == ["NetworkPolicy/pay/only-db appeared"]
    assert [edge.source for edge in diff.edges(cause=cause)] == ["pay"]


def test_what_was_unknown_is_not_opened() -> None:
    mystery = other_policy("cilium.io/v2", "CiliumNetworkPolicy", "db", "mystery")
    diff = differ(lambda objects: objects.remove(mystery), [*shop(), mystery])
    assert diff.counts == {"opened": 0, "closed": 0, "changed": 2}
    kinds = {edge.source: (edge.before, edge.after) for edge in diff.edges()}
    assert {
        source: (before.verdict, after.verdict)
        for source, (before, after) in kinds.items()
        if before and after
    } == {"crm": ("unknown", "denied"), "pay": ("unknown", "allowed")}


def test_three_together_are_not_named_where_two_will_do() -> None:
    def again(number: int, *ports: int) -> Object:
        policy = allow_from("crm")
        policy["metadata"]["name"] = f"temp-{number}"
        policy["spec"]["ingress"][0]["ports"] = [{"port": each} for each in ports]
        return policy

    base = shop()
    named(base, "Service", "db")["spec"]["ports"] = [
        {"name": f"p{each}", "port": each, "protocol": "TCP"} for each in (80, 81)
    ]
    diff = differ(lambda objects: objects.extend([again(1, 80, 81), again(2, 80, 81), again(3, 80)]), base)
    found = {edge.port: [len(cause.changes) for cause in edge.causes] for edge in diff.edges("opened")}
    assert found == {80: [3], 81: [2]}


def test_a_second_replica_is_a_pair_where_there_was_none() -> None:
    base = [namespace("db"), deployment("db", "db", app="db"), service("db", "db", app="db"), deny_all("db")]

    def grow(objects: list[Object]) -> None:
        named(objects, "Deployment", "db")["spec"]["replicas"] = 2

    diff = differ(grow, base)
    assert told(diff) == ["Deployment/db/db: spec.replicas 1 -> 2: changed 1 edge"]


def test_a_slice_leads_to_pods_elsewhere() -> None:
    manual = service("db", "far")
    manual["spec"] = {"ports": [{"port": 80, "protocol": "TCP"}]}
    part: Object = {
        "apiVersion": "discovery.k8s.io/v1",
        "kind": "EndpointSlice",
        "addressType": "IPv4",
        "metadata": {
            "name": "far-1",
            "namespace": "db",
            "labels": {"kubernetes.io/service-name": "far"},
        },
        "ports": [{"name": "", "protocol": "TCP", "port": 80}],
        "endpoints": [{"addresses": ["10.0.0.3"]}],
    }

    def edit(objects: list[Object]) -> None:
        named(objects, "Namespace", "crm")["metadata"]["labels"]["beside"] = "the point"
        objects.append(network_policy("pay", "closed", policyTypes=["Ingress"]))

    diff = differ(edit, [*shop(), manual, part])
    assert told(diff) == ["NetworkPolicy/pay/closed appeared: closed 2 edges"]
