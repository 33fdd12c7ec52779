"""Pods fold into templates and a placement, and come back; churn leaves the templates as they are."""

import copy
import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.snapshots.fold import VOLATILE_LABELS, Placement, fold, unfold
from apps.snapshots.owners import top_owner


def pod(name, *, owner=None, labels=None, node="n1", ip="10.1.0.1", namespace="shop", **spec):
    metadata = {"name": name, "namespace": namespace, "labels": {"app": "web"} if labels is None else labels}
    if owner:
        metadata["ownerReferences"] = [
            {"apiVersion": "v1", "kind": owner[0], "name": owner[1], "controller": True}
        ]
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": metadata,
        "spec": {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}], "nodeName": node, **spec},
        "status": {
            "phase": "Running",
            "podIP": ip,
            "hostIP": "10.0.0.1",
            "conditions": [{"type": "Ready", "status": "True"}],
        },
    }


def of_deployment(name, mark, **rest):
    labels = {"app": "web", "pod-template-hash": mark}
    return pod(f"web-{mark}-{name}", owner=("ReplicaSet", f"web-{mark}"), labels=labels, **rest)


def with_top_owner(each):
    each = copy.deepcopy(each)
    owner = top_owner(each["metadata"])
    each["metadata"].pop("ownerReferences", None)
    if owner:
        each["metadata"]["ownerReferences"] = [owner]
    return each


def by_name(pods):
    return sorted(pods, key=lambda each: json.dumps(each, sort_keys=True))


class TestFold:
    def test_pods_of_a_deployment_share_one_template(self):
        pods = [
            of_deployment("x1", "5d4f", ip="10.1.0.1"),
            of_deployment("x2", "5d4f", ip="10.1.0.2", node="n2"),
        ]
        [template], placement = fold(pods)
        assert template["metadata"]["ownerReferences"] == [
            {"apiVersion": "v1", "kind": "Deployment", "name": "web", "controller": True}
        ]
        assert template["metadata"]["name"].startswith("web-")
        assert template["metadata"]["labels"] == {"app": "web"}
        assert "status" not in template
        assert template["spec"] == {"containers": [{"name": "c", "ports": [{"containerPort": 80}]}]}
        assert len(placement) == 2

    def test_churn_leaves_the_templates_and_moves_the_placement(self):
        before = [of_deployment("x1", "5d4f", ip="10.1.0.1"), of_deployment("x2", "5d4f", ip="10.1.0.2")]
        after = [before[1], of_deployment("y9", "77aa", ip="10.1.9.9", node="n9")]
        templates, placement = fold(before)
        assert fold(after)[0] == templates
        assert fold(after)[1].to_json() != placement.to_json()

    def test_what_a_policy_could_tell_apart_is_another_template(self):
        base = of_deployment("x1", "5d4f")
        port = of_deployment("x2", "5d4f", containers=[{"name": "c", "ports": [{"containerPort": 81}]}])
        label = of_deployment("x3", "5d4f")
        label["metadata"]["labels"]["tier"] = "a"
        elsewhere = of_deployment("x4", "5d4f", namespace="other")
        templates, _ = fold([base, port, label, elsewhere, of_deployment("x5", "5d4f", hostNetwork=True)])
        assert len({template["metadata"]["name"] for template in templates}) == len(templates) == 5

    def test_owners_of_one_name_and_two_kinds_stay_apart(self):
        templates, _ = fold(
            [pod("web-0", owner=("StatefulSet", "web")), pod("web-x", owner=("DaemonSet", "web"))]
        )
        assert len({template["metadata"]["name"] for template in templates}) == 2

    def test_a_stateful_set_is_one_template(self):
        pods = [
            pod(
                f"db-{n}",
                owner=("StatefulSet", "db"),
                labels={"app": "db", "statefulset.kubernetes.io/pod-name": f"db-{n}"},
                hostname=f"db-{n}",
                subdomain="db",
            )
            for n in range(3)
        ]
        [template], placement = fold(pods)
        assert by_name(unfold([template], placement)) == by_name(pods)

    def test_bare_pods_are_themselves(self):
        pods = [pod("a"), pod("b"), pod("etcd-n1", owner=("Node", "n1"), namespace="kube-system")]
        templates, placement = fold(pods)
        assert len(templates) == 3
        assert all("ownerReferences" not in template["metadata"] for template in templates)
        assert by_name(unfold(templates, placement)) == by_name(map(with_top_owner, pods))

    def test_a_pod_without_a_name_has_no_place(self):
        nameless = {"apiVersion": "v1", "kind": "Pod", "metadata": {"namespace": "a"}}
        assert fold([nameless, {}]) == ([nameless, {}], Placement({}))
        assert unfold([nameless, pod("template")], Placement({})) == []


class TestOwners:
    @pytest.mark.parametrize(
        ("owner", "labels", "top"),
        [
            (("ReplicaSet", "web-5d4f"), {"pod-template-hash": "5d4f"}, ("Deployment", "web")),
            (("ReplicaSet", "web-5d4f"), {"pod-template-hash": "77aa"}, ("ReplicaSet", "web-5d4f")),
            (("ReplicaSet", "web-5d4f"), {}, ("ReplicaSet", "web-5d4f")),
            (("ReplicaSet", "-5d4f"), {"pod-template-hash": "5d4f"}, ("ReplicaSet", "-5d4f")),
            (("Job", "report-29381760"), {}, ("CronJob", "report")),
            (("Job", "report-1609459200"), {}, ("CronJob", "report")),
            (("Job", "migrate-20261123"), {}, ("Job", "migrate-20261123")),
            (("Job", "migrate-293817601"), {}, ("Job", "migrate-293817601")),
            (("Job", "migrate-1"), {}, ("Job", "migrate-1")),
            (("StatefulSet", "db"), {}, ("StatefulSet", "db")),
            (("Rollout", "web"), {"pod-template-hash": "web"}, ("Rollout", "web")),
        ],
    )
    def test_what_controllers_call_what_they_make(self, owner, labels, top):
        found = top_owner(pod("p", owner=owner, labels=labels)["metadata"])
        assert (found["kind"], found["name"]) == top

    def test_the_controller_counts_and_not_the_first_owner(self):
        references = [{"kind": "A", "name": "a"}, {"kind": "B", "name": "b", "controller": True}]
        assert top_owner({"ownerReferences": references})["kind"] == "B"
        assert top_owner({"ownerReferences": references[:1]})["kind"] == "A"

    @pytest.mark.parametrize("references", [None, "x", [], [5], [{"kind": 5, "name": "a"}], {"kind": "A"}])
    def test_wrong_references_own_nothing(self, references):
        assert top_owner({"ownerReferences": references}) is None


class TestPlacement:
    def test_equal_content_gives_equal_bytes(self):
        pods = [of_deployment(f"x{n}", "5d4f", ip=f"10.1.0.{n}") for n in range(20)] + [pod("a"), pod("b")]
        _, placement = fold(pods)
        shuffled = [dict(reversed(each.items())) for each in random.Random(1).sample(pods, len(pods))]
        assert fold(shuffled)[1].to_json() == placement.to_json()
        assert Placement.from_json(placement.to_json()) == placement

    def test_templates_come_by_namespace_and_name(self):
        pods = [pod("b"), pod("c", namespace="a"), pod("a")]
        assert [each["metadata"]["name"][0] for each in fold(pods)[0]] == ["c", "a", "b"]

    def test_a_pod_that_gets_ready_moves_it(self):
        waiting = of_deployment("x", "5d4f")
        waiting["status"]["conditions"][0]["status"] = "False"
        (before, first), (after, second) = fold([waiting]), fold([of_deployment("x", "5d4f")])
        assert before == after
        assert first.to_json() != second.to_json()


names = st.sampled_from(["a", "b", "web-5d4f-x"])
label_keys = st.sampled_from(["app", "tier", *sorted(VOLATILE_LABELS)])
owners = st.tuples(
    st.sampled_from(["ReplicaSet", "Job", "StatefulSet", "DaemonSet", "Node"]),
    st.sampled_from(["web-5d4f", "web", "report-29381760", "n1"]),
)
ODD_PLACES = ["spec", "status", "metadata.labels", "metadata.deletionTimestamp"]
pods = st.builds(
    pod,
    names,
    owner=st.none() | owners,
    labels=st.dictionaries(label_keys, st.sampled_from(["a", "b", "5d4f"]), max_size=4),
    node=st.sampled_from(["n1", "n2"]),
    ip=st.sampled_from(["10.1.0.1", "10.1.0.2"]),
    namespace=st.sampled_from(["x", "y"]),
    hostname=st.sampled_from(["a", "b"]),
    hostNetwork=st.booleans(),
)
odd = st.sampled_from([None, 5, "x", [], [1], {}, {"a": [1]}])


@settings(deadline=None)
@given(st.lists(pods, max_size=8), st.data())
def test_pods_come_back_whatever_they_are(given_pods, data):
    for each in given_pods:
        for path in data.draw(st.sets(st.sampled_from(ODD_PLACES), max_size=2)):
            *parents, key = path.split(".")
            (each[parents[0]] if parents else each)[key] = data.draw(odd)
    before = copy.deepcopy(given_pods)
    templates, placement = fold(given_pods)
    assert given_pods == before
    assert by_name(unfold(templates, Placement.from_json(placement.to_json()))) == by_name(
        map(with_top_owner, given_pods)
    )
    assert len({(t["metadata"]["namespace"], t["metadata"]["name"]) for t in templates}) == len(templates)


def test_the_engine_sees_the_same_cluster():
    folded = [of_deployment(f"x{n}", "5d4f", ip=f"10.1.0.{n}") for n in range(5)]
    folded += [
        pod("report-29381760-x", owner=("Job", "report-29381760")),
        pod("bare"),
        pod("s", owner=("Node", "n")),
    ]
    assert parse_cluster(unfold(*fold(folded))) == parse_cluster(folded)
