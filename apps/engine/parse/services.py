"""Services, EndpointSlices and Endpoints. Sources: core/v1 Service, discovery.k8s.io/v1; S2 to S10."""

from __future__ import annotations

from apps.engine.addresses import parse_address
from apps.engine.model import PROTOCOLS, EndpointSlice, Service, ServicePort, SliceEndpoint, TargetPort
from apps.engine.parse.fields import Part

_TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")
_FAMILIES = {"IPv4": 4, "IPv6": 6}
_OWNER_LABEL = "kubernetes.io/service-name"


def read_service(part: Part, namespace: str) -> Service:
    spec = part / "spec"
    cluster_ips = (spec / "clusterIPs").texts() or tuple(filter(None, ((spec / "clusterIP").text(),)))
    selector = (spec / "selector").labels()
    kind = (spec / "type").one_of(_TYPES, "ClusterIP")
    return Service(
        namespace=namespace,
        name=(part / "metadata" / "name").required_text(),
        type=kind,
        selector=selector or None,
        ports=tuple(_read_port(entry) for entry in (spec / "ports").entries()),
        headless="None" in cluster_ips,
        external_name=(spec / "externalName").required_text() if kind == "ExternalName" else "",
        cluster_ips=tuple(ip for ip in cluster_ips if ip != "None"),
        external_ips=(spec / "externalIPs").texts(),
        families=tuple(
            _FAMILIES[entry.one_of(tuple(_FAMILIES))] for entry in (spec / "ipFamilies").entries()
        ),
        publish_not_ready=(spec / "publishNotReadyAddresses").flag(),
        internal_local=(spec / "internalTrafficPolicy").text() == "Local",
        external_local=(spec / "externalTrafficPolicy").text() == "Local",
    )


def read_slice(part: Part, namespace: str) -> EndpointSlice | None:
    """The slice's addresses that are in use; None for one that serves no Service or names hosts."""
    service = (part / "metadata" / "labels").labels().get(_OWNER_LABEL, "")
    if not service or (part / "addressType").text("IPv4") not in _FAMILIES:
        return None
    endpoints = tuple(
        SliceEndpoint(address, (entry / "nodeName").text())
        for entry in (part / "endpoints").entries()
        if _in_use(entry / "conditions")
        for address in _addresses(entry / "addresses")
    )
    ports = tuple(
        ((entry / "name").text(), (entry / "protocol").text("TCP"), (entry / "port").port_number())
        for entry in (part / "ports").entries()
    )
    return EndpointSlice(namespace, (part / "metadata" / "name").required_text(), service, ports, endpoints)


def read_endpoints(part: Part, namespace: str) -> list[EndpointSlice]:
    """An Endpoints object as the slices into which the cluster mirrors it, one a subset."""
    name = (part / "metadata" / "name").required_text()
    return [
        EndpointSlice(
            namespace,
            name,
            name,
            tuple(
                ((entry / "name").text(), (entry / "protocol").text("TCP"), (entry / "port").port_number())
                for entry in (subset / "ports").entries()
            ),
            tuple(
                SliceEndpoint((entry / "ip").required_text(), (entry / "nodeName").text())
                for entry in (subset / "addresses").entries()
                if (entry / "ip").checked(parse_address)
            ),
            "Endpoints",
        )
        for subset in (part / "subsets").entries()
    ]


def _read_port(part: Part) -> ServicePort:
    number = (part / "port").port_number()
    return ServicePort(
        name=(part / "name").text(),
        number=number,
        protocol=(part / "protocol").one_of(PROTOCOLS, "TCP"),
        target=_read_target(part / "targetPort", number),
    )


def _read_target(part: Part, number: int) -> TargetPort:
    """Absent, 0 or empty means the Service port's own number (S2)."""
    if part.absent or part.value in (0, "", "0"):
        return TargetPort(number=number)
    if isinstance(part.value, str):
        return TargetPort(number=int(part.value)) if part.value.isdigit() else TargetPort(name=part.value)
    return TargetPort(number=part.port_number())


def _in_use(conditions: Part) -> bool:
    """`ready` not said counts as true (S6)."""
    return (conditions / "ready").absent or (conditions / "ready").flag()


def _addresses(part: Part) -> list[str]:
    for entry in part.entries():
        entry.checked(parse_address)
    return [entry.text() for entry in part.entries()]
