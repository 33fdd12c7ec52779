"""Does a rule match the other end? Three answers, because an address or a name may not be known."""

from __future__ import annotations

from enum import IntEnum

from apps.engine.addresses import covers
from apps.engine.explain.ground import Party, matches_pod
from apps.engine.labels import selects
from apps.engine.model import BlockPeer, DomainPeer, NodePeer, NoPeer, Peer, PodPeer


class Match(IntEnum):
    """Ordered: of alternatives the highest counts, of conditions the lowest."""

    NO = 0
    MAYBE = 1
    YES = 2


def match_peer(peer: Peer, party: Party, ip_block_matches_pods: str) -> Match:
    """Whether one peer matches the party. The assumption is `yes`, `no` or `unknown` (N15)."""
    match peer:
        case PodPeer():
            return _sure(party.is_pod and matches_pod(peer, party))
        case BlockPeer():
            return _match_block(peer, party, ip_block_matches_pods)
        case NodePeer():
            return _match_node(peer, party)
        case DomainPeer():
            # A name may stand for any outside host, and never for a pod or a node (A9).
            outside = party.endpoint.workload is None and not party.nodes
            return Match.MAYBE if outside else Match.NO
        case NoPeer():
            return Match.NO


def _match_block(block: BlockPeer, party: Party, ip_block_matches_pods: str) -> Match:
    """N14; whether it also holds for pods is said by the kind of policy, or else by the plugin (N15)."""
    by_address = "yes"
    if party.is_pod:
        by_address = ip_block_matches_pods if block.pods is None else "yes" if block.pods else "no"
    if by_address == "no":
        return Match.NO
    if party.address is None:
        return Match.MAYBE
    if not covers(block, party.address):
        return Match.NO
    return Match.YES if by_address == "yes" else Match.MAYBE


def _match_node(peer: NodePeer, party: Party) -> Match:
    """A8: the addresses of the selected Nodes, and so the host-network pods there; not the pods on them."""
    if party.is_pod:
        return Match.NO
    if party.endpoint.workload is not None and not party.nodes:
        return Match.MAYBE  # a host-network pod on a node that is not known
    return _sure(any(selects(peer.nodes, node.labels) for node in party.nodes))


def explain_doubt(peer: Peer, party: Party) -> str:
    """Why a peer may or may not match the party, for a peer whose match is `MAYBE`."""
    if isinstance(peer, DomainPeer):
        return f"which addresses {', '.join(peer.names)} has is not known"
    if isinstance(peer, NodePeer):
        return f"the node of {party.name} is not known"
    cidrs = ", ".join(peer.cidrs) if isinstance(peer, BlockPeer) else "of a rule"
    if party.address is None:
        return f"whether ipBlock {cidrs} matches {party.name}, whose address is not known"
    return f"whether ipBlock {cidrs} matches pods depends on the network plugin"


def _sure(answer: bool) -> Match:
    return Match.YES if answer else Match.NO
