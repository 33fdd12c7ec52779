"""Clients outside the cluster that call a Service by its node port, load balancer or external address (N23).

Unless the Service keeps to the node (`externalTrafficPolicy: Local`), the node where the call arrives may put
its own address in the place of the client's. Which node that is, and whether it does, no snapshot shows.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from apps.engine import OPEN, parse_address
from apps.engine.model import Cluster, Endpoint, PairExplanation, Service, Verdict

_EXPOSED = ("NodePort", "LoadBalancer")


def hides_client(service: Service, client: Endpoint, cluster: Cluster) -> bool:
    """Whether policies behind the Service may see another address than this client's."""
    exposed = service.type in _EXPOSED or bool(service.external_ips)
    if not exposed or service.external_local or client.workload is not None:
        return False
    of_nodes = {parse_address(text) for node in cluster.nodes for text in node.addresses}
    return parse_address(client.address) not in of_nodes


def explain_hidden(
    client: Endpoint, cluster: Cluster, explain: Callable[[Endpoint], PairExplanation]
) -> PairExplanation:
    """What holds for the client and for every node in its place; unknown where they do not agree."""
    found = explain(client)
    if found.verdict in (Verdict.UNRESTRICTED, Verdict.UNKNOWN):
        return found
    family = parse_address(client.address).family
    nodes = [
        text for node in cluster.nodes for text in node.addresses if parse_address(text).family == family
    ]
    seen = (explain(Endpoint(address=text)).verdict for text in nodes)
    if nodes and all((verdict in OPEN) == (found.verdict in OPEN) for verdict in seen):
        return found
    reason = "The client's address may be rewritten to that of a node, and it is not known of which."
    return replace(found, verdict=Verdict.UNKNOWN, reason=reason)
