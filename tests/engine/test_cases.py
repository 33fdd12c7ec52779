"""Each folder of tests/cases is answered as it expects; they cover all rules of docs/semantics.md."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.engine.cases import CASES, FOLDERS, read_expected, read_objects

LENGTHS = {"N": 28, "S": 12, "D": 5, "V": 9, "A": 10, "C": 4}
RULES = [f"{letter}{number}" for letter, length in LENGTHS.items() for number in range(1, length + 1)]
KEYS = {"rule", "sentence", "source", "plugin", "assume", "asks", "edges", "notes"}
EDGE = ("source", "target", "port", "protocol")


def answer_case(folder: Path, expected: dict[str, Any]) -> dict[str, Any]:
    from apps.reachability.batch import answer_line

    asks = [{key: value for key, value in ask.items() if key != "expect"} for ask in expected.get("asks", [])]
    line = {
        "id": folder.name,
        "objects": read_objects(folder),
        "plugin": expected.get("plugin", "generic"),
        "assume": expected.get("assume", {}),
        "by": "service",
        "asks": asks,
    }
    return answer_line(line)


def pick(ask: dict[str, Any], answer: dict[str, Any]) -> Any:
    """The part of an answer that `expect` speaks of."""
    if "dns" in ask:
        return {protocol: answer["dns"][protocol] for protocol in ("udp", "tcp")}
    return answer["name"]["service"] if "name" in ask else answer["verdict"]


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_answers(folder: Path) -> None:
    expected = read_expected(folder)
    answered = answer_case(folder, expected)
    assert "error" not in answered, answered
    asks = expected.get("asks", [])
    wrong = [
        f"{ask}: {answer}"
        for ask, answer in zip(asks, answered["answers"], strict=True)
        if pick(ask, answer) != ask["expect"]
    ]
    edges = {tuple(edge[key] for key in EDGE): edge for edge in answered["result"]["edges"]}
    for wanted in expected.get("edges", []):
        edge = edges[tuple(wanted[key] for key in EDGE)]
        wrong += [f"{wanted}: {edge}"] if {key: edge[key] for key in wanted} != wanted else []
    assert not wrong, "\n".join([expected["sentence"], *wrong])


@pytest.mark.parametrize(
    "folder", [path for path in FOLDERS if "notes" in read_expected(path)], ids=lambda folder: folder.name
)
def test_notes(folder: Path) -> None:
    expected = read_expected(folder)
    notes = answer_case(folder, expected)["result"]["notes"]
    for wanted in expected["notes"]:
        messages = [note["message"] for note in notes if note["object"] == wanted["object"]]
        assert any(all(word in message for word in wanted["mentions"]) for message in messages), notes


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_folder_is_well_formed(folder: Path) -> None:
    expected = read_expected(folder)
    assert set(expected) <= KEYS
    assert all(expected[key] for key in ("rule", "sentence", "source"))
    assert expected["rule"] in RULES
    assert folder.name.startswith(f"{expected['rule'][0].lower()}{int(expected['rule'][1:]):02d}-")
    assert any(expected.get(key) for key in ("asks", "edges", "notes"))


def test_every_rule_has_a_case() -> None:
    covered = {read_expected(folder)["rule"] for folder in FOLDERS}
    assert sorted(set(RULES) - covered) == []


def rows_of_the_page() -> list[list[str]]:
    page = (CASES.parents[1] / "docs" / "semantics.md").read_text()
    return [line.split("|") for line in page.splitlines() if re.match(r"\| [A-Z]\d+ \|", line)]


def test_semantics_page_has_sentence_source_mark_and_cases_of_every_rule() -> None:
    rows = [[cell.strip() for cell in row[1:-1]] for row in rows_of_the_page()]
    assert [row[0] for row in rows if not (len(row) == 5 and all(row))] == []
    assert sorted(row[0] for row in rows) == sorted(RULES)
    assert {mark for row in rows for mark in row[3].split("/")} <= {"S", "O", "U"}


def test_semantics_page_links_every_folder_under_its_rule() -> None:
    rows = rows_of_the_page()
    linked = {
        (row[1].strip(), name)
        for row in rows
        for name in re.findall(r"\(\.\./tests/cases/([^/]+)/\)", row[-2])
    }
    assert linked == {(read_expected(folder)["rule"], folder.name) for folder in FOLDERS}
