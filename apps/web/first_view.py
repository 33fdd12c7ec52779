"""Which view of the map opens when the address names none: the reader's last, else what there is room for."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from apps.engine import Reach
from apps.reachability.matrix import MOST_PLAIN, fitting_form
from apps.web.question import Question

COOKIE = "view"  # static/js/map.js sets it when a view is chosen


class View(NamedTuple):
    """`why`: empty where the reader chose it."""

    name: str
    why: str = ""


def view_of(request: HttpRequest, reach: Reach, question: Question) -> View:
    """A question about one end is best drawn; the whole of a small cluster fits in two views, of a large one
    in the matrix alone, or what a filter keeps of it in the table."""
    if question.view:
        return View(question.view)
    if (chosen := request.COOKIES.get(COOKIE)) in question.views:
        return View(str(chosen))
    if question.focus:
        return View("graph")
    count = len(reach.namespaces)
    if count <= MOST_PLAIN:
        return View("split", f"{count} namespaces have room as graph and as matrix, so both are shown.")
    if question.q:
        return View("table", f"{count:,} namespaces are too many for one graph, so what fits is listed.")
    form = "of reach classes " if fitting_form(reach) == "class" else ""
    return View(
        "matrix",
        f"{count:,} namespaces are too many for one graph to tell, so the matrix {form}leads. "
        "Ask about one of them, and it is drawn.",
    )
