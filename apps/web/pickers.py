"""What the question's pickers offer, and what is wrong with what was picked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import groupby

from apps.engine import Reach
from apps.web.question import Question

# A longer list is a text field with suggestions instead of a menu.
LONGEST_SELECT = 300


@dataclass(frozen=True, slots=True)
class ServiceChoice:
    namespace: str
    name: str
    ports: tuple[str, ...]  # "5432/TCP"

    @property
    def key(self) -> str:
        return f"{self.namespace}/{self.name}"


@dataclass(frozen=True)
class Pickers:
    """`question`: as asked, less what the snapshot does not hold; `complaint` says what that was."""

    question: Question
    complaint: str
    namespaces: Sequence[str]
    services: Sequence[ServiceChoice]
    longest_select: int

    @cached_property
    def with_services(self) -> frozenset[str]:
        return frozenset(service.namespace for service in self.services)

    @cached_property
    def ports(self) -> list[str]:
        """The ports of what is asked about: of the Service, of the namespace's Services, or of all."""
        to = self.question.to
        inside = [each for each in self.services if not to or to in (each.key, each.namespace)]
        return sorted({port for each in inside for port in each.ports}, key=_by_number)


def offer(reach: Reach, question: Question) -> Pickers:
    """The pickers for a question about `reach`."""
    services = services_of(reach)
    question, complaint = _checked(question, reach.namespaces, services)
    return Pickers(question, complaint, reach.namespaces, services, LONGEST_SELECT)


def services_of(reach: Reach) -> list[ServiceChoice]:
    """Every Service with a port, by namespace and name."""
    grouped = groupby(reach.ports, key=lambda row: (row.namespace, row.service))
    return [
        ServiceChoice(namespace, name, tuple(f"{row.port}/{row.protocol}" for row in rows))
        for (namespace, name), rows in grouped
    ]


def _checked(
    question: Question, namespaces: Sequence[str], services: Sequence[ServiceChoice]
) -> tuple[Question, str]:
    ports = {service.key: service.ports for service in services}
    complaints = []
    if question.source and question.source not in namespaces:
        complaints.append(f"This snapshot has no namespace {question.source}.")
        question = replace(question, source="", sel="")
    if question.to and question.to not in namespaces and question.to not in ports:
        complaints.append(
            f"This snapshot has no namespace {question.to}, and no Service of that name with a port."
        )
        question = replace(question, to="", port=None, protocol="", sel="")
    offered = ports.get(question.to)
    if question.port and offered and not any(map(question.asks_port, offered)):
        complaints.append(f"{question.to} has no port {question.port_text}; it has {', '.join(offered)}.")
        question = replace(question, port=None, protocol="")
    return question, " ".join(complaints)


def _by_number(port: str) -> tuple[int, str]:
    number, protocol = port.split("/")
    return int(number), protocol
