"""Random pairs of clusters: one with Services, and the same after a few random edits."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

from tests.engine.strategies import (
    NAMESPACES,
    PORT_NAMES,
    PORTS,
    PROTOCOLS,
    Object,
    a_policy,
    a_workload,
    clusters,
    some_labels,
)

_SERVICE_NAMES = ("s0", "s1", "s2")
_HOSTS = ("s0.alpha.svc.cluster.local", "s1.beta.svc.cluster.local", "example.org")
_ENDS = ("10.0.0.0", "10.0.1.1", "192.168.0.1", "203.0.113.7")


@st.composite
def a_service(draw: st.DrawFn, name: str, namespaces: tuple[str, ...]) -> Object:
    """With a selector, or an alias, or one for EndpointSlices to fill."""
    ports = st.fixed_dictionaries(
        {"port": st.sampled_from(PORTS), "protocol": st.sampled_from(PROTOCOLS)},
        optional={"targetPort": st.sampled_from((*PORTS, *PORT_NAMES))},
    )
    spec: Object = {"ports": draw(st.lists(ports, min_size=1, max_size=2, unique_by=_number))}
    form = draw(st.sampled_from(("pods", "pods", "pods", "alias", "manual")))
    if form == "pods":
        spec |= {"selector": draw(st.sampled_from(({"app": "a"}, {"app": "b"}, {"tier": "a"})))}
        spec |= draw(st.sampled_from(({}, {}, {"clusterIP": "None"}, {"internalTrafficPolicy": "Local"})))
    elif form == "alias":
        spec |= {"type": "ExternalName", "externalName": draw(st.sampled_from(_HOSTS))}
    meta = {"name": name, "namespace": draw(st.sampled_from(namespaces))}
    return {"apiVersion": "v1", "kind": "Service", "metadata": meta, "spec": spec}


def _number(port: Object) -> tuple[Any, Any]:
    return port["port"], port["protocol"]


def a_slice(name: str, service: Object) -> st.SearchStrategy[Object]:
    meta = {
        "name": name,
        "namespace": service["metadata"]["namespace"],
        "labels": {"kubernetes.io/service-name": service["metadata"]["name"]},
    }
    ports = [{"name": "", "protocol": port["protocol"], "port": 80} for port in service["spec"]["ports"]]
    return st.lists(st.sampled_from(_ENDS), min_size=1, max_size=2, unique=True).map(
        lambda addresses: {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "addressType": "IPv4",
            "metadata": meta,
            "ports": ports,
            "endpoints": [{"addresses": [text]} for text in addresses],
        }
    )


def _dns() -> list[Object]:
    """The cluster's DNS, so that edits may break it."""
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": "dns", "namespace": "kube-system", "labels": {"app": "a"}},
        "spec": {"nodeName": "n1", "containers": [{"name": "main"}]},
        "status": {"phase": "Running", "podIP": "10.0.9.9", "podIPs": [{"ip": "10.0.9.9"}]},
    }
    ports = [{"name": p, "port": 53, "protocol": p} for p in ("UDP", "TCP")]
    service = {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": "kube-dns", "namespace": "kube-system"},
        "spec": {"selector": {"app": "a"}, "ports": ports},
    }
    return [
        {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "kube-system"}},
        pod,
        service,
    ]


@st.composite
def edited_clusters(draw: st.DrawFn) -> tuple[list[Object], list[Object]]:
    """Before and after up to six edits: objects removed, added, relabelled or replaced under their names."""
    before = draw(clusters())
    spaces = tuple(o["metadata"]["name"] for o in before if o["kind"] == "Namespace")
    before += draw(st.sampled_from(([], _dns())))
    services = [draw(a_service(name, spaces)) for name in _SERVICE_NAMES[: draw(st.integers(1, 3))]]
    before += services
    for number, service in enumerate(services):
        if "selector" not in service["spec"] and draw(st.booleans()):
            before.append(draw(a_slice(f"part-{number}", service)))
    after = deepcopy(before)
    for number in range(draw(st.integers(1, 6))):
        draw(_edit(after, 20 + number))
    return before, after


@st.composite
def _edit(draw: st.DrawFn, objects: list[Object], number: int) -> None:
    spaces = tuple(o["metadata"]["name"] for o in objects if o["kind"] == "Namespace") or NAMESPACES[:1]
    kind = draw(st.sampled_from(sorted({o["kind"] for o in objects} - {"Node"})))
    index = draw(st.sampled_from([n for n, o in enumerate(objects) if o["kind"] == kind]))
    what = draw(st.sampled_from(("add policy", "add workload", "remove", "relabel", "relabel", "replace")))
    if what == "add policy":
        _put(objects, draw(a_policy(number, spaces)))
    elif what == "add workload":
        objects.append(draw(a_workload(number, spaces)))
    elif what == "remove":
        _remove(objects, objects[index])
    elif what == "relabel" and kind != "EndpointSlice":
        objects[index]["metadata"]["labels"] = draw(some_labels)
    elif (fresh := draw(_another(objects[index], number, spaces))) is not None:
        objects[index] = fresh


def _remove(objects: list[Object], gone: Object) -> None:
    """Takes it away; a namespace with all that is in it, or alone, so that its labels are not known."""
    objects.remove(gone)
    name = gone["metadata"]["name"]
    if gone["kind"] == "Namespace" and name != "alpha":
        objects[:] = [o for o in objects if o["metadata"].get("namespace") != name]


@st.composite
def _another(draw: st.DrawFn, old: Object, number: int, spaces: tuple[str, ...]) -> Object | None:
    """Another object of the same kind and name; None for kinds that are not made anew."""
    if old["kind"] in ("Pod", "Deployment"):
        fresh = draw(a_workload(number, spaces))
    elif old["kind"] == "Service" and old["metadata"]["name"] != "kube-dns":
        fresh = draw(a_service(old["metadata"]["name"], spaces))
    elif old["kind"] == "NetworkPolicy":
        fresh = draw(a_policy(number, spaces))
    else:
        return None
    if fresh["kind"] != old["kind"]:
        return None
    fresh["metadata"] |= {key: old["metadata"][key] for key in ("name", "namespace")}
    return fresh


def _put(objects: list[Object], policy: Object) -> None:
    """Adds it, in the place of one of its kind and name."""
    name = (policy["kind"], policy["metadata"]["name"])
    objects[:] = [o for o in objects if (o["kind"], o["metadata"]["name"]) != name] + [policy]
