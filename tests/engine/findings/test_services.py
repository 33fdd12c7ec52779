"""Findings about Services."""

from __future__ import annotations

from apps.engine import Severity
from apps.engine.model import ObjectRef, Unevaluated
from tests.engine.findings.finding_in import endpoint_slice, findings, paths, service
from tests.engine.objects import Object, pod, port

DB = pod("shop", "db", app="db", addresses=["10.0.0.1"])


def test_a_service_that_selects_no_pod() -> None:
    (found,) = findings("service-without-backends", DB, service("shop", "dbs"))
    assert found.message == "shop/dbs has no end point on 80/TCP: it selects no pod."
    assert [place.path for place in found.evidence] == ["spec.selector", "spec.ports[0]"]
    assert not findings("service-without-backends", DB, service("shop", "db"))


def test_a_service_with_one_port_that_no_pod_has() -> None:
    two = service("shop", "db", {"name": "a", "port": 80}, {"name": "b", "port": 81, "targetPort": "web"})
    (found,) = findings("service-without-backends", DB, two)
    assert found.message == (
        "shop/db has no end point on 81/TCP: of 1 pod that it selects none is ready and has the port."
    )
    assert found.evidence[1].path == "spec.ports[1]"


def test_a_service_without_a_selector() -> None:
    bare = service("shop", "manual", selector=None)
    (found,) = findings("service-without-backends", DB, bare)
    assert "no EndpointSlice" in found.message
    assert not findings("service-without-backends", DB, bare, endpoint_slice("shop", "manual", "192.0.2.1"))


def alias(host: str) -> Object:
    return service("shop", "alias", selector=None, type="ExternalName", externalName=host, ports=[])


def test_an_alias_that_leads_nowhere() -> None:
    (found,) = findings("service-without-backends", DB, alias("dbs.shop.svc.cluster.local"))
    assert found.evidence[0].path == "spec.externalName"
    for host in ("db.shop.svc.cluster.local", "db.example.org"):
        assert not findings("service-without-backends", DB, service("shop", "db"), alias(host))


def test_pods_that_could_not_be_read_are_not_missing() -> None:
    unread = [Unevaluated(ObjectRef("Pod", "", ""), "not readable: HTTP 403")]
    assert not findings("service-without-backends", service("shop", "db"), unread=unread)


def test_one_name_in_several_namespaces() -> None:
    three = [service(space, "db") for space in ("shop", "orders", "legacy")]
    (found,) = findings("service-name-shared", DB, *three)
    assert found.object == ObjectRef("Service", "", "db")
    assert "3 namespaces have a Service db (legacy, orders and shop)" in found.message
    assert not findings("service-name-shared", DB, service("shop", "db"), service("orders", "dbs"))


def test_end_points_in_another_namespace() -> None:
    lure = service("legacy", "lure", selector=None)
    (found,) = findings("endpoints-elsewhere", DB, lure, endpoint_slice("legacy", "lure", "10.0.0.1"))
    assert found.severity is Severity.HIGH
    assert "legacy/lure leads to pods of other namespaces: shop/Pod/db." in found.message
    assert str(found.evidence[0].object) == "EndpointSlice/legacy/lure-x"


def test_end_points_of_the_own_namespace_outside_or_of_no_service() -> None:
    lure, manual = service("legacy", "lure", selector=None), service("shop", "manual", selector=None)
    assert not findings("endpoints-elsewhere", DB, lure, endpoint_slice("legacy", "lure", "10.0.0.2"))
    assert not findings("endpoints-elsewhere", DB, manual, endpoint_slice("shop", "manual", "10.0.0.1"))
    assert not findings("endpoints-elsewhere", DB, endpoint_slice("legacy", "lure", "10.0.0.1"))


def test_end_points_are_named_by_the_kind_that_holds_them() -> None:
    ends = {
        "apiVersion": "v1",
        "kind": "Endpoints",
        "metadata": {"name": "lure", "namespace": "legacy"},
        "subsets": [{"addresses": [{"ip": "10.0.0.1"}], "ports": [{"port": 80}]}],
    }
    (found,) = findings("endpoints-elsewhere", DB, service("legacy", "lure", selector=None), ends)
    assert str(found.evidence[0].object) == "Endpoints/legacy/lure"


def test_external_ips() -> None:
    (found,) = findings("external-ips", DB, service("shop", "db", externalIPs=["192.0.2.1"]))
    assert "192.0.2.1" in found.message
    assert not findings("external-ips", DB, service("shop", "db", type="LoadBalancer"))


def headless(**ports: object) -> Object:
    return service("shop", "db", {"port": 80, **ports}, clusterIP="None")


def test_a_headless_service_with_another_target_port() -> None:
    (found,) = findings("headless-port-differs", DB, headless(targetPort=8080))
    assert (str(found.object), found.path) == ("Service/shop/db", "spec.ports[0]")
    assert "not at 8080" in found.message
    assert not findings("headless-port-differs", DB, headless(targetPort=80))
    assert not findings("headless-port-differs", DB, headless())
    assert not findings("headless-port-differs", DB, service("shop", "db", {"port": 80, "targetPort": 8080}))


def test_a_headless_service_with_a_named_target_port() -> None:
    for number, wrong in ((8080, [("Service/shop/db", "spec.ports[0]")]), (80, [])):
        named = pod("shop", "db", app="db", addresses=["10.0.0.1"], ports=[port("web", number)])
        assert paths("headless-port-differs", named, headless(targetPort="web")) == wrong
