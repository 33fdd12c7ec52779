"""What each token of a filter keeps: for one Service port, the source namespaces, as a bitmap.

So a filter over all edges of a large cluster costs a few operations a Service port, and no single edge is
ever looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pyroaring import BitMap

from apps.engine import PortReach
from apps.engine.model import Dns, Verdict
from apps.reachability.ends import name_ends, target_fits
from apps.reachability.finding_ends import finding_ends
from apps.reachability.grammar import Query, Token, matches
from apps.reachability.ground import Ground
from apps.reachability.matrix_names import structure_of

Condition = Callable[[PortReach], BitMap]  # numbers of the sources whose edges to this port are kept


def compile_query(query: Query, ground: Ground) -> Condition:
    """The sources that a query keeps, port by port. Raises UnknownName for a snapshot that is not there."""
    parts = [_compile(token, query, ground) for token in query.tokens if token.key != "since"]
    everything = ground.everything

    def keep(port: PortReach) -> BitMap:
        kept = everything
        for part in parts:
            kept = kept & part(port)
            if not kept:
                break
        return kept

    return keep


def _compile(token: Token, query: Query, ground: Ground) -> Condition:
    if token.key == "changed":
        found = _changed(token, query, ground)
    else:
        found = _CONDITIONS[token.key](token.values, ground)
    if not token.negated:
        return found
    return lambda port: ground.everything - found(port)


def _source(values: Sequence[str], ground: Ground) -> Condition:
    sources = name_ends(values, ground).sources
    return lambda port: sources


def _target(values: Sequence[str], ground: Ground) -> Condition:
    return _where(ground, target_fits(values, ground))


def _either(values: Sequence[str], ground: Ground) -> Condition:
    """At the source's end namespaces alone have names; at the target's, Services too."""
    fits = target_fits(values, ground)
    sources = name_ends(values, ground).sources
    return lambda port: ground.everything if fits(port) else sources


def _text(values: Sequence[str], ground: Ground) -> Condition:
    """A part of a name; with `*`, the whole of one."""
    patterns = [(value if "*" in value else f"*{value}*").lower() for value in values]

    def fits(name: str) -> bool:
        return any(matches(pattern, name.lower()) for pattern in patterns)

    sources = BitMap([number for name, number in ground.numbers.items() if fits(name)])
    targets = {port.target for port in ground.reach.ports if fits(port.target)}
    return lambda port: ground.everything if port.target in targets else sources


def _port(values: Sequence[str], ground: Ground) -> Condition:
    wanted = [value.partition("/") for value in values]

    def fits(port: PortReach) -> bool:
        return any(
            number in ("*", str(port.port)) and protocol in ("", port.protocol)
            for number, _, protocol in wanted
        )

    return _where(ground, fits)


def _verdict(values: Sequence[str], _: Ground) -> Condition:
    verdicts = [Verdict(value) for value in values]
    return lambda port: BitMap.union(*(port.by_verdict[verdict] for verdict in verdicts))


def _dns(values: Sequence[str], ground: Ground) -> Condition:
    wanted = {Dns(value) for value in values}
    sources = BitMap([number for number, dns in enumerate(ground.reach.dns) if dns in wanted])
    return lambda port: sources


def _type(values: Sequence[str], ground: Ground) -> Condition:
    return _where(ground, lambda port: ground.types[port.target] in values)


def _class(values: Sequence[str], ground: Ground) -> Condition:
    """By the names that the matrix gives the reach classes of the whole snapshot."""
    classes = structure_of(ground.reach).classes
    found = [each for value in values if (each := classes.find(value))]
    sources = BitMap([member for each in found for member in each.members])
    names = {ground.reach.namespaces[number] for number in sources}
    return lambda port: ground.everything if port.namespace in names else sources


def _policy(values: Sequence[str], ground: Ground) -> Condition:
    """By NS/NAME, NAME where it is cluster-wide, or with the kind before it."""
    refs = [
        ref
        for ref in ground.policies
        if any(matches(value, name) for value in values for name in (str(ref), str(ref).partition("/")[2]))
    ]
    governed = ground.governed(refs)
    return lambda port: ground.everything if governed.has_target(port) else governed.sources


def _missing(values: Sequence[str], ground: Ground) -> Condition:
    return _finding([f"no-{value}" for value in values], ground)


def _finding(values: Sequence[str], ground: Ground) -> Condition:
    wanted = [each for each in ground.findings if each.id in values or each.severity in values]
    ends = finding_ends(wanted, ground)
    return lambda port: ground.everything if ends.has_target(port) else ends.sources


def _changed(token: Token, query: Query, ground: Ground) -> Condition:
    if query.since is None:
        raise ValueError(f"{token} without since:")  # the parser lets none through
    changed: Mapping[Any, BitMap] = ground.changed(query.since, token.values)
    nothing = BitMap()
    return lambda port: changed.get((port.namespace, port.service, port.port, port.protocol), nothing)


def _where(ground: Ground, fits: Callable[[PortReach], bool]) -> Condition:
    """All sources of the ports that fit."""
    nothing = BitMap()
    return lambda port: ground.everything if fits(port) else nothing


_CONDITIONS: Mapping[str, Callable[[Sequence[str], Ground], Condition]] = {
    "from": _source,
    "to": _target,
    "ns": _either,
    "label": _either,
    "text": _text,
    "port": _port,
    "verdict": _verdict,
    "dns": _dns,
    "type": _type,
    "class": _class,
    "policy": _policy,
    "missing": _missing,
    "finding": _finding,
}
