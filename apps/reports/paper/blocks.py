"""What a report is drawn of. Each block has a function of its name in `typst/`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

Block = dict[str, Any]
Cell = str | dict[str, str]  # text, or {"text", "to"}: a link to a label of the report

# A tagged row costs some 80 kB of memory while it is set, a line of an annex a twentieth.
MOST_TABLE_ROWS = 1_800
MOST_ANNEX_LINES = 18_000


def heading(text: str, label: str, level: int = 1) -> Block:
    return {"block": "heading", "text": text, "label": label, "level": level}


def text(words: str, look: str = "plain") -> Block:
    """`look`: plain; note for what is said about the report itself; lead, which stays with what follows."""
    return {"block": "text", "text": words, "look": look}


def listed(items: Sequence[str]) -> Block:
    return {"block": "listed", "items": list(items)}


def facts(rows: Sequence[tuple[str, str]]) -> Block:
    return {"block": "facts", "rows": [list(row) for row in rows]}


@dataclass(slots=True)
class Paper:
    """Counts table rows while a report is laid out; what no longer fits goes to the annex."""

    rows_left: int = MOST_TABLE_ROWS
    lines_left: int = MOST_ANNEX_LINES
    annex: list[Block] = field(default_factory=list)

    def table(
        self,
        title: str,
        columns: Sequence[str],
        rows: Sequence[Sequence[Cell]],
        *,
        most: int,
        total: int = -1,
    ) -> Iterator[Block]:
        """A table of at most `most` rows, and a note where the others are. `columns`: `Head:width`, where
        width is a share of the line or empty for as wide as its words. `total`: rows there are, if `rows`
        are not all."""
        room = max(0, min(most, self.rows_left))
        shown, rest = rows[:room], rows[room:]
        self.rows_left -= len(shown)
        total = len(rows) if total < 0 else total
        yield {
            "block": "table",
            "title": title,
            "columns": _columns_of(columns),
            "rows": [list(r) for r in shown],
        }
        if total > len(shown):
            yield text(self._move(title, columns, rest, total, len(shown)), "note")

    def add_lines(self, title: str, heads: str, lines: Sequence[str]) -> int:
        """Lines for the annex at the end, as far as there is room; how many of them."""
        taken = list(lines[: self.lines_left])
        self.lines_left -= len(taken)
        if taken:
            label = f"annex-{len(self.annex) + 1}"
            self.annex.append(
                {"block": "lines", "title": title, "label": label, "heads": heads, "lines": taken}
            )
        if taken and len(taken) < len(lines):
            self.annex.append(text("Here the annex ends; the attached JSON has the rest.", "note"))
        return len(taken)

    def _move(
        self, title: str, columns: Sequence[str], rest: Sequence[Sequence[Cell]], total: int, shown: int
    ) -> str:
        heads = " | ".join(column.partition(":")[0] for column in columns)
        moved = self.add_lines(title, heads, [_line(row) for row in rest[: self.lines_left]])
        told = f"{shown:,} of {total:,} rows are in this table."
        if moved:
            told += f" {moved:,} more are in the annex at the end."
        missing = total - shown - moved
        if missing:
            told += (
                f" {missing:,} more are in the attached JSON alone, and in the spreadsheet of this report."
            )
        return told


def _columns_of(columns: Sequence[str]) -> list[dict[str, str]]:
    return [dict(zip(("head", "width"), column.split(":"), strict=True)) for column in columns]


def _line(row: Sequence[Cell]) -> str:
    return " | ".join(cell if isinstance(cell, str) else cell["text"] for cell in row)
