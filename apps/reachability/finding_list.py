"""Findings picked out of a snapshot's, and shown with the lines of the policies that they cite."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, overload

from apps.engine import Finding, Severity
from apps.engine.model import ObjectRef
from apps.reachability.evidence import Library


@dataclass(frozen=True, slots=True)
class FindingFilter:
    """Which findings are wanted. Empty: any. `ids` are those of docs/findings.md.

    `namespace`: they are about it, or about something in it. `key`: the one finding of that key.
    """

    severities: frozenset[Severity] = frozenset()
    ids: frozenset[str] = frozenset()
    namespace: str = ""
    key: str = ""

    def keeps(self, finding: Finding) -> bool:
        return (
            (not self.severities or finding.severity in self.severities)
            and (not self.ids or finding.id in self.ids)
            and self.namespace in ("", home_of(finding.object))
            and self.key in ("", finding.key)
        )


class FindingList(Sequence[dict[str, Any]]):
    """The findings that pass a filter, the gravest first; their evidence is looked up when they are."""

    def __init__(self, findings: Iterable[Finding], wanted: FindingFilter, library: Library) -> None:
        self._findings = [finding for finding in findings if wanted.keeps(finding)]
        self._library = library

    def __len__(self) -> int:
        return len(self._findings)

    @overload
    def __getitem__(self, index: int) -> dict[str, Any]: ...
    @overload
    def __getitem__(self, index: slice) -> list[dict[str, Any]]: ...
    def __getitem__(self, index: int | slice) -> dict[str, Any] | list[dict[str, Any]]:
        if isinstance(index, int):
            return self._tell(self._findings[index])
        findings = self._findings[index]
        self._library.open(place.object for finding in findings for place in finding.evidence)
        return [self._tell(finding) for finding in findings]

    def _tell(self, finding: Finding) -> dict[str, Any]:
        return {
            "id": finding.id,
            "key": finding.key,
            "severity": str(finding.severity),
            "object": finding.object._asdict(),
            "path": finding.path,
            "message": finding.message,
            "advice": finding.advice,
            "evidence": [self._library.show(place) for place in finding.evidence],
        }


def home_of(named: ObjectRef) -> str:
    """The namespace that an object is, or stands in; empty where that is no single one."""
    return named.name if named.kind == "Namespace" else named.namespace
