"""The filter grammar: what is read, what is refused, and that a query's text reads back into it."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from apps.reachability.grammar import (
    KEYS,
    LONGEST,
    Query,
    QueryRefused,
    Token,
    matches,
    parse_query,
)

_name = st.text("abz019.-*", min_size=1, max_size=8).filter(lambda text: not text.startswith("-"))
_label = st.builds("{}={}".format, _name, st.text("ab*", max_size=3))
_target = _name | st.builds("{}/{}".format, _name, _name.filter(lambda name: name != "*")) | _label
_number = st.integers(1, 999).map("#{}".format)
_port = st.builds(
    "{}{}".format, st.integers(1, 65535) | st.just("*"), st.sampled_from(["", "/TCP", "/UDP", "/SCTP"])
)
_FREE = {
    "from": _name | _label,
    "to": _target,
    "ns": _target,
    "port": _port,
    "policy": _name | st.builds("{}/{}".format, _name, _name),
    "class": st.integers(1, 999).map("C{}".format),
    "label": _label,
    "text": _name,
}


def _values(key: str) -> st.SearchStrategy[tuple[str, ...]]:
    one = _FREE[key] if key in _FREE else st.sampled_from(KEYS[key].words)
    return st.lists(one, min_size=1, max_size=3, unique=True).map(tuple)


_tokens = st.sampled_from([key for key in KEYS if key not in ("since", "changed")]).flatmap(
    lambda key: st.builds(Token, st.just(key), _values(key), st.booleans())
)
_changes = st.builds(
    lambda token, number: (token, Token("since", (number,))),
    st.builds(Token, st.just("changed"), _values("changed"), st.booleans()),
    _number,
)
queries = st.builds(
    lambda tokens, change: Query((*tokens, *change)),
    st.lists(_tokens, max_size=4, unique=True),
    st.just(()) | _changes,
)


@given(queries)
def test_the_text_of_a_query_reads_back_into_it(query: Query) -> None:
    assert parse_query(str(query)) == query


@given(st.text("abc:/>=,*-# 019", max_size=30))
@example("form:a>b")
@example("a=b=c")
@example("from:a:b")
def test_every_line_is_read_or_refused_with_its_tokens(text: str) -> None:
    try:
        query = parse_query(text)
    except QueryRefused as error:
        problems = [problem.message for problem in error.problems] or [""]
    else:
        problems = [] if parse_query(str(query)) == query else [""]
    assert all(problems), "a problem without words, or a query that does not read back"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("from:dev/* to:payments/db port:5432/tcp", "from:dev to:payments/db port:5432/TCP"),
        ("a > b/c:80", "from:a to:b/c port:80"),
        ("a>b", "from:a to:b"),
        ("env=dev > env=prod", "from:env=dev to:env=prod"),
        ("* > payments/db", "to:payments/db"),
        ("> payments/db:5432", "to:payments/db port:5432"),
        ("payments/db:5432", "to:payments/db port:5432"),
        ("db:5432", "to:*/db port:5432"),
        ("env=dev,test", "env=dev,env=test"),
        ("kubernetes.io/metadata.name=ci", "kubernetes.io/metadata.name=ci"),
        ("-ns:kube-system,monitoring", "-ns:kube-system,monitoring"),
        ("verdict:open,Partly,denied", "verdict:unrestricted,partial,denied"),
        ("changed:opened since:19", "changed:new since:#19"),
        ("type:loadbalancer", "type:LoadBalancer"),
        ("pay  pay", "pay"),
        ("   ", ""),
    ],
)
def test_each_form_has_one_meaning(text: str, read: str) -> None:
    assert str(parse_query(text)) == read


@pytest.mark.parametrize(
    ("text", "token", "message"),
    [
        ("frm:dev pay", "frm:dev", "there is no key frm.*from.*Did you mean from:dev"),
        ("verdict:unrestrictd", "verdict:unrestrictd", "allowed, unrestricted.*mean verdict:unrestricted"),
        ("from:", "from:", "a value is missing.*from:dev"),
        ("to:a,,b", "to:a,,b", "a value is missing"),
        ("-", "-", "a value is missing"),
        ("from:dev/web", "from:dev/web", "a namespace"),
        ("to:a/b/c", "to:a/b/c", "a namespace or a Service"),
        ("to:payments/db:5432", "to:payments/db:5432", "port is a token of its own"),
        ("port:99999", "port:99999", "5432/TCP"),
        ("port:http", "port:http", "5432/TCP"),
        ("changed:new", "changed:new", "since when"),
        ("since:#3", "since:#3", "says nothing alone"),
        ("changed:new since:#3,#4", "since:#3,#4", "one snapshot"),
        ("changed:new -since:#3", "-since:#3", "one snapshot"),
        ("changed:new since:#0", "since:#0", "number of a snapshot"),
        ("=x", "=x", "a label"),
        (">", ">", "a pair"),
        ("finding:high,dns-bloked", "finding:high,dns-bloked", "mean finding:dns-blocked"),
    ],
)
def test_a_token_that_cannot_be_read_is_named(text: str, token: str, message: str) -> None:
    with pytest.raises(QueryRefused, match=message) as caught:
        parse_query(text)
    assert [problem.token for problem in caught.value.problems] == [token]


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(QueryRefused) as caught:
        parse_query("frm:x ok port:0 verdict:maybe")
    assert [problem.token for problem in caught.value.problems] == ["frm:x", "port:0", "verdict:maybe"]


def test_a_line_has_an_end() -> None:
    assert parse_query("a" * LONGEST)
    with pytest.raises(QueryRefused, match="1000 characters"):
        parse_query("a" * (LONGEST + 1))


def test_less_a_token_nothing_is_left_that_says_nothing_alone() -> None:
    query = parse_query("pay changed:new since:#3")
    assert str(query.less(query.tokens[1])) == "pay"
    assert str(query.less(query.tokens[0])) == "changed:new since:#3"


@given(st.text("ab*", max_size=6), st.text("ab", max_size=8))
def test_patterns_match_as_a_slow_reading_says(pattern: str, name: str) -> None:
    assert matches(pattern, name) == _slowly(pattern, name)


def _slowly(pattern: str, name: str) -> bool:
    if not pattern:
        return not name
    if pattern[0] == "*":
        return any(_slowly(pattern[1:], name[start:]) for start in range(len(name) + 1))
    return name[:1] == pattern[0] and _slowly(pattern[1:], name[1:])


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    assert not matches("*a" * 400, "a" * 253 + "b")
