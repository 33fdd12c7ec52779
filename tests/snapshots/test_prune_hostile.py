"""Nothing else survives, whatever it is hidden in, and a wrong shape stays wrong."""

import copy
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.engine import parse_cluster
from apps.snapshots.prune import prune
from tests.snapshots.prunable import POD_SPEC, body

KINDS = [
    ("v1", "Pod"),
    ("v1", "Service"),
    ("v1", "Endpoints"),
    ("v1", "Node"),
    ("v1", "Secret"),
    ("v1", "ConfigMap"),
    ("apps/v1", "Deployment"),
    ("apps/v1", "StatefulSet"),
    ("batch/v1", "CronJob"),
    ("discovery.k8s.io/v1", "EndpointSlice"),
    ("example.org/v1", "Thing"),
]
FORBIDDEN = [
    *("env", "args", "command", "image", "volumes", "data", "stringData"),
    *("annotations", "managedFields"),
]
WORDS = [
    *("metadata", "labels", "name", "ownerReferences", "spec", "template", "jobTemplate", "status"),
    *("containers", "initContainers", "ephemeralContainers", "ports", "dnsConfig", "nameservers"),
    *("podIPs", "conditions", "addresses", "targetRef", "subsets", "endpoints"),
    *FORBIDDEN,
]
scalars = st.none() | st.booleans() | st.integers() | st.sampled_from(["", "Ready", "web"])
trees = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=5),
    max_leaves=30,
)


def marked(value):
    """The tree with everything below a forbidden key replaced by a mark."""
    if isinstance(value, dict):
        return {key: {"k": ["MARK"]} if key in FORBIDDEN else marked(each) for key, each in value.items()}
    return [marked(each) for each in value] if isinstance(value, list) else value


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(WORDS), trees, max_size=6))
def test_nothing_survives_below_a_forbidden_key_and_nothing_raises(kind, rest):
    """In a label or a Service's selector `env` is a word like any other; its value there is text."""
    rest = marked(rest)
    if kind[1] == "Service":
        rest.pop("spec", None)
        rest.pop("status", None)
    given_body = {"apiVersion": kind[0], "kind": kind[1], **rest}
    before = copy.deepcopy(given_body)
    pruned = prune(given_body)
    assert "MARK" not in json.dumps(pruned)
    assert given_body == before
    assert prune(pruned) == pruned
    parse_cluster([pruned])


@pytest.mark.parametrize(
    ("spec", "left"),
    [
        ({"containers": {"env": "x"}}, {"containers": {}}),
        ({"containers": [["env"]]}, {"containers": [[]]}),
        ({"containers": "x"}, {"containers": "x"}),
        ([{"env": 1}], []),
        (None, None),
        ({"nodeName": {"env": 1}}, {"nodeName": {}}),
    ],
)
def test_a_wrong_shape_keeps_its_type_for_the_parser_to_complain_about(spec, left):
    assert prune({"apiVersion": "v1", "kind": "Pod", "spec": spec})["spec"] == left


@pytest.mark.parametrize(
    ("labels", "left"),
    [
        ({"env": {"k": "x"}, "app": "web"}, {"env": {}, "app": "web"}),
        ({"env": [{"k": "x"}]}, {"env": []}),
        ([{"env": "x"}, "web"], [{}, "web"]),
    ],
)
def test_labels_hold_text_and_nothing_below(labels, left):
    given_body = {"apiVersion": "v1", "kind": "Pod", "metadata": {"labels": labels}}
    assert prune(given_body)["metadata"]["labels"] == left


def test_the_parser_finds_the_same_in_a_pruned_object():
    broken = body("v1", "Pod", spec={"containers": {"env": "x"}})
    [before], [after] = parse_cluster([broken]).problems, parse_cluster([prune(broken)]).problems
    assert (after.field, after.message) == (before.field, before.message)
    pod = body("v1", "Pod", spec=POD_SPEC, status={"podIP": "10.1.0.5"})
    service = body("v1", "Service", spec={"selector": {"app": "web"}, "ports": [{"port": 80}]})
    assert parse_cluster([prune(pod), prune(service)]) == parse_cluster([pod, service])
