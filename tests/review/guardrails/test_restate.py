"""A filter said again as guardrails is about the edges that the filter keeps, and no others."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.engine import compare_reach, compute_reach, parse_cluster
from apps.engine.model import Assumptions, Direction, Verdict
from apps.reachability.conditions import compile_query
from apps.reachability.grammar import Query, Token, parse_query
from apps.reachability.ground import Ground
from apps.review.guardrails import Checker, read_guardrail
from apps.review.guardrails.form import DefaultDeny, Deny, Only, ResolveDns, Spaces
from apps.review.guardrails.restate import NEVER, ONLY, Restated, restate
from apps.review.guardrails.write import document
from tests.engine.edits import edited_clusters
from tests.fakes.kube_objects import Object

_VALUES = {
    "from": ("alpha", "b*", "*a", "app=a", "tier=*", "nowhere", "app=a*"),
    "to": ("alpha", "*/s*", "beta", "app=b", "*/web", "a*/s1", "*"),
    "ns": ("gamma", "de*", "tier=a", "alpha/s1"),
    "text": ("a", "al*", "/s", "web", "a*1", "ALPHA"),
    "label": ("app=a", "tier=*", "app=*b"),
    "port": ("80", "*/UDP", "443/TCP", "81", "1", "65535/SCTP"),
    "verdict": ("allowed",),
}
_REACHED = (Verdict.ALLOWED, Verdict.PARTIAL, Verdict.UNRESTRICTED, Verdict.UNKNOWN)


def _tokens(*keys: str) -> st.SearchStrategy[Token]:
    return st.sampled_from(keys).flatmap(
        lambda key: st.builds(
            Token,
            st.just(key),
            st.lists(st.sampled_from(_VALUES[key]), min_size=1, max_size=2, unique=True).map(tuple),
            st.booleans(),
        )
    )


def _queries(*keys: str) -> st.SearchStrategy[Query]:
    return st.lists(_tokens(*keys), min_size=1, max_size=4, unique=True).map(lambda each: Query(tuple(each)))


class Bay:
    """A cluster, and which of its edges that let something through guardrails, or a filter, are about."""

    def __init__(self, objects: list[Object]) -> None:
        self.cluster, self.taken = parse_cluster(objects), Assumptions()
        self.reach = compute_reach(self.cluster, self.taken)

    def barred(self, found: Restated) -> set[Any]:
        checker = Checker(self.cluster, self.reach, self.taken)
        edges = set()
        for place, requirement in enumerate(found.requirements):
            guardrail = read_guardrail(document(f"rule-{place}", "", requirement))
            assert guardrail.requirement == requirement or _sorted(guardrail.requirement) == _sorted(
                requirement
            )
            result = checker.check(guardrail)
            assert result.broken_count + result.unknown_count <= 100, "the lists of breaches are whole"
            edges |= {(b.source, b.target, b.port, b.protocol) for b in (*result.broken, *result.unknown)}
        return edges

    def kept(self, query: Query) -> set[Any]:
        same = compare_reach(self.cluster, self.cluster, self.taken)
        keep = compile_query(query, Ground(self.cluster, self.taken, lambda _: same))
        return {
            (self.reach.namespaces[number], port.target, port.port, port.protocol)
            for port in self.reach.ports
            for number in keep(port)
            if port.verdict(number) in _REACHED
        }


def _sorted(requirement: Any) -> str:
    """The requirements of a selector may stand in any order."""
    return "".join(sorted(repr(requirement)))


def _said(query: Query, found: Restated) -> Query:
    unsaid = {each.token for each in found.unsaid}
    return Query(tuple(token for token in query.tokens if str(token) not in unsaid))


@given(edited_clusters(), _queries(*_VALUES))
def test_never_bars_what_the_filter_keeps(both: tuple[list[Object], list[Object]], query: Query) -> None:
    bay, found = Bay(both[0]), restate(query, says=NEVER)
    assert bay.barred(found) == bay.kept(_said(query, found))


@given(edited_clusters(), _queries("from", "to", "port"))
def test_only_bars_everybody_else(both: tuple[list[Object], list[Object]], query: Query) -> None:
    bay, found = Bay(both[0]), restate(query, says=ONLY)
    said = _said(query, found)
    if found.can_say_only and said.without("to", "port").tokens:
        whole = said.without("from")
        fits_no_port = not restate(whole).requirements or not restate(said).requirements
        expected = set() if fits_no_port else bay.kept(whole) - bay.kept(said)
        assert bay.barred(found) == expected


def test_what_can_be_said_is_said() -> None:
    """The tokens that must not be left out, so that the properties above are not about nothing."""
    for text in (
        "from:env=dev to:env=prod",
        "-from:gateway to:payments port:443",
        "-from:env=prod to:env=prod",
        "from:env=* -from:team=a to:*/db -to:env=dev -port:443/TCP",
        "env=prod port:5432",
        "pay",
        "ns:kube-* -env=prod",
    ):
        assert restate(parse_query(text)).unsaid == [], text


@pytest.mark.parametrize(
    "text", ["-to:*", "-from:*", "-ns:*", "-port:*", "from:dev -to:*,prod", "-from:dev,*"]
)
def test_where_nothing_can_fit_nothing_is_said(text: str) -> None:
    found = restate(parse_query(text))
    assert (found.requirements, found.unsaid) == ([], [])


@pytest.mark.parametrize(
    ("text", "unsaid"),
    [
        ("from:dev verdict:allowed", "verdict:allowed"),
        ("from:dev* -from:dev-1", "-from:dev-1"),
        ("from:d*v from:*e*", "from:*e*"),
        ("to:env=pr*", "to:env=pr*"),
        ("-to:payments/db", "-to:payments/db"),
        ("a b c", "c"),
        ("changed:new since:#3 from:dev", "changed:new"),
        ("type:LoadBalancer", "type:LoadBalancer"),
        ("dns:resolves", "dns:resolves"),
        ("from:dev dns:blocked to:prod", "to:prod"),
        ("missing:default-deny-ingress to:prod/web", "to:prod/web"),
        ("-from:dev dns:blocked", "-from:dev"),
    ],
)
def test_what_cannot_be_said_is_named_with_its_reason(text: str, unsaid: str) -> None:
    found = restate(parse_query(text)).unsaid
    assert unsaid in [each.token for each in found]
    assert all(each.reason for each in found)


def test_everybody_but_some_is_only_those() -> None:
    query = parse_query("-from:gateway to:payments/*")
    (never,), (only,) = restate(query).requirements, restate(query, says=ONLY).requirements
    assert isinstance(never, Only)
    assert isinstance(only, Deny)
    assert never.sources == only.sources == (Spaces("gateway"),)


def test_names_and_default_deny_are_guardrails_of_namespaces() -> None:
    dns = restate(parse_query("from:dev-* dns:blocked verdict:allowed"))
    assert dns.requirements == [ResolveDns((Spaces("dev-*"),))]
    assert [each.token for each in dns.unsaid] == ["verdict:allowed"]
    closed = restate(parse_query("missing:default-deny-egress -from:env=dev"))
    (requirement,) = closed.requirements
    assert isinstance(requirement, DefaultDeny)
    assert requirement.directions == (Direction.EGRESS,)
    assert requirement.spaces[0].labels.requirements[0].operator == "NotIn"
    assert closed.unsaid == []


def test_a_filter_that_no_edge_can_fit_gives_none() -> None:
    assert restate(parse_query("to:dev/web to:prod/web")).requirements == []
    assert restate(parse_query("port:80 port:81")).requirements == []
