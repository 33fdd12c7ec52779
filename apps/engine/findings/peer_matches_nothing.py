"""A peer that nothing in the cluster matches, or no address could (N11, N14, N20, N21)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.addresses import block_ranges
from apps.engine.explain.rules import peer_path
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.labels import selects
from apps.engine.model import BlockPeer, NodePeer, NoPeer, Peer, PodPeer, Policy, Rule

ID = "peer-matches-nothing"


def find(survey: Survey) -> Iterator[Finding]:
    for policy in survey.cluster.policies:
        for rule in policy.rules:
            for number, peer in enumerate(rule.peers or ()):
                if lack := _describe_lack(survey, peer):
                    yield _finding(policy, rule, number, lack)


def _describe_lack(survey: Survey, peer: Peer) -> str:
    """Why nothing matches the peer; empty if something does, might, or is not known."""
    if isinstance(peer, NoPeer):
        return f"matches nothing: {peer.reason}"
    if isinstance(peer, PodPeer):
        known = not survey.is_unread("Pod", "Namespace")
        return "matches no pod" if known and not survey.finds(peer) else ""
    if isinstance(peer, BlockPeer):
        return "matches no address: its exceptions cover its block" if not block_ranges(peer) else ""
    if isinstance(peer, NodePeer) and not survey.is_unread("Node"):
        picked = any(selects(peer.nodes, node.labels) for node in survey.cluster.nodes)
        return "" if picked else "matches no node"
    return ""


def _finding(policy: Policy, rule: Rule, number: int, lack: str) -> Finding:
    path = peer_path(rule, number)
    return Finding(
        id=ID,
        severity=Severity.LOW,
        object=policy.ref,
        message=f"{path} of {policy.ref} {lack}.",
        advice="Compare it with the labels or addresses that are meant, or remove it.",
        evidence=(Place(policy.ref, path),),
        path=path,
    )
