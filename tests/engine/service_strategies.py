"""Random Services for the random clusters, most of them in front of some of their pods."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.engine.strategies import PORT_NAMES, PORTS, PROTOCOLS, Object

_ports = st.builds(
    lambda number, protocol, target: {"port": number, "protocol": protocol, "targetPort": target},
    st.sampled_from((80, 8000)),
    st.sampled_from(("TCP", *PROTOCOLS)),
    st.sampled_from((80, *PORTS, *PORT_NAMES)),
)
_specs = st.fixed_dictionaries(
    {
        "ports": st.lists(
            _ports, min_size=1, max_size=2, unique_by=lambda port: (port["port"], port["protocol"])
        ).map(lambda ports: [port | {"name": f"p{n}"} for n, port in enumerate(ports)]),
    },
    optional={
        "clusterIP": st.sampled_from(("None", "10.96.0.1", "10.96.0.2")),
        "internalTrafficPolicy": st.sampled_from(("Local", "Cluster", "Cluster")),
        "ipFamilies": st.sampled_from((["IPv4"], ["IPv6"], ["IPv4", "IPv6"])),
    },
)


@st.composite
def services(draw: st.DrawFn, objects: list[Object], most: int = 4) -> list[Object]:
    """One to `most` Services, each for some of the pods that share a label with one of the objects."""
    workloads = [each for each in objects if each["kind"] in ("Pod", "Deployment")]
    found = []
    for number in range(draw(st.integers(1, most))):
        meta = draw(st.sampled_from(workloads))["metadata"]
        labels = sorted(meta["labels"].items()) or [("app", "a")]
        selector = dict(draw(st.lists(st.sampled_from(labels), min_size=1, max_size=2)))
        found.append(
            {
                "apiVersion": "v1",
                "kind": "Service",
                "metadata": {"name": f"s{number}", "namespace": meta["namespace"]},
                "spec": {"selector": selector, **draw(_specs)},
            }
        )
    return found
