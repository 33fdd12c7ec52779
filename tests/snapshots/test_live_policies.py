"""Which policy kinds are found by API discovery, and in which version."""

from __future__ import annotations

import pytest

from apps.engine.model import Direction
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_objects import namespace, policy
from tests.fakes.kube_reading import Reader, names, unread
from tests.fakes.kube_store import Kind

POLICY_API = "policy.networking.k8s.io"


@pytest.mark.parametrize(
    ("api", "kind", "space"),
    [
        (f"{POLICY_API}/v1alpha1", "AdminNetworkPolicy", ""),
        (f"{POLICY_API}/v1alpha1", "BaselineAdminNetworkPolicy", ""),
        (f"{POLICY_API}/v1alpha2", "ClusterNetworkPolicy", ""),
        ("cilium.io/v2", "CiliumNetworkPolicy", "shop"),
        ("cilium.io/v2", "CiliumClusterwideNetworkPolicy", ""),
        ("crd.projectcalico.org/v1", "NetworkPolicy", "shop"),
        ("crd.projectcalico.org/v1", "GlobalNetworkPolicy", ""),
        ("projectcalico.org/v3", "NetworkPolicy", "shop"),
        ("crd.antrea.io/v1beta1", "ClusterNetworkPolicy", ""),
        ("security.istio.io/v1", "AuthorizationPolicy", "shop"),
        ("security.istio.io/v1", "PeerAuthentication", "shop"),
        ("k8s.ovn.org/v1", "EgressFirewall", "shop"),
        ("policy.linkerd.io/v1beta3", "Server", "shop"),
        ("example.org/v1", "FancyNetworkPolicy", "shop"),
    ],
)
def test_a_policy_kind_that_is_served_is_read(api: str, kind: str, space: str) -> None:
    with KubeApi([namespace("shop"), policy(space, "one", api=api, kind=kind)]) as api_server:
        reading = Reader().read(api_server)
    found = [each.body for each in reading.objects if each.body["kind"] == kind]
    assert [(each["apiVersion"], each["metadata"]["name"]) for each in found] == [(api, "one")]
    assert reading.unread == []


@pytest.mark.parametrize(
    ("api", "kind"),
    [
        ("apps/v1", "Deployment"),
        ("projectcalico.org/v3", "StagedNetworkPolicy"),  # never enforced
        ("controlplane.antrea.io/v1beta2", "NetworkPolicy"),  # worked out from policies that are read
        ("extensions/v1beta1", "NetworkPolicy"),  # the old name of the same objects
        ("policy/v1", "PodDisruptionBudget"),
    ],
)
def test_other_kinds_are_not(api: str, kind: str) -> None:
    with KubeApi([namespace("shop"), policy("shop", "one", api=api, kind=kind)]) as server:
        reading = Reader().read(server)
    assert [each.body["kind"] for each in reading.objects] == ["Namespace"]
    assert reading.unread == []


def test_calico_objects_are_read_once() -> None:
    with KubeApi() as api:
        for version in ("crd.projectcalico.org/v1", "projectcalico.org/v3"):
            api.store.add(policy("shop", "one", api=version, kind="NetworkPolicy"))
        reading = Reader().read(api)
    assert [each.body["apiVersion"] for each in reading.objects] == ["crd.projectcalico.org/v1"]


def test_of_the_policy_api_only_known_versions_are_read() -> None:
    with KubeApi() as api:
        api.store.add(policy("", "new", api=f"{POLICY_API}/v1beta1", kind="ClusterNetworkPolicy"))
        api.store.add(policy("", "old", api=f"{POLICY_API}/v1alpha2", kind="ClusterNetworkPolicy"))
        reading = Reader().read(api)
    assert (names(reading, "ClusterNetworkPolicy"), reading.unread) == (["old"], [])


def test_a_kind_in_an_unknown_version_is_named() -> None:
    with KubeApi() as api:
        api.store.add(policy("", "new", api=f"{POLICY_API}/v1beta1", kind="ClusterNetworkPolicy"))
        reading = Reader().read(api)
    assert reading.objects == []
    assert "v1beta1 only" in unread(reading)["ClusterNetworkPolicy"]


def test_a_kind_is_read_in_the_version_that_has_it() -> None:
    with KubeApi() as api:
        api.store.serve(Kind("crd.antrea.io/v1beta1", "traceflows", "Traceflow"))
        api.store.add(policy("", "one", api="crd.antrea.io/v1alpha1", kind="ClusterNetworkPolicy"))
        reading = Reader().read(api)
    assert names(reading, "ClusterNetworkPolicy") == ["one"]


def test_a_version_that_does_not_answer_does_no_harm_where_another_has_the_kind() -> None:
    with KubeApi() as api:
        api.store.add(policy("shop", "one", api="k8s.ovn.org/v1", kind="EgressFirewall"))
        api.store.serve(Kind("k8s.ovn.org/v2", "egressfirewalls", "EgressFirewall"))
        api.faults["/apis/k8s.ovn.org/v2"] = Fault(status=503)
        reading = Reader().read(api)
    assert (names(reading, "EgressFirewall"), reading.unread) == (["shop/one"], [])


def test_a_kind_is_read_in_the_preferred_version() -> None:
    with KubeApi() as api:
        for version in ("v1", "v2"):
            api.store.add(policy("shop", version, api=f"cilium.io/{version}", kind="CiliumNetworkPolicy"))
        api.store.preferred.add("cilium.io/v2")
        reading = Reader().read(api)
    assert names(reading, "CiliumNetworkPolicy") == ["shop/v2"]


def test_the_status_of_a_policy_is_no_kind_of_its_own() -> None:
    with KubeApi() as api:
        for plural, verbs in (
            ("fancynetworkpolicies/status", ("get",)),
            ("fancynetworkpolicies", ("get", "list")),
        ):
            api.store.serve(Kind("example.org/v1", plural, "FancyNetworkPolicy", verbs=verbs))
        reading = Reader().read(api)
    assert reading.unread == []
    assert api.paths[-1] == "/apis/example.org/v1/fancynetworkpolicies"


def test_a_kind_that_nobody_may_list_is_named() -> None:
    with KubeApi() as api:
        api.store.serve(
            Kind("example.org/v1", "fancynetworkpolicies", "FancyNetworkPolicy", verbs=("create",))
        )
        reading = Reader().read(api)
    assert "fancynetworkpolicies.example.org" in unread(reading)["FancyNetworkPolicy"]


def test_a_policy_kind_that_is_forbidden_is_named_with_what_it_can_do() -> None:
    with KubeApi() as api:
        api.store.add(policy("shop", "one", api="security.istio.io/v1", kind="AuthorizationPolicy"))
        api.store.add(policy("shop", "two", api="cilium.io/v2", kind="CiliumNetworkPolicy"))
        api.faults["/apis/security.istio.io/v1/authorizationpolicies"] = Fault(status=403)
        api.faults["/apis/cilium.io/v2/ciliumnetworkpolicies"] = Fault(status=403)
        reading = Reader().read(api)
    by_kind = {each.ref.kind: each for each in reading.unread}
    istio, cilium = by_kind["AuthorizationPolicy"], by_kind["CiliumNetworkPolicy"]
    assert (istio.directions, istio.only_restricts) == (frozenset({Direction.INGRESS}), True)
    assert (cilium.directions, cilium.only_restricts) == (frozenset(Direction), False)


def test_a_known_group_that_does_not_answer_makes_its_kinds_unread() -> None:
    with KubeApi(
        [namespace("shop"), policy("", "one", api="cilium.io/v2", kind="CiliumNetworkPolicy")]
    ) as api:
        api.faults["/apis/cilium.io/v2"] = Fault(status=503, message="down")
        reading = Reader().read(api)
    assert set(unread(reading)) == {"CiliumNetworkPolicy", "CiliumClusterwideNetworkPolicy"}
    assert (
        unread(reading)["CiliumNetworkPolicy"]
        == "not readable: API discovery of cilium.io/v2: HTTP 503 (down)"
    )
    assert names(reading, "Namespace") == ["shop"]


def test_an_unknown_group_that_does_not_answer_is_named() -> None:
    with KubeApi() as api:
        api.store.serve(Kind("example.org/v1", "things", "Thing"))
        api.faults["/apis/example.org/v1"] = Fault(status=503, message="down")
        reading = Reader().read(api)
    assert set(unread(reading)) == {"APIGroup/example.org"}


def test_a_metrics_server_that_is_down_does_no_harm() -> None:
    with KubeApi() as api:
        api.store.serve(Kind("metrics.k8s.io/v1beta1", "pods", "PodMetrics"))
        api.faults["/apis/metrics.k8s.io/v1beta1"] = Fault(status=503)
        reading = Reader().read(api)
    assert reading.unread == []


def test_without_discovery_other_policies_may_exist() -> None:
    with KubeApi([namespace("shop")]) as api:
        api.faults["/apis"] = Fault(status=403, message="forbidden")
        reading = Reader().read(api)
    assert "policies of other kinds may exist" in unread(reading)["APIGroup"]
    assert names(reading, "Namespace") == ["shop"]
