"""Random Services for the random clusters: few selectors and ports, so that they often meet pods."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.engine.strategies import PORT_NAMES, PORTS, PROTOCOLS, Object

_ports = st.builds(
    lambda number, protocol, target: {"port": number, "protocol": protocol, "targetPort": target},
    st.sampled_from((80, 8000)),
    st.sampled_from(PROTOCOLS),
    st.sampled_from((*PORTS, *PORT_NAMES)),
)
_specs = st.fixed_dictionaries(
    {
        "selector": st.dictionaries(
            st.sampled_from(("app", "tier")), st.sampled_from(("a", "b")), min_size=1, max_size=1
        ),
        "ports": st.lists(
            _ports, min_size=1, max_size=2, unique_by=lambda port: (port["port"], port["protocol"])
        ).map(lambda ports: [port | {"name": f"p{n}"} for n, port in enumerate(ports)]),
    },
    optional={
        "clusterIP": st.just("None"),
        "internalTrafficPolicy": st.just("Local"),
        "ipFamilies": st.sampled_from((["IPv4"], ["IPv6"], ["IPv4", "IPv6"])),
    },
)


@st.composite
def services(draw: st.DrawFn, objects: list[Object], most: int = 4) -> list[Object]:
    """One to `most` Services with selectors, in the namespaces of these objects."""
    namespaces = [each["metadata"]["name"] for each in objects if each["kind"] == "Namespace"]
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": {"name": f"s{number}", "namespace": draw(st.sampled_from(namespaces))},
            "spec": draw(_specs),
        }
        for number in range(draw(st.integers(1, most)))
    ]
