"""A report as it is drawn: the content laid out in blocks, cut to what paper can hold, in printable text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.reports.paper.blocks import Block, Paper, heading
from apps.reports.paper.cover import lay_cover, lay_summary
from apps.reports.paper.drawings import lay_focus, lay_matrix
from apps.reports.paper.edges import lay_edges
from apps.reports.paper.printable import ZERO_WIDTH_SPACE, printable, shorten
from apps.reports.paper.proof import lay_evidence, lay_method, lay_sign_off
from apps.reports.paper.tables import (
    lay_changes,
    lay_exceptions,
    lay_findings,
    lay_guardrails,
    lay_namespaces,
)
from apps.reports.paper.words import when

# What fits on the three pages of an executive report.
_FEW = 3  # rows of a table, and lines of a drawing
_BRIEF = 56  # characters of one text in a table
_DECIDED = ("findings", "changes", "guardrails", "exceptions")
_SMALL_MATRIX = 14  # rows that leave room for a drawing below


def lay_out(
    content: dict[str, Any], *, paper_size: str, content_sha256: str, address: str = ""
) -> dict[str, Any]:
    """What `typst/report.typ` reads: printable JSON. `address`: where the snapshot can be looked at."""
    cover = content["cover"]
    is_full = content["options"]["kind"] == "full"
    blocks = _full(content) if is_full else _executive(content)
    front = content if is_full else {**content, "cover": _brief_cover(cover)}
    laid: dict[str, Any] = printable(
        {
            "paper": paper_size,
            "kind": content["options"]["kind"],
            "title": f"Network reach review of {cover['cluster']['name']}",
            "cluster": cover["cluster"]["name"],
            "snapshot": f"Snapshot #{cover['snapshot']['number']} · {when(cover['snapshot']['finished'])}",
            "date": cover["snapshot"]["finished"] or "1970-01-01T00:00:00Z",
            "engine": cover["engine"],
            "input": cover["snapshot"]["input_sha256"],
            "content": content_sha256,
            "address": address,
            "cover": lay_cover(front),
            "blocks": list(blocks),
        }
    )
    for exact in ("input", "content", "address"):  # what is copied out of the file; it has a line of its own
        laid[exact] = laid[exact].replace(ZERO_WIDTH_SPACE, "")
    return laid


def _brief_cover(cover: dict[str, Any]) -> dict[str, Any]:
    """What was not evaluated, in few words: the whole is attached."""
    return {**cover, "not_evaluated": shorten(cover["not_evaluated"], _BRIEF)}


def _full(content: dict[str, Any]) -> Iterator[Block]:
    paper = Paper()
    yield from lay_summary(content)
    yield from lay_changes(content, paper)
    yield from lay_matrix(content, paper)
    yield from lay_focus(content)
    yield from lay_findings(content, paper)
    yield from lay_exceptions(content, paper)
    yield from lay_guardrails(content, paper)
    yield from lay_namespaces(content, paper)
    yield from lay_edges(content, paper)
    yield from lay_method(content)
    yield from lay_evidence(content)
    yield from lay_sign_off(content)
    if paper.annex:
        yield heading("Annex: rows that the tables left out", "annex")
        yield from paper.annex


def _executive(content: dict[str, Any]) -> Iterator[Block]:
    """Two pages behind the cover: the summary with the matrix, and what to decide."""
    paper = Paper(lines_left=0)
    spare = sum(not content[name] for name in ("changes", "guardrails", "exceptions"))
    length = 2 * _BRIEF if spare > 1 else _BRIEF
    brief = {name: shorten(content[name], length) for name in _DECIDED}
    yield from lay_summary(content)
    yield from lay_matrix(content, paper, members=False)
    if len(content["matrix"]["rows"]) <= _SMALL_MATRIX:
        yield from lay_focus(content, most_lines=_FEW)
    yield {"block": "pagebreak"}
    yield from lay_findings(brief, paper, most=_FEW + 2 * spare)
    yield from lay_changes(brief, paper, most=_FEW)
    yield from lay_guardrails(brief, paper, most=_FEW)
    yield from lay_exceptions(brief, paper, most=_FEW)
    yield from lay_sign_off(content)
