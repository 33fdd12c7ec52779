"""How a line that is being typed may go on: names of the snapshot, keys and values of the grammar, pages.

Few are offered at a time, so an answer is small however large the cluster is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from apps.reachability.grammar import KEYS
from apps.reachability.ground import Ground
from apps.web.destinations import Destination
from apps.web.presets import Preset
from apps.web.question import Question

MOST = 12
_ARROW = re.compile(r"\s*>\s*")
_TYPED_BARE = ("text", "label")


class Option(NamedTuple):
    """`text`: the whole line with it taken; or `url`: where it leads. `kind`: question, filter, key, value
    or page."""

    kind: str
    label: str
    detail: str
    text: str = ""
    url: str = ""


def complete(
    line: str, ground: Ground, presets: Sequence[Preset], pages: Sequence[Destination], base: str
) -> list[Option]:
    """What may come next; `base` is the address of the map."""
    before, word = _split(line)
    sign = "-" if word.startswith("-") else ""
    key, colon, typed = word.removeprefix("-").partition(":")
    if colon and key in KEYS:
        return list(islice(_values(before, f"{sign}{key}:", key, typed, ground), MOST))
    if ">" in word:
        return list(islice(_targets(before, word, ground), MOST))
    if colon and "/" in key:
        return list(islice(_ports(before, key, typed, ground), MOST))
    found: list[Iterator[Option]] = [_keys(before, sign, key, ground)]
    if not before.strip() and not sign:
        found = [
            _questions(word, ground, base),
            _presets(word, presets, base),
            _pages(word, pages),
            *found,
        ]
    return _shared_out(found)


def _split(line: str) -> tuple[str, str]:
    """What is finished, and the word that is being typed."""
    line = _ARROW.sub(">", line)
    cut = line.rfind(" ") + 1
    return line[:cut], line[cut:]


def _shared_out(found: Sequence[Iterator[Option]]) -> list[Option]:
    """Some of each kind, as many as there is room for, in the order of the kinds."""
    most = [list(islice(each, MOST)) for each in found]
    share = MOST
    while sum(min(len(each), share) for each in most) > MOST:
        share -= 1
    return [option for each in most for option in each[:share]]


def _values(before: str, head: str, key: str, typed: str, ground: Ground) -> Iterator[Option]:
    done, comma, part = typed.rpartition(",")
    for value in _near(part, _words(key, ground)):
        yield Option("value", value, KEYS[key].meaning, text=f"{before}{head}{done}{comma}{value} ")


def _words(key: str, ground: Ground) -> Iterable[str]:
    """What may stand after a key."""
    if KEYS[key].words:
        return KEYS[key].words
    namespaces, services = ground.reach.namespaces, _services(ground)
    labels = sorted({f"{name}={value}" for each in ground.labels.values() for name, value in each.items()})
    return {
        "from": (*namespaces, *labels),
        "to": (*services, *namespaces, *labels),
        "ns": (*namespaces, *labels),
        "port": sorted({f"{port.port}/{port.protocol}" for port in ground.reach.ports}),
        "policy": [str(ref).partition("/")[2] for ref in ground.policies],
    }.get(key, ())


def _targets(before: str, word: str, ground: Ground) -> Iterator[Option]:
    source, _, target = word.partition(">")
    name, colon, port = target.partition(":")
    if colon:
        yield from _ports(f"{before}{source} > ", name, port, ground)
        return
    for value in _near(name, (*_services(ground), *ground.reach.namespaces)):
        yield Option("value", value, f"from {source or 'any namespace'}", text=f"{before}{source} > {value} ")


def _ports(before: str, service: str, typed: str, ground: Ground) -> Iterator[Option]:
    ports = (f"{row.port}/{row.protocol}" for row in ground.reach.ports if row.target == service)
    for port in _near(typed, ports):
        yield Option(
            "value", f"{service}:{port}", "a port of this Service", text=f"{before}{service}:{port} "
        )


def _questions(word: str, ground: Ground, base: str) -> Iterator[Option]:
    if not word:
        return
    for name in _near(word, (*_services(ground), *ground.reach.namespaces)):
        if "/" in name:
            question, words, kind = Question(to=name), f"Who can reach {name}?", "Service"
        else:
            question, words, kind = Question(ask="from", source=name), f"What can {name} reach?", "namespace"
        yield Option("question", words, kind, url=base + question.address())


def _presets(word: str, presets: Sequence[Preset], base: str) -> Iterator[Option]:
    for preset in presets:
        if word.lower() in preset.name.lower():
            url = base + preset.question.address()
            yield Option("filter", preset.name, f"{preset.query}: {preset.meaning}", url=url)


def _pages(word: str, pages: Sequence[Destination]) -> Iterator[Option]:
    for page in pages:
        if word and word.lower() in page.name.lower():
            yield Option("page", f"Go to {page.name}", "page", url=page.url)


def _keys(before: str, sign: str, typed: str, ground: Ground) -> Iterator[Option]:
    if "=" not in typed:
        for key in KEYS.values():
            if key.name.startswith(typed) and key.name not in _TYPED_BARE:
                detail = f"{key.meaning}; {key.example}"
                yield Option("key", f"{sign}{key.name}:", detail, text=f"{before}{sign}{key.name}:")
    if typed:
        for label in _near(typed, _words("from", ground)):
            if "=" in label:
                yield Option("value", sign + label, "a label of either namespace", f"{before}{sign}{label} ")


def _services(ground: Ground) -> Iterable[str]:
    return dict.fromkeys(port.target for port in ground.reach.ports)


def _near(typed: str, names: Iterable[str]) -> Iterator[str]:
    """Names that hold what was typed, those that begin with it first."""
    holding = [name for name in names if typed.lower() in name.lower()]
    yield from (name for name in holding if name.lower().startswith(typed.lower()))
    yield from (name for name in holding if not name.lower().startswith(typed.lower()))
