"""What a reviewer of a cluster should look at: one file a finding, each with a function `find`.

`docs/findings.md` lists them. The files read one `Survey`; none of them knows of another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from apps.engine.collector import collector_at_rest
from apps.engine.findings import (
    allow_all,
    dns_blocked,
    endpoints_elsewhere,
    equal_priorities,
    external_ips,
    headless_port_differs,
    no_default_deny,
    not_evaluated,
    nothing_enforced,
    peer_matches_nothing,
    policy_selects_nothing,
    rule_adds_nothing,
    rules_without_effect,
    service_name_shared,
    service_without_backends,
    unrestricted_service,
)
from apps.engine.findings.finding import Finding, Place, Severity
from apps.engine.findings.selecting import Selecting, find_selecting
from apps.engine.findings.survey import Survey

__all__ = ["FINDERS", "Finding", "Place", "Selecting", "Severity", "Survey", "find_all", "find_selecting"]

FINDERS: tuple[Callable[[Survey], Iterator[Finding]], ...] = (
    nothing_enforced.find,
    unrestricted_service.find,
    endpoints_elsewhere.find,
    no_default_deny.find,
    allow_all.find,
    rules_without_effect.find,
    equal_priorities.find,
    not_evaluated.find,
    dns_blocked.find,
    external_ips.find,
    policy_selects_nothing.find,
    peer_matches_nothing.find,
    rule_adds_nothing.find,
    service_without_backends.find,
    headless_port_differs.find,
    service_name_shared.find,
)
_RANKS = {severity: rank for rank, severity in enumerate(Severity)}


def find_all(survey: Survey) -> tuple[Finding, ...]:
    """Every finding, the gravest first, then by id, object and path."""
    with collector_at_rest():
        found = [finding for find in FINDERS for finding in find(survey)]
        return tuple(sorted(found, key=lambda each: (_RANKS[each.severity], each.id, each.object, each.path)))
