"""What a guardrail says, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from apps.engine.model import EVERYTHING, Direction, Selector


@dataclass(frozen=True, slots=True)
class Spaces:
    """Namespaces whose name matches a pattern (`*` and `?`) and whose labels match a selector."""

    name: str = "*"
    labels: Selector = EVERYTHING


@dataclass(frozen=True, slots=True)
class Targets:
    """The Services of some namespaces whose name matches a pattern."""

    spaces: Spaces
    service: str = "*"


class Ports(NamedTuple):
    """Service ports `first` to `last`, both included; `protocol` empty: any."""

    first: int = 1
    last: int = 65535
    protocol: str = ""

    def hold(self, port: int, protocol: str) -> bool:
        return self.first <= port <= self.last and self.protocol in ("", protocol)


@dataclass(frozen=True, slots=True)
class Deny:
    """None of `sources` reaches any of `targets` on any of `ports`."""

    sources: tuple[Spaces, ...]
    targets: tuple[Targets, ...]
    ports: tuple[Ports, ...]


@dataclass(frozen=True, slots=True)
class Only:
    """Nobody but `sources` reaches any of `targets` on any of `ports`; `own`: and the target's namespace."""

    sources: tuple[Spaces, ...]
    own: bool
    targets: tuple[Targets, ...]
    ports: tuple[Ports, ...]


@dataclass(frozen=True, slots=True)
class ResolveDns:
    """The pods of these namespaces may ask the cluster's DNS."""

    spaces: tuple[Spaces, ...]


@dataclass(frozen=True, slots=True)
class DefaultDeny:
    """These namespaces are closed by default in these directions."""

    spaces: tuple[Spaces, ...]
    directions: tuple[Direction, ...]


Requirement = Deny | Only | ResolveDns | DefaultDeny


@dataclass(frozen=True, slots=True)
class Guardrail:
    """`body`: the document that says it."""

    name: str
    description: str
    requirement: Requirement
    body: Mapping[str, Any] = field(default_factory=dict, compare=False, repr=False)
