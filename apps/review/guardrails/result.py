"""What checking a guardrail gives."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple

MOST_SHOWN = 100  # breaches of each sort; all are counted


class Outcome(StrEnum):
    PASS = "pass"  # noqa: S105 - no password
    BROKEN = "broken"
    UNKNOWN = "unknown"


class Breach(NamedTuple):
    """What breaks a guardrail, or could. An edge; or a namespace, with neither target nor port.

    `says`: the edge's verdict; of a namespace `dns blocked`, `dns unknown`, or the direction that is open.
    """

    source: str
    says: str
    target: str = ""
    port: int | None = None
    protocol: str = ""

    @property
    def place(self) -> str:
        """`lab → shop/db:5432/TCP`, or the namespace."""
        return f"{self.source} → {self.target}:{self.port}/{self.protocol}" if self.target else self.source


@dataclass(frozen=True, slots=True)
class Result:
    """Of `checked` edges or namespaces, which break the guardrail and of which it cannot be decided.

    `vacuous`: why it says nothing of this cluster. `gap`: what could not be read, so that something that
    breaks it may not have been seen. Both are empty otherwise.
    """

    name: str
    outcome: Outcome
    checked: int
    broken_count: int
    unknown_count: int
    broken: tuple[Breach, ...]
    unknown: tuple[Breach, ...]
    vacuous: str = ""
    gap: str = ""

    def tell(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "name": self.name,
            "outcome": str(self.outcome),
            "vacuous": self.vacuous,
            "gap": self.gap,
            "checked": self.checked,
            "broken_count": self.broken_count,
            "broken": [breach._asdict() for breach in self.broken],
            "unknown_count": self.unknown_count,
            "unknown": [breach._asdict() for breach in self.unknown],
        }
