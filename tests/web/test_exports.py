"""Edges, graph and matrix as files."""

from __future__ import annotations

import csv
import io
import json
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot
from apps.web.drawings import draw_graph, draw_matrix
from apps.web.edge_export import harmless

AT = "/c/quay/s/1"
ALL = "allowed,partial,unrestricted,unknown,denied,empty"
SVG = "{http://www.w3.org/2000/svg}"


def body(response: Any) -> str:
    return b"".join(response).decode()


def test_csv_holds_every_edge_of_the_filter_under_what_was_asked(
    visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.edge_export._PIECE", 2)
    response = visitor.get(f"{AT}/edges.csv", {"to": "payments/db", "q": "-ns:kube-system", "show": ALL})
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="quay-1-reach.csv"'
    rows = list(csv.reader(io.StringIO(body(response))))
    head = dict(rows[: rows.index([])])
    assert head["cluster"] == "Quay"
    assert head["snapshot"] == "1"
    assert head["filter"] == "'-ns:kube-system"  # and no formula
    assert head["edges"] == "6"
    columns, *edges = rows[rows.index([]) + 1 :]
    found = visitor.get("/api/v1/clusters/quay/snapshots/1/reach/", {"target": "payments/db"}).json()
    kept = [edge for edge in found["results"] if edge["source"] != "kube-system"]
    assert edges == [[str(edge[column]) for column in columns] for edge in kept]
    assert len(edges) == 6


def test_json_holds_the_same(visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.web.edge_export._PIECE", 2)
    told = json.loads(body(visitor.get(f"{AT}/edges.json", {"to": "payments/db"})))
    asked = {"target": "payments/db", "verdict": "allowed,partial,unrestricted,unknown"}
    found = visitor.get("/api/v1/clusters/quay/snapshots/1/reach/", asked).json()
    assert told["count"] == len(told["edges"]) == found["count"] > 2
    assert told["cluster"] == "Quay"
    assert [edge["source"] for edge in told["edges"]] == [edge["source"] for edge in found["results"]]
    nothing = json.loads(body(visitor.get(f"{AT}/edges.json", {"q": "from:ci -from:ci"})))
    assert nothing["edges"] == []


def test_hops_are_exported_as_the_paths_on_screen(
    visitor: Client, quay: Snapshot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("apps.web.path_export._PIECE", 2)
    asked = {"ask": "path", "from": "monitoring", "hops": "2"}
    rows = list(csv.reader(io.StringIO(body(visitor.get(f"{AT}/edges.csv", asked)))))
    head, paths = dict(rows[: rows.index([])]), rows[rows.index([]) + 2 :]
    found = visitor.get(
        "/api/v1/clusters/quay/snapshots/1/paths/", {"source": "monitoring", "hops": 2}
    ).json()
    told = [
        [path["target"], str(path["port"] or ""), str(path["hops"])]
        for kind in ("workloads", "services")
        for path in found[kind]["paths"]
    ]
    assert [[row[1], row[2], row[4]] for row in paths] == told
    assert head["paths"] == str(len(told)) != "0"
    assert max(row[4] for row in paths) == "2", "not only what is reached directly"
    assert "; " in next(row[6] for row in paths if row[4] == "2")
    same = json.loads(body(visitor.get(f"{AT}/edges.json", asked)))
    assert [path["target"] for path in same["paths"]] == [target for target, _, _ in told]
    unknown = json.loads(body(visitor.get(f"{AT}/edges.json", asked | {"show": "denied"})))
    assert (unknown["count"], unknown["paths"]) == (0, [])


@pytest.mark.parametrize("query", ["?to=nowhere", "?q=frm:x", "?q=changed:new+since:%239"])
@pytest.mark.parametrize("file", ["edges.csv", "edges.json", "map.svg"])
def test_what_cannot_be_asked_is_no_file(visitor: Client, quay: Snapshot, query: str, file: str) -> None:
    assert visitor.get(f"{AT}/{file}{query}").status_code == 404


@pytest.mark.parametrize("query", ["columns=nowhere/db", "rows=nowhere", "by=class&rows=class:C99"])
def test_a_matrix_of_nothing_that_exists_is_no_file(visitor: Client, quay: Snapshot, query: str) -> None:
    answer = visitor.get(f"{AT}/map.svg?view=matrix&{query}")
    assert answer.status_code == 404
    assert "There is no " in answer.content.decode()


def test_no_cell_is_a_formula() -> None:
    for text in ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"):
        assert harmless(text) == f"'{text}"
    for text in ("payments/db", "5432", "a=b"):
        assert harmless(text) == text


def test_the_picture_of_the_graph_says_what_it_shows(visitor: Client, quay: Snapshot) -> None:
    response = visitor.get(f"{AT}/map.svg", {"to": "payments/db", "q": "-from:ci"})
    assert response["Content-Type"] == "image/svg+xml; charset=utf-8"
    text = _texts(response.content.decode())
    assert {"orders", "payments/db", "5432/TCP · no DNS", "monitoring"} <= text
    assert "ci" not in text
    assert any("Quay · snapshot #1" in each and "filter: -from:ci" in each for each in text)
    assert any(each.endswith("Partly 1") for each in text)
    assert any("folded" in each for each in text)


def test_the_picture_of_the_matrix_has_a_glyph_a_cell(visitor: Client, quay: Snapshot) -> None:
    answer = visitor.get(f"{AT}/map.svg", {"view": "matrix", "by": "service"}).content.decode()
    rest = visitor.get("/api/v1/clusters/quay/snapshots/1/matrix/", {"by": "service"}).json()
    glyphs = [text.text for text in ElementTree.fromstring(answer).iter(f"{SVG}text")]
    letters = "".join(rest["cells"])
    for letter, glyph in {"A": "●", "P": "◩", "U": "◆", "?": "?"}.items():
        assert glyphs.count(glyph) == letters.count(letter)
    assert {*rest["rows"], *rest["columns"]} <= set(glyphs)


def test_names_in_a_picture_are_text_whatever_they_hold() -> None:
    evil = '</text><script>alert(1)</script>"\x00\x1b'
    node = {"id": "a", "kind": "namespace", "label": evil[:29], "fact": evil, "x": 0, "y": 0}
    node |= {"ingress": "all", "egress": "none"}
    meta = {"counts": {"allowed": 1}, "drawn": 1, "folded": 0, "hidden": 0, "form": "field"}
    matrix: dict[str, Any] = {"rows": [evil], "columns": [evil], "cells": ["A"], "classes": []}
    matrix["meta"] = {"counts": {"allowed": 1}, "row_count": 1, "column_count": 1}
    for picture in (
        draw_graph({"nodes": [node], "edges": [], "meta": meta}, evil, evil),
        draw_matrix(matrix, evil, evil),
    ):
        root = ElementTree.fromstring(picture)
        assert not list(root.iter(f"{SVG}script"))
        assert '</text><script>alert(1)</script>"' in _texts(picture)


def _texts(picture: str) -> set[str]:
    return {"".join(text.itertext()) for text in ElementTree.fromstring(picture).iter(f"{SVG}text")}
