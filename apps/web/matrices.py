"""The matrix of the map: which one a question asks for, and what its page leads to."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple
from urllib.parse import urlencode

from apps.engine import Reach
from apps.reachability.matrix import MatrixQuestion, fitting_form, tell_structure
from apps.reachability.matrix_names import structure_of
from apps.reachability.names import UnknownName
from apps.reachability.queries import load_reach, matrix
from apps.snapshots.models import Snapshot
from apps.web.filters import query_of
from apps.web.graphs import AS_BROWSERS
from apps.web.question import Question

WINDOW = 500  # rows and columns that a page shows at once
_WORDS = {"namespace": "Namespaces", "service": "Services", "class": "Reach classes"}


class Form(NamedTuple):
    """One way to cut the matrix, as a link."""

    word: str
    address: str
    is_present: bool


class Cut(NamedTuple):
    """What narrows the matrix, and the address without it."""

    words: str
    address: str


def matrix_of(snapshot: Snapshot, question: Question) -> dict[str, Any]:
    """The context of `_matrix.html`, `counts` of its cells, and what is wrong with its rows and columns."""
    reach = load_reach(snapshot)
    asked = as_matrix_question(reach, question)
    complaint = ""
    try:
        found = matrix(snapshot, asked)
    except UnknownName as unknown:
        question = replace(question, rows="", columns="")
        asked, complaint = as_matrix_question(reach, question), f"{unknown}: all are shown."
        found = matrix(snapshot, asked)
    return {
        "counts": found["meta"]["counts"],
        "matrix_complaint": complaint,
        "matrix": {
            "url": _url(snapshot, asked),
            "by": asked.by,
            "forms": _forms(question, asked.by),
            "cuts": _cuts(question),
            "structure": tell_structure(structure_of(reach).classes, len(reach.namespaces)),
        },
    }


def as_matrix_question(reach: Reach, question: Question) -> MatrixQuestion:
    rows = question.rows or question.source
    columns = question.columns or question.to
    by = question.by or _fitting(reach, question, rows, columns)
    if by == "class" and (question.port or question.protocol or rows or columns or question.q):
        by = "namespace"
    if "/" in columns and by != "service":
        columns = columns.partition("/")[0]
    cut = (by, rows, columns, question.port, question.protocol)
    against = question.vs or None
    return MatrixQuestion(*cut, row_limit=1, column_limit=1, query=query_of(question), against=against)


def _fitting(reach: Reach, question: Question, rows: str, columns: str) -> str:
    if question.to and not question.columns:
        return "service"
    return "namespace" if rows or columns else fitting_form(reach)


def _forms(question: Question, by: str) -> list[Form]:
    """Reach classes are of the whole matrix; what is asked about a part has none."""
    is_part = bool(question.focus or question.port or question.source or question.q)
    whole = replace(question, sel="", rows="", columns="")
    return [
        Form(word, replace(whole, by=form).address(), form == by)
        for form, word in _WORDS.items()
        if form != "class" or not is_part
    ]


def _cuts(question: Question) -> list[Cut]:
    cut = replace(question, sel="", by="")
    cuts = [
        Cut(f"Rows: {question.rows}", replace(cut, rows="").address()),
        Cut(f"Columns: {question.columns}", replace(cut, columns="").address()),
    ]
    return [each for each, asked in zip(cuts, (question.rows, question.columns), strict=True) if asked]


def _url(snapshot: Snapshot, asked: MatrixQuestion) -> str:
    """The REST address of the matrix's first window; the page moves it."""
    fields = {
        "by": asked.by,
        "rows": asked.rows,
        "columns": asked.columns,
        "port": asked.port or "",
        "protocol": asked.protocol,
        "q": str(asked.query),
        "against": asked.against or "",
        "row_limit": WINDOW,
        "column_limit": WINDOW,
    }
    query = urlencode({name: value for name, value in fields.items() if value}, safe=AS_BROWSERS)
    return f"/api/v1/clusters/{snapshot.cluster.slug}/snapshots/{snapshot.number}/matrix/?{query}"
