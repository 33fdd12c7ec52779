"""Reading guardrails from YAML or JSON, with complaints that name file, document, object and field."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from apps.engine import BadField, Part, read_selector
from apps.engine.model import EVERYTHING, PROTOCOLS, Direction
from apps.review.guardrails.form import (
    DefaultDeny,
    Deny,
    Guardrail,
    Only,
    Ports,
    Requirement,
    ResolveDns,
    Spaces,
    Targets,
)
from apps.snapshots.contents import describe
from apps.snapshots.reading import Problem, Reading, ReadObject

API_VERSION = "portolan/v1"
KIND = "Guardrail"
LONGEST_NAME = 63
LONGEST_DESCRIPTION = 2000
MOST_ENTRIES = 200  # of each list

_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?")
_PATTERN = re.compile(r"[a-z0-9.*?-]+")
_SPACE_KEYS = ("namespace", "namespaceSelector")

T = TypeVar("T")


class GuardrailRefused(ValueError):
    """Guardrails that cannot be used. `problems` name every one with file, document, object and field."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(map(str, problems)))
        self.problems = problems


def read_guardrails(reading: Reading) -> list[Guardrail]:
    """The guardrails of files that were read. Raises GuardrailRefused if anything at all is wrong."""
    problems, found = list(reading.problems), []
    names: set[str] = set()
    for each in reading.objects:
        try:
            guardrail = read_guardrail(each.body)
            if guardrail.name in names:
                raise BadField("metadata.name", f"{guardrail.name} stands twice")
        except BadField as bad:
            problems.append(_problem(each, bad))
        else:
            names.add(guardrail.name)
            found.append(guardrail)
    if problems:
        raise GuardrailRefused(problems)
    return found


def read_guardrail(body: Mapping[str, Any]) -> Guardrail:
    """One document. Raises BadField, whose path names the field."""
    part = Part(dict(body))
    _known(part, ("apiVersion", "kind", "metadata", "spec"))
    (part / "apiVersion").one_of((API_VERSION,))
    (part / "kind").one_of((KIND,))
    _known(part / "metadata", ("name",))
    spec = part / "spec"
    _known(spec, ("description", *_REQUIREMENTS))
    chosen = [key for key in _REQUIREMENTS if key in spec.mapping()]
    if len(chosen) != 1:
        raise spec.bad(f"must have exactly one of {', '.join(_REQUIREMENTS)}")
    return Guardrail(
        name=_read_name(part / "metadata" / "name"),
        description=_read_description(spec / "description"),
        requirement=_REQUIREMENTS[chosen[0]](spec / chosen[0]),
        body=body,
    )


def _read_name(part: Part) -> str:
    name = part.required_text()
    if not _NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise part.bad(f"must be lower case letters, digits, '-' and '.', {LONGEST_NAME} at most")
    return name


def _read_description(part: Part) -> str:
    text = part.text()
    if len(text) > LONGEST_DESCRIPTION:
        raise part.bad(f"must be at most {LONGEST_DESCRIPTION} characters")
    return text


def _read_deny(part: Part) -> Requirement:
    _known(part, ("from", "to", "ports"))
    return Deny(
        _entries(part / "from", _read_spaces), _entries(part / "to", _read_targets), _read_ports(part)
    )


def _read_only(part: Part) -> Requirement:
    _known(part, ("from", "to", "ports"))
    sources = _entries(part / "from", _read_source)
    spaces = tuple(source for source in sources if source is not None)
    targets = _entries(part / "to", _read_targets)
    return Only(spaces, len(spaces) < len(sources), targets, _read_ports(part))


def _read_dns(part: Part) -> Requirement:
    _known(part, ("namespaces",))
    return ResolveDns(_read_every(part))


def _read_default_deny(part: Part) -> Requirement:
    _known(part, ("namespaces", "directions"))
    directions = tuple(Direction(entry.one_of(tuple(Direction))) for entry in (part / "directions").entries())
    return DefaultDeny(_read_every(part), tuple(dict.fromkeys(directions)) or tuple(Direction))


_REQUIREMENTS: Mapping[str, Callable[[Part], Requirement]] = {
    "deny": _read_deny,
    "only": _read_only,
    "resolveDNS": _read_dns,
    "defaultDeny": _read_default_deny,
}


def _read_every(part: Part) -> tuple[Spaces, ...]:
    """The namespaces that are meant; all, where none are named."""
    spaces = part / "namespaces"
    return (Spaces(),) if spaces.absent else _entries(spaces, _read_spaces)


def _read_source(part: Part) -> Spaces | None:
    """None for `sameNamespace: true`: the namespace of the target itself."""
    if "sameNamespace" not in part.mapping():
        return _read_spaces(part)
    _known(part, ("sameNamespace",))
    if not (part / "sameNamespace").flag():
        raise (part / "sameNamespace").bad("must be true, or be left out")
    return None


def _read_spaces(part: Part) -> Spaces:
    _known(part, _SPACE_KEYS)
    return _spaces(part)


def _read_targets(part: Part) -> Targets:
    _known(part, (*_SPACE_KEYS, "service"))
    return Targets(_spaces(part), _read_pattern(part / "service"))


def _spaces(part: Part) -> Spaces:
    selector = part / "namespaceSelector"
    _known(selector, ("matchLabels", "matchExpressions"))
    labels = EVERYTHING if selector.absent else read_selector(selector)
    return Spaces(_read_pattern(part / "namespace"), labels)


def _read_pattern(part: Part) -> str:
    """A name in which `*` stands for any text and `?` for one character; absent: any name."""
    if part.absent:
        return "*"
    pattern = part.required_text()
    if not _PATTERN.fullmatch(pattern) or len(pattern) > 253:
        raise part.bad("must be a name; * stands for any text and ? for one character")
    return pattern


def _read_ports(part: Part) -> tuple[Ports, ...]:
    ports = part / "ports"
    return (Ports(),) if ports.absent else _entries(ports, _read_port)


def _read_port(part: Part) -> Ports:
    _known(part, ("port", "endPort", "protocol"))
    protocol = part / "protocol"
    spoken = "" if protocol.absent else protocol.one_of(PROTOCOLS)
    if (part / "port").absent:
        if not (part / "endPort").absent:
            raise (part / "endPort").bad("needs a port to begin with")
        return Ports(protocol=spoken)
    first = (part / "port").port_number()
    last = first if (part / "endPort").absent else (part / "endPort").port_number()
    if last < first:
        raise (part / "endPort").bad(f"must not be below port {first}")
    return Ports(first, last, spoken)


def _entries(part: Part, read: Callable[[Part], T]) -> tuple[T, ...]:
    entries = part.entries()
    if not 1 <= len(entries) <= MOST_ENTRIES:
        raise part.bad("is missing" if part.absent else f"must have 1 to {MOST_ENTRIES} entries")
    return tuple(read(entry) for entry in entries)


def _known(part: Part, keys: tuple[str, ...]) -> None:
    """A misspelt field would make a guardrail say less than was meant, so none is passed over."""
    for key in part.mapping():
        if key not in keys:
            raise BadField(f"{part.path}.{key}".lstrip("."), f"is not known here; known: {', '.join(keys)}")


def _problem(read: ReadObject, bad: BadField) -> Problem:
    origin = read.origin
    file, document = (origin.file, origin.document) if origin else ("", 0)
    path = f"{origin.path}.{bad.path}" if origin and origin.path else bad.path
    return Problem(file, document, describe(read.body), path, bad.message)
