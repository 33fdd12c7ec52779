"""Edges, findings and exceptions as spreadsheets, in which no text becomes a formula."""

from __future__ import annotations

import csv
import io
import zipfile
from typing import Any

from openpyxl import load_workbook

from apps.reachability.queries import load_reach
from apps.reports import spreadsheets
from apps.reports.contents import tell_report
from apps.reports.options import Options
from apps.snapshots.models import Snapshot

FORMULA = '=HYPERLINK("http://evil","x")'


def read_archive(data: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {
            name: list(csv.reader(io.TextIOWrapper(archive.open(name), "utf-8", newline="")))
            for name in archive.namelist()
        }


def test_both_forms_hold_every_edge_and_finding(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options())
    tables = read_archive(spreadsheets.as_csv_archive(content))
    assert list(tables) == ["edges.csv", "findings.csv", "exceptions.csv"]
    edges = {(row[0], row[1], int(row[2]), row[3], row[4], row[7]) for row in tables["edges.csv"][1:]}
    assert edges == {
        (each.source, each.target, each.port, each.protocol, str(each.verdict), str(each.dns))
        for each in load_reach(harbour).edges()
    }
    assert len(tables["findings.csv"]) == 1 + sum(content["findings"]["by_severity"].values())
    book = load_workbook(io.BytesIO(spreadsheets.as_workbook(content)), read_only=True)
    assert book.sheetnames == ["edges", "findings", "exceptions"]
    for name in book.sheetnames:
        rows = [
            ["" if cell is None else str(cell) for cell in row]
            for row in book[name].iter_rows(values_only=True)
        ]
        assert rows == tables[f"{name}.csv"]


def test_no_text_becomes_a_formula(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options())
    content["findings"]["findings"][0]["message"] = FORMULA
    content["exceptions"] = [
        {"what": "@SUM(1)", "reason": "-1+1", "owner": "\t=1", "expires": None, "state": "\ud800"}
    ]
    tables = read_archive(spreadsheets.as_csv_archive(content))
    assert tables["findings.csv"][1][4] == f"'{FORMULA}"
    assert tables["exceptions.csv"][1] == ["'@SUM(1)", "'-1+1", "'\t=1", "", "?"]
    book = load_workbook(io.BytesIO(spreadsheets.as_workbook(content)))
    cell = book["findings"]["E2"]
    assert (cell.data_type, cell.value) == ("s", FORMULA)
    assert book["exceptions"]["A2"].data_type == "s"


def test_more_rows_than_a_sheet_holds_are_counted(harbour: Snapshot, monkeypatch: Any) -> None:
    monkeypatch.setattr(spreadsheets, "MOST_ROWS", 3)
    content = tell_report(harbour, Options())
    edges = read_archive(spreadsheets.as_csv_archive(content))["edges.csv"]
    missing = len(list(load_reach(harbour).edges())) - 3
    assert len(edges) == 5
    assert edges[-1] == [f"{missing} more rows are in the JSON attached to the PDF alone"]


def test_equal_content_gives_equal_files(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options())
    assert spreadsheets.as_csv_archive(content) == spreadsheets.as_csv_archive(content)
    assert spreadsheets.as_workbook(content) == spreadsheets.as_workbook(content)
