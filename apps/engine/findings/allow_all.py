"""A rule that opens the pods it governs to everywhere, addresses outside the cluster included (N7, N14)."""

from __future__ import annotations

from collections.abc import Iterator

from apps.engine.findings.blocks import EVERY_ADDRESS, takes_every_address
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import describe_ports
from apps.engine.model import Action, Direction, Peer, Policy, PortMatch, Rule

ID = "allow-all-{direction}"
_WAYS = {Direction.INGRESS: "lets in", Direction.EGRESS: "lets out to"}


def find(survey: Survey) -> Iterator[Finding]:
    for policy in survey.cluster.policies:
        rules = [rule for rule in policy.rules if rule.action is Action.ALLOW and rule.ports != ()]
        opened = [(rule, whom) for rule in rules if (whom := _describe_all(rule.peers))]
        if opened and survey.governs(policy):
            yield from (_finding(policy, rule, whom) for rule, whom in opened)


def _describe_all(peers: tuple[Peer, ...] | None) -> str:
    """Whom peers without bounds take in; empty if they have bounds."""
    if peers is None:
        return "every peer, inside and outside the cluster"
    families = [family for family in EVERY_ADDRESS if takes_every_address(peers, family)]
    return f"every {' and '.join(f'IPv{family}' for family in families)} address" if families else ""


def _finding(policy: Policy, rule: Rule, whom: str) -> Finding:
    return Finding(
        id=ID.format(direction=rule.direction),
        severity=Severity.MEDIUM if _takes_every_port(rule.ports) else Severity.LOW,
        object=policy.ref,
        message=(
            f"{rule.path} of {policy.ref} {_WAYS[rule.direction]} {whom}, on {describe_ports(rule.ports)}."
        ),
        advice="Name the peers that are meant: pods and namespaces by label, the outside by its blocks.",
        evidence=(Place(policy.ref, rule.path),),
        path=rule.path,
    )


def _takes_every_port(ports: tuple[PortMatch, ...] | None) -> bool:
    return ports is None or any(entry == PortMatch(entry.protocol) for entry in ports)
