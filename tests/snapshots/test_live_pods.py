"""Of a pod, what is needed is kept in Kubernetes' own shape, and the rest is not."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from apps.snapshots.pod_fields import decode_pods
from tests.fakes.kube_objects import pod


def _decoded(*pods: Any) -> list[dict[str, Any]]:
    return decode_pods(msgspec.json.encode({"kind": "PodList", "metadata": {}, "items": list(pods)})).items


def test_everything_that_is_needed_is_kept() -> None:
    needed = {
        "metadata": {
            "namespace": "shop",
            "name": "web-1",
            "labels": {"app": "web", "empty": ""},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "web-5d", "controller": True}
            ],
            "deletionTimestamp": "2026-01-01T00:00:00Z",
        },
        "spec": {
            "nodeName": "node-1",
            "hostNetwork": True,
            "dnsPolicy": "None",
            "dnsConfig": {"nameservers": ["169.254.20.10"]},
            "hostname": "web",
            "subdomain": "webs",
            "serviceAccountName": "web",
            "initContainers": [
                {
                    "name": "mesh",
                    "ports": [{"name": "admin", "containerPort": 15000}],
                    "restartPolicy": "Always",
                }
            ],
            "containers": [
                {
                    "name": "a",
                    "ports": [{"name": "dns", "containerPort": 53, "hostPort": 5353, "protocol": "UDP"}],
                },
                {"name": "b"},
            ],
        },
        "status": {
            "phase": "Running",
            "hostIP": "192.168.0.1",
            "podIP": "10.0.0.1",
            "podIPs": [{"ip": "10.0.0.1"}, {"ip": "fd00::1"}],
            "conditions": [{"type": "Ready", "status": "False"}],
        },
    }
    assert _decoded(needed) == [needed]


def test_the_rest_is_left_out() -> None:
    (found,) = _decoded(pod("shop", "web-1"))
    text = str(found)
    assert not [
        word for word in ("env", "SETTING", "managedFields", "annotations", "volume", "image") if word in text
    ]
    assert found["status"]["conditions"] == [{"type": "Ready", "status": "True"}]
    assert found["spec"]["containers"][0] == {
        "name": "web",
        "ports": [{"name": "http", "containerPort": 8080, "protocol": "TCP"}],
    }


def test_null_and_absent_are_one() -> None:
    bare = {"metadata": {"namespace": "shop", "name": "web-1"}}
    nulls = {
        "metadata": {**bare["metadata"], "labels": None, "ownerReferences": None},
        "spec": {"containers": None, "hostNetwork": None},
        "status": None,
    }
    assert _decoded(bare) == [bare]
    assert _decoded(nulls) == [{**bare, "spec": {}}]


@pytest.mark.parametrize("items", [[{"metadata": {"labels": {"app": 1}}}], [7], "none", {}])
def test_what_is_no_pod_list_is_refused(items: Any) -> None:
    with pytest.raises(msgspec.ValidationError, match=r"\$\.items"):
        decode_pods(msgspec.json.encode({"kind": "PodList", "items": items}))
