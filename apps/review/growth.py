"""When what was accepted is no longer what stands."""

from __future__ import annotations

import hashlib
import json

from apps.engine import Finding
from apps.engine.model import Edge, Verdict

# From the least to the most. Unknown may turn out to be allowed, so for an edge that was accepted as partial
# it is more; and to be unrestricted it would have to be decided.
RANKS = (
    Verdict.EMPTY,
    Verdict.DENIED,
    Verdict.PARTIAL,
    Verdict.UNKNOWN,
    Verdict.ALLOWED,
    Verdict.UNRESTRICTED,
)


def has_more(edge: Edge, verdict: str, allowed_pairs: int) -> bool:
    """Whether the edge has a better verdict, or more allowed pairs, than once."""
    if edge.verdict in (Verdict.EMPTY, Verdict.DENIED):
        return False
    better = RANKS.index(edge.verdict) > RANKS.index(Verdict(verdict))
    return better or edge.allowed_pairs > allowed_pairs


def evidence_of(finding: Finding) -> str:
    """A digest of all that a finding says, so that one that says more is another."""
    places = [(str(place.object), place.path) for place in finding.evidence]
    basis = [str(finding.severity), finding.message, places]
    return hashlib.sha256(json.dumps(basis).encode()).hexdigest()
