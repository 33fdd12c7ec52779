"""Manifests with something wrong in them: by bytes, and by values where others stood."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from random import Random
from typing import Any

import yaml

_TOKENS = [
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\t",
    b": ",
    b"- ",
    b"---\n",
    b"...\n",
    b"{",
    b"]",
    b"&a ",
    b"*a",
    b"<<: *a\n",
    b"!!binary ",
    b"!!python/object:os.system ",
    b"? ",
    b"| ",
    b"#",
    b"'",
    b'"',
    b"%YAML 9.9\n",
    b"\xe2\x80\xa8",
    b"1e999",
    b"0x",
    b"-0",
    b"~",
    b"\\u0000",
    b"{{ .Values.x }}",
    b"\r",
    b"[" * 200,
    b"apiVersion: v2\n",
    b"kind: List\n",
]
_VALUES: list[Any] = [
    None,
    True,
    False,
    0,
    -1,
    65536,
    2**64,
    10**40,
    1.5,
    -0.0,
    "",
    " ",
    "0",
    "-1",
    "*",
    "\0",
    "a\nb",
    "\ud800",
    "é" * 300,
    "x" * 70_000,
    "0.0.0.0/0",
    "::/0",
    "10.0.0.0/33",
    "300.1.1.1",
    "1::2::3/64",
    "fe80::1%eth0",
    "In",
    "NotIn",
    "TCP",
    "tcp",
    [],
    {},
    [[]],
    [None],
    [{}],
    {"": ""},
    {"a": None},
    {"matchLabels": None},
    {"matchExpressions": [{}]},
    ["x"] * 2000,
]


def mutations(texts: list[bytes], count: int, seed: int) -> Iterator[bytes]:
    """The same ones for the same seed."""
    dice = Random(seed)
    parsed = [_documents(text) for text in texts]
    for _ in range(count):
        index = dice.randrange(len(texts))
        if parsed[index] and dice.random() < 0.6:
            yield _with_odd_values(parsed[index], dice)
        else:
            yield _with_odd_bytes(texts[index], texts, dice)


def _documents(text: bytes) -> list[Any]:
    return [each for each in yaml.safe_load_all(text) if each is not None]


def _with_odd_bytes(text: bytes, others: list[bytes], dice: Random) -> bytes:
    for _ in range(dice.choice((1, 1, 2, 5, 20))):
        start = dice.randrange(len(text) + 1)
        end = min(len(text), start + dice.choice((0, 1, 1, 10, 200)))
        match dice.randrange(6):
            case 0:
                put = dice.choice(_TOKENS)
            case 1:
                put = b""
            case 2:
                put = text[start:end] * dice.choice((2, 3, 50))
            case 3:
                put = dice.randbytes(end - start)
            case 4:
                other = dice.choice(others)
                begin = dice.randrange(len(other) + 1)
                put = other[begin : begin + 200]
            case _:
                put, end = b"", len(text)
        text = text[:start] + put + text[end:]
    return text


def _with_odd_values(documents: list[Any], dice: Random) -> bytes:
    changed = copy.deepcopy(documents)
    for _ in range(dice.choice((1, 1, 1, 2, 4))):
        _change_one(changed, dice)
    if dice.random() < 0.5:
        return "\n---\n".join(json.dumps(each) for each in changed).encode()
    return yaml.safe_dump_all(changed, allow_unicode=True).encode(errors="surrogatepass")


def _change_one(root: list[Any], dice: Random) -> None:
    place: Any = root
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            return
        key = dice.choice(keys)
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or dice.random() < 0.12:
            break
        place = inner
    match dice.randrange(5):
        case 0:
            del place[key]
        case 1 if isinstance(place, dict):
            place[dice.choice(("x", "", "spec", "metadata", "kind"))] = place.pop(key)
        case 2:
            place[key] = [inner, copy.deepcopy(inner)]
        case _:
            place[key] = copy.deepcopy(dice.choice(_VALUES))
