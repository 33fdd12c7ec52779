"""Random small clusters, as decoded Kubernetes objects: few words, so that selectors often meet labels."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

Object = dict[str, Any]

NAMESPACES = ("alpha", "beta", "gamma", "delta")
NODES = {
    "n1": {"zone": "east", "addresses": ("192.168.0.1", "fd01::1")},
    "n2": {"zone": "west", "addresses": ("192.168.0.2", "fd01::2")},
}
OUTSIDE = ("203.0.113.7", "10.9.9.9", "2001:db8::7", "192.168.0.1", "192.168.0.3")
PORT_NAMES = ("web", "dns")
PORTS = (80, 81, 443)
PROTOCOLS = ("TCP", "UDP", "SCTP")
CIDRS = (
    ("10.0.0.0/8", ("10.0.1.0/24",)),
    ("10.0.1.1/32", ()),
    ("192.168.0.0/30", ("192.168.0.2/32",)),
    ("0.0.0.0/0", ("203.0.113.0/24",)),
    ("fd00::/16", ("fd00::1:0/112",)),
    ("::/0", ()),
)

_keys = st.sampled_from(("app", "tier"))
_values = st.sampled_from(("a", "b"))
some_labels = st.dictionaries(_keys, _values, max_size=2)


def _optional(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Object]:
    return st.fixed_dictionaries({}, optional=fields)


_expressions = st.one_of(
    st.builds(
        lambda key, operator, values: {"key": key, "operator": operator, "values": values},
        _keys,
        st.sampled_from(("In", "NotIn")),
        st.lists(_values, min_size=1, max_size=2, unique=True),
    ),
    st.builds(
        lambda key, operator: {"key": key, "operator": operator},
        _keys,
        st.sampled_from(("Exists", "DoesNotExist")),
    ),
)
_selectors = st.one_of(
    st.just({}),
    st.fixed_dictionaries({"matchLabels": some_labels}),
    st.fixed_dictionaries({"matchExpressions": st.lists(_expressions, min_size=1, max_size=2)}),
)

# --- what the cluster holds ----------------------------------------------------------------------


def _namespaces(names: tuple[str, ...]) -> st.SearchStrategy[list[Object]]:
    return st.tuples(
        *(
            some_labels.map(
                lambda labels, name=name: {
                    "apiVersion": "v1",
                    "kind": "Namespace",
                    "metadata": {"name": name, "labels": labels},
                }
            )
            for name in names
        )
    ).map(list)


def _nodes() -> list[Object]:
    return [
        {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": name, "labels": {"zone": node["zone"]}},
            "status": {"addresses": [{"type": "InternalIP", "address": text} for text in node["addresses"]]},
        }
        for name, node in NODES.items()
    ]


_container_ports = st.lists(
    st.builds(
        lambda name, number, protocol: {"name": name, "containerPort": number, "protocol": protocol},
        st.sampled_from(PORT_NAMES),
        st.sampled_from(PORTS),
        st.sampled_from(PROTOCOLS),
    ),
    max_size=2,
    unique_by=lambda port: port["name"],
)


@st.composite
def a_workload(draw: st.DrawFn, number: int, namespaces: tuple[str, ...]) -> Object:
    """A pod with addresses of one or both families, one on its node's network, or a Deployment."""
    meta = {"name": f"w{number}", "namespace": draw(st.sampled_from(namespaces)), "labels": draw(some_labels)}
    spec: Object = {"containers": [{"name": "main", "ports": draw(_container_ports)}]}
    form = draw(st.sampled_from(("pod", "pod", "pod", "host", "deployment")))
    if form == "deployment":
        template = {"metadata": {"labels": meta["labels"]}, "spec": spec}
        spec = {"replicas": draw(st.integers(1, 2)), "template": template}
        return {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": meta, "spec": spec}
    node = draw(st.sampled_from(tuple(NODES)))
    both = (f"10.0.{number % 2}.{number}", f"fd00::{number % 2}:{number}")
    addresses = draw(st.sampled_from((both[:1], both, both[1:])))
    if form == "host":
        addresses = NODES[node]["addresses"]
    status = {"phase": "Running", "podIP": addresses[0], "podIPs": [{"ip": text} for text in addresses]}
    spec |= {"nodeName": node, "hostNetwork": form == "host"}
    return {"apiVersion": "v1", "kind": "Pod", "metadata": meta, "spec": spec, "status": status}


# --- what the policies say -----------------------------------------------------------------------

_blocks = st.sampled_from(CIDRS).flatmap(
    lambda block: st.sampled_from(({"cidr": block[0]}, {"cidr": block[0], "except": list(block[1])}))
)
_network_peers = st.one_of(
    st.fixed_dictionaries({"podSelector": _selectors}, optional={"namespaceSelector": _selectors}),
    st.fixed_dictionaries({"namespaceSelector": _selectors}, optional={"podSelector": _selectors}),
    _blocks.map(lambda block: {"ipBlock": block}),
    _blocks.map(lambda block: {"ipBlock": block}),
)
_network_ports = st.one_of(
    _optional(protocol=st.sampled_from(PROTOCOLS), port=st.sampled_from((*PORTS, *PORT_NAMES))),
    st.just({"protocol": "TCP", "port": 80, "endPort": 82}),
)


def _network_rules(peers_key: str) -> st.SearchStrategy[list[Object]]:
    rule = _optional(
        ports=st.lists(_network_ports, max_size=2), **{peers_key: st.lists(_network_peers, max_size=2)}
    )
    return st.lists(rule, max_size=2)


@st.composite
def _network_policies(draw: st.DrawFn, number: int, namespaces: tuple[str, ...]) -> Object:
    spec = draw(
        st.fixed_dictionaries(
            {"podSelector": st.one_of(st.just({}), _selectors), "ingress": _network_rules("from")},
            optional={
                "policyTypes": st.lists(st.sampled_from(("Ingress", "Egress")), max_size=2, unique=True),
                "egress": _network_rules("to"),
            },
        )
    )
    meta = {"name": f"p{number}", "namespace": draw(st.sampled_from(namespaces))}
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": meta, "spec": spec}


_pods = st.one_of(
    _selectors.map(lambda selector: {"namespaces": selector}),
    st.builds(
        lambda space, pod: {"pods": {"namespaceSelector": space, "podSelector": pod}}, _selectors, _selectors
    ),
)
_outward_peers = st.one_of(
    _pods,
    _selectors.map(lambda _: {"nodes": {"matchLabels": {"zone": "east"}}}),
    st.lists(st.sampled_from([cidr for cidr, _ in CIDRS]), min_size=1, max_size=2, unique=True).map(
        lambda cidrs: {"networks": cidrs}
    ),
)
_admin_ports = st.one_of(
    st.builds(
        lambda number, protocol: {"portNumber": {"port": number, "protocol": protocol}},
        st.sampled_from(PORTS),
        st.sampled_from(PROTOCOLS),
    ),
    st.just({"portRange": {"start": 80, "end": 81}}),
    st.sampled_from(PORT_NAMES).map(lambda name: {"namedPort": name}),
)
_cluster_protocols = st.one_of(
    st.builds(
        lambda protocol, number: {protocol: {"destinationPort": {"number": number}}},
        st.sampled_from(("tcp", "udp", "sctp")),
        st.sampled_from(PORTS),
    ),
    st.just({"tcp": {"destinationPort": {"range": {"start": 80, "end": 81}}}}),
    st.sampled_from(PORT_NAMES).map(lambda name: {"destinationNamedPort": name}),
)


def _tiered_rules(direction: str, actions: tuple[str, ...], allow_domains: bool) -> st.SearchStrategy[Any]:
    ingress = direction == "ingress"
    peers = st.lists(_pods if ingress else _outward_peers, min_size=1, max_size=2)
    accepts = actions[0] == "Accept"
    ports = {"protocols": _cluster_protocols} if accepts else {"ports": _admin_ports}
    rule = st.fixed_dictionaries(
        {"action": st.sampled_from(actions), "from" if ingress else "to": peers},
        optional={key: st.lists(one, min_size=1, max_size=2) for key, one in ports.items()},
    )
    domains = st.just({"action": actions[0], "to": [{"domainNames": ["example.org"]}]})
    return st.lists(st.one_of(rule, domains) if allow_domains and not ingress else rule, max_size=3)


@st.composite
def _tiered_policies(draw: st.DrawFn, number: int, kind: str) -> Object:
    cluster_kind = kind == "ClusterNetworkPolicy"
    baseline = kind == "BaselineAdminNetworkPolicy"
    actions = ("Accept" if cluster_kind else "Allow", "Deny") + (() if baseline else ("Pass",))
    spec: Object = {"subject": draw(_pods)}
    for direction in ("ingress", "egress"):
        spec[direction] = draw(_tiered_rules(direction, actions, allow_domains=not baseline))
    if not baseline:
        spec["priority"] = draw(st.integers(1, 3))
    if cluster_kind:
        spec["tier"] = draw(st.sampled_from(("Admin", "Baseline")))
    return {
        "apiVersion": f"policy.networking.k8s.io/{'v1alpha2' if cluster_kind else 'v1alpha1'}",
        "kind": kind,
        "metadata": {"name": "default" if baseline else f"p{number}"},
        "spec": spec,
    }


def a_policy(number: int, namespaces: tuple[str, ...]) -> st.SearchStrategy[Object]:
    return st.one_of(
        _network_policies(number, namespaces),
        _network_policies(number, namespaces),
        _tiered_policies(number, "AdminNetworkPolicy"),
        _tiered_policies(number, "ClusterNetworkPolicy"),
        _tiered_policies(number, "BaselineAdminNetworkPolicy"),
        st.builds(
            lambda kind, namespace: {
                "apiVersion": kind[0],
                "kind": kind[1],
                "metadata": {"name": f"p{number}", "namespace": namespace},
                "spec": {},
            },
            st.sampled_from(
                (
                    ("cilium.io/v2", "CiliumNetworkPolicy"),
                    ("security.istio.io/v1", "AuthorizationPolicy"),
                )
            ),
            st.sampled_from(namespaces),
        ),
    )


# --- together ------------------------------------------------------------------------------------


@st.composite
def clusters(draw: st.DrawFn) -> list[Object]:
    """Up to four namespaces, six workloads and six policies of any kind, for `parse_cluster`."""
    namespaces = NAMESPACES[: draw(st.integers(1, 4))]
    objects = draw(_namespaces(namespaces)) + _nodes()
    objects += [draw(a_workload(number, namespaces)) for number in range(draw(st.integers(2, 6)))]
    policies = [draw(a_policy(number, namespaces)) for number in range(draw(st.integers(1, 6)))]
    names = [(policy["kind"], policy["metadata"]["name"]) for policy in policies]
    return objects + [policy for n, policy in enumerate(policies) if names[n] not in names[:n]]


assumptions = st.fixed_dictionaries(
    {
        "ip_block_matches_pods": st.sampled_from(("yes", "no", "unknown")),
        "host_network": st.sampled_from(("node", "pod", "unknown")),
        "own_node": st.sampled_from(("allowed", "policy", "unknown")),
    }
)
