"""The evidence: the policies that decide or that findings cite, with these lines marked."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from apps.engine.model import Citation, ObjectRef
from apps.reachability.evidence import engine_ref
from apps.reports.contents.basis import Basis
from apps.reports.contents.explanations import cite_edges, count_proved
from apps.snapshots.models import ObjectVersion
from apps.snapshots.positions import render
from apps.snapshots.queries import list_policies

MOST_LINES = 20_000  # of YAML in one report; policies that no longer fit are named
MOST_SAID = 3  # of one mark

Lines = tuple[int, int]
Marks = dict[ObjectRef, dict[Lines, list[str]]]


def tell_evidence(basis: Basis, findings: dict[str, Any]) -> dict[str, Any]:
    """`policies`: the cited ones with their text; `left_out`: cited, and without room for their text."""
    marks: Marks = defaultdict(lambda: defaultdict(list))
    _mark_edges(basis, marks)
    _mark_findings(findings, marks)
    shown, left_out, room = [], [], MOST_LINES
    for version in list_policies(basis.snapshot):
        ref = engine_ref(version)
        if ref is None or ref not in marks:
            continue
        told = _policy(version, marks[ref])
        room -= len(told["text"])
        if room >= 0:
            shown.append(told)
        else:
            left_out.append(str(ref))
    return {"edges_proved": count_proved(basis), "policies": shown, "left_out": left_out}


def _mark_edges(basis: Basis, marks: Marks) -> None:
    """Looking lines up is dear, and many edges hang on the same rule."""
    said: dict[Citation, list[str]] = defaultdict(list)
    for cited in cite_edges(basis):
        _say(said[cited.citation], f"{cited.citation.effect}: {cited.source} to {cited.target}")
    basis.library.open(citation.ref for citation in said)
    for citation, sentences in said.items():
        found = marks[citation.ref]  # also one whose text has no such line is cited
        for lines in _lines_of(basis, citation):
            for sentence in sentences:
                _say(found[lines], sentence)


def _lines_of(basis: Basis, citation: Citation) -> list[Lines]:
    """The parts that decide; without such, the rule as a whole."""
    told = basis.library.cite(citation)
    return [tuple(mark) for mark in told["marks"]] or ([tuple(told["lines"])] if told["lines"] else [])


def _mark_findings(findings: dict[str, Any], marks: Marks) -> None:
    for finding in findings["findings"]:
        for place in finding["evidence"]:
            if place["yaml_url"] is None:
                continue  # no policy
            found = marks[ObjectRef(place["kind"], place["namespace"], place["name"])]
            if place["lines"]:
                _say(found[tuple(place["lines"])], f"finding: {finding['message']}")


def _say(said: list[str], sentence: str) -> None:
    if sentence not in said:
        said.append(sentence)


def _policy(version: ObjectVersion, marks: dict[Lines, list[str]]) -> dict[str, Any]:
    body = json.loads(version.content.body)
    return {
        "kind": version.kind,
        "namespace": version.namespace,
        "name": version.name,
        "api_version": version.api_version,
        "resource_version": body["metadata"].get("resourceVersion"),
        "first_snapshot": version.first,
        "text": render(body).splitlines(),
        "marks": [_mark(lines, marks[lines]) for lines in sorted(marks)],
    }


def _mark(lines: Lines, said: Iterable[str]) -> dict[str, Any]:
    sentences = sorted(said)
    return {"lines": list(lines), "says": sentences[:MOST_SAID], "more": max(0, len(sentences) - MOST_SAID)}
