"""Why a filter keeps nothing: the tokens that match nothing by themselves, and names that come near them."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from typing import NamedTuple

from apps.reachability.conditions import compile_query
from apps.reachability.grammar import Query, Token
from apps.reachability.ground import Ground

_MOST = 5


class Advice(NamedTuple):
    """A token that no edge fits, and tokens that some may: near in name."""

    token: Token
    nearest: tuple[Token, ...]


def advise(query: Query, ground: Ground) -> tuple[Advice, ...]:
    """For each token that keeps nothing; none when only all together do."""
    alone = [token for token in query.tokens if token.key not in ("since", "changed")]
    return tuple(Advice(token, _nearest(token, ground)) for token in alone if _is_vain(token, ground))


def _is_vain(token: Token, ground: Ground) -> bool:
    keep = compile_query(Query((token,)), ground)
    return not any(keep(port) for port in ground.reach.ports)


def _nearest(token: Token, ground: Ground) -> tuple[Token, ...]:
    names = list(_names(token.key, ground))
    wanted = token.values[-1].replace("*", "")
    found = get_close_matches(wanted, names, n=_MOST, cutoff=0.5) if wanted else []
    return tuple(Token(token.key, (name,), token.negated) for name in found)


def _names(key: str, ground: Ground) -> Iterable[str]:
    """What tokens of a key may name."""
    services = {port.target for port in ground.reach.ports}
    labels = {f"{name}={value}" for each in ground.labels.values() for name, value in each.items()}
    by_key: dict[str, Iterable[str]] = {
        "from": ground.numbers,
        "to": {*ground.numbers, *services},
        "ns": ground.numbers,
        "text": {*ground.numbers, *services},
        "label": labels,
        "policy": {str(ref).partition("/")[2] for ref in ground.policies},
        "port": {f"{port.port}/{port.protocol}" for port in ground.reach.ports},
    }
    return sorted(by_key.get(key, ()))
