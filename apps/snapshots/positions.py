"""The YAML that is shown for an object, and which of its lines a path means."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from apps.snapshots.documents import Document, Unreadable, split
from apps.snapshots.fieldpaths import Part, parts_of
from apps.snapshots.json_values import looks_like_json, split_json
from apps.snapshots.yaml_lines import lines_of

# The order in which people write these; whatever else an object holds comes behind them, by name. A fixed
# order, because not every database keeps the one in which keys were stored.
_ORDER = (
    *("apiVersion", "kind", "metadata", "name", "namespace", "labels", "ownerReferences", "spec", "status"),
    *("tier", "priority", "order", "action", "subject", "namespaces", "podSelector", "namespaceSelector"),
    *("selector", "policyTypes", "types", "ingress", "egress", "from", "to", "pods"),
    *("matchLabels", "matchExpressions", "key", "operator", "values", "ipBlock", "cidr", "except"),
    *("type", "ports", "protocol", "port", "endPort", "targetPort"),
)
_RANK = {key: rank for rank, key in enumerate(_ORDER)}


def render(body: Mapping[str, Any]) -> str:
    """The YAML of an object: block style, the same text for equal bodies, well-known keys first."""
    return yaml.dump(
        _ordered(body),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=10_000,
        default_flow_style=False,
    )


def line_ranges(
    text: str, paths: Iterable[str], *, document: int = 1, base: str = ""
) -> dict[str, tuple[int, int]]:
    """The lines (first and last, from 1 in `text`) of each path, such as `spec.ingress[0].from[1]`.

    A range begins with the line of the key or of the dash and ends with the last line of its content; ""
    means the whole object. A path that does not exist has the range of its nearest ancestor that does.
    `document`: which one of the text, from 1. `base`: where in it the object stands (`items[3]` of a List).
    Text that cannot be parsed, or holds no such document, gives no ranges.
    """
    wanted = {path: parts_of(base) + parts_of(path) for path in paths}
    kept = {parts[:end] for parts in wanted.values() for end in range(len(parts) + 1)}
    chosen = next((each for each in _documents(text) if each.number == document), None)
    if chosen is None:
        return {}
    try:
        found = lines_of(chosen, kept)
    except yaml.YAMLError:
        return {}
    return {path: _nearest(found, parts) for path, parts in wanted.items()} if found else {}


def _documents(text: str) -> Iterable[Document]:
    """The documents of a text as they are counted when it is read."""
    if looks_like_json(text):
        values = list(split_json(text))
        if not any(isinstance(loaded, Unreadable) for _, loaded in values):
            return [document for document, _ in values]
    return split(text)


def _nearest(found: Mapping[tuple[Part, ...], tuple[int, int]], parts: tuple[Part, ...]) -> tuple[int, int]:
    while parts not in found:
        parts = parts[:-1]
    return found[parts]


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        keys = sorted(value, key=lambda key: (_RANK.get(key, len(_RANK)), key))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, list):
        return [_ordered(each) for each in value]
    return value


class _Dumper(yaml.SafeDumper):
    """Writes lists two blanks to the right of their key, and never an alias."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    lines = text.removesuffix("\n").split("\n")
    block = "\n" in text and lines[-1] != "" and all(line.isprintable() for line in lines)
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if block else None)


_Dumper.add_representer(str, _represent_text)
# Text that other readers of YAML take for a boolean or a number is quoted too.
_Dumper.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("[yYnN]$"), list("yYnN"))
_Dumper.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"[-+]?(?:0o[0-7]+|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?)$"),
    list("+-.0123456789"),
)
