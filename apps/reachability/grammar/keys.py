"""The keys of the grammar, and how the values of each are written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import NoReturn

from apps.engine import Severity
from apps.engine.model import Dns, Verdict
from apps.reachability.finding_ids import FINDING_IDS
from apps.reachability.grammar.tokens import LABEL, TEXT

_PORT = re.compile(r"(\*|\d{1,5})(?:/(TCP|UDP|SCTP))?", re.IGNORECASE)
_MARKS = re.compile(r"[/:>]")
_FOREIGN = re.compile(r"[:>]")
_CLASS = re.compile(r"[Cc][1-9]\d{0,5}")
_NUMBER = re.compile(r"#?([1-9]\d{0,8})")
SERVICE_TYPES = ("ClusterIP", "NodePort", "LoadBalancer", "ExternalName")

Read = Callable[[str], str]  # a value as typed to its one form; ValueError says what is possible


@dataclass(frozen=True, slots=True)
class Key:
    """`example`: a token. `meaning`: which edges it keeps. `words`: all values, where there are few."""

    name: str
    example: str
    meaning: str
    read: Read
    words: tuple[str, ...] = field(default=())


def _namespace(text: str) -> str:
    """`dev/*`, any workload of dev, is dev: an edge starts at a namespace."""
    if "=" in text:
        return _label(text)
    name = text.removesuffix("/*")
    if not name or _MARKS.search(name):
        _refuse("a namespace, such as dev, dev-* or env=dev, is wanted")
    return name


def _target(text: str) -> str:
    if "=" in text:
        return _label(text)
    if ":" in text:
        _refuse("the port is a token of its own, such as port:5432")
    if text.count("/") > 1 or ">" in text or not all(text.split("/")):
        _refuse("a namespace or a Service, such as payments, payments/db or */db, is wanted")
    return text.removesuffix("/*") or "*"


def _label(text: str) -> str:
    key, _, value = text.partition("=")
    if not key or "=" in value or _FOREIGN.search(text):
        _refuse("a label of a namespace, such as env=prod, is wanted")
    return text


def _port(text: str) -> str:
    found = _PORT.fullmatch(text)
    if not found or not (found[1] == "*" or 1 <= int(found[1]) <= 65535):
        _refuse("a port is written 5432, 5432/TCP or */UDP")
    number = found[1] if found[1] == "*" else str(int(found[1]))
    return f"{number}/{found[2].upper()}" if found[2] else number


def _policy(text: str) -> str:
    if text.count("/") > 2 or _FOREIGN.search(text) or not all(text.split("/")):
        _refuse("a policy is written NAMESPACE/NAME, or NAME where it is cluster-wide; * stands for any")
    return text


def _class(text: str) -> str:
    if not _CLASS.fullmatch(text):
        _refuse("a reach class, such as C7, is wanted; the matrix names them")
    return text.upper()


def _snapshot(text: str) -> str:
    found = _NUMBER.fullmatch(text)
    if not found:
        _refuse("the number of a snapshot, such as #19, is wanted")
    return f"#{found[1]}"


def _text(text: str) -> str:
    if ":" in text:
        _refuse("no such key")
    if ">" in text:
        _refuse("a pair is written orders > payments/db:5432")
    return text


def _one_of(words: Iterable[str], others: Mapping[str, str] | None = None) -> tuple[Read, tuple[str, ...]]:
    """`others`: words that are understood too, and what each is written as."""
    known = tuple(map(str, words))
    meant = {word.lower(): word for word in known} | dict(others or {})

    def read(text: str) -> str:
        if text.lower() not in meant:
            _refuse(f"one of {', '.join(known)} is wanted")
        return meant[text.lower()]

    return read, known


def _refuse(message: str) -> NoReturn:
    raise ValueError(message)


_VERDICT_WORDS = {
    "allow": "allowed",
    "partly": "partial",
    "open": "unrestricted",
    "undetermined": "unknown",
    "deny": "denied",
}
_DEFAULT_DENIES = ("default-deny-ingress", "default-deny-egress")
_FINDINGS = (*map(str, Severity), *FINDING_IDS)

KEYS: Mapping[str, Key] = {
    key.name: key
    for key in (
        Key("from", "from:dev", "the source namespace, by name or label", _namespace),
        Key("to", "to:payments/db", "the target: a Service, or the Services of a namespace", _target),
        Key("ns", "ns:kube-*", "a namespace at either end, by name or label", _target),
        Key("port", "port:5432/TCP", "the Service port", _port),
        Key("verdict", "verdict:unrestricted,partial", "the answer", *_one_of(Verdict, _VERDICT_WORDS)),
        Key("dns", "dns:blocked", "whether the source may ask the cluster's DNS", *_one_of(Dns)),
        Key(
            "type",
            "type:LoadBalancer",
            "the type of the target Service",
            *_one_of(SERVICE_TYPES),
        ),
        Key("class", "class:C7", "the reach class of the namespace at either end", _class),
        Key(
            "policy",
            "policy:payments/db-clients",
            "a policy governs some pod of the source for egress, or some pod behind the target for ingress",
            _policy,
        ),
        Key(
            "missing",
            "missing:default-deny-ingress",
            "nothing isolates some pods: of the target namespace for ingress, of the source for egress",
            *_one_of(_DEFAULT_DENIES),
        ),
        Key(
            "finding",
            "finding:high",
            "a finding of this severity or id is about an end, or about a policy that governs one",
            *_one_of(_FINDINGS),
        ),
        Key(
            "changed",
            "changed:new",
            "what differs from the snapshot that since: names",
            *_one_of(("new", "closed", "changed"), {"opened": "new"}),
        ),
        Key("since", "since:#19", "the snapshot that changed: compares with", _snapshot),
        Key(LABEL, "env=prod", "a label of the namespace at either end", _label),
        Key(TEXT, "pay", "a part of a name at either end", _text),
    )
}
