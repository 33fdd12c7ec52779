"""Cited policies with their YAML, deciding lines marked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from apps.snapshots.models import Snapshot
from apps.snapshots.queries import policy_yaml
from apps.web.policy_address import policy_url
from apps.web.yaml_lines import Line, yaml_lines

# More policies than this are linked instead of printed.
MOST_QUOTED = 6

Citation = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evidence:
    """`note`: which lines decide. `lines` empty: the policy is only named."""

    policy: str
    url: str
    note: str
    lines: Sequence[Line] = field(default=())


class Library:
    """The policies of one snapshot, opened when they are cited."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot

    def name(self, citation: Citation) -> Evidence:
        """The policy by name and address only."""
        first, last = citation["lines"] or (0, 0)
        url = policy_url(self._snapshot, citation["kind"], citation["namespace"], citation["name"])
        anchor = f"#L{first}-L{last}" if first else ""
        return Evidence(_title(citation), url + anchor, lines_in_words([(first, last)]) if first else "")

    def quote(self, citations: Iterable[Citation]) -> list[Evidence]:
        """Each cited policy once, with all its deciding lines; the first `MOST_QUOTED` with their YAML."""
        by_policy: dict[tuple[str, str, str], list[Citation]] = {}
        for citation in citations:
            by_policy.setdefault(_key(citation), []).append(citation)
        return [
            self._quoted(same) if index < MOST_QUOTED and same[0]["yaml_url"] else self.name(same[0])
            for index, same in enumerate(by_policy.values())
        ]

    def _quoted(self, citations: Sequence[Citation]) -> Evidence:
        """Several rules of one policy. `yaml_url` is the key of the policy here (see `views.proofs`)."""
        named = self.name(citations[0])
        marks = [(first, last) for citation in citations for first, last in citation["marks"]]
        lines = yaml_lines(policy_yaml(self._snapshot, int(citations[0]["yaml_url"])), marks)
        return Evidence(named.policy, named.url, lines_in_words(_merged(marks)) + " decide", lines)


def _key(citation: Citation) -> tuple[str, str, str]:
    return citation["kind"], citation["namespace"], citation["name"]


def _title(citation: Citation) -> str:
    return "/".join(filter(None, (citation["namespace"], citation["name"])))


def lines_in_words(marks: Sequence[tuple[int, int]]) -> str:
    ranges = ", ".join(f"{first}–{last}" if last > first else str(first) for first, last in marks)
    return f"lines {ranges}"


def _merged(marks: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Overlapping and adjoining ranges as one."""
    merged: list[tuple[int, int]] = []
    for first, last in sorted(marks):
        if merged and first <= merged[-1][1] + 1:
            merged[-1] = (merged[-1][0], max(last, merged[-1][1]))
        else:
            merged.append((first, last))
    return merged
