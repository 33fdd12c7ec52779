"""Which view of the map opens when the address names none: the reader's last, else what there is room for."""

from __future__ import annotations

from typing import NamedTuple

from django.http import HttpRequest

from apps.engine import Reach
from apps.reachability.matrix import MOST_PLAIN, fitting_form
from apps.web.question import Question

MOST_CARDS = 48  # three columns of cards: more, and their names no longer fit
COOKIE = "view"  # static/js/map.js sets it when a view is chosen


class View(NamedTuple):
    """`why`: empty where the reader chose it."""

    name: str
    why: str = ""


def view_of(request: HttpRequest, reach: Reach, question: Question, drawn: int) -> View:
    """A question about one end is best drawn while its answers are few; the whole of a small cluster fits in
    two views, of a large one in the matrix alone, or what a filter keeps of it in the table.

    `drawn`: how many answers the graph would draw one by one.
    """
    if question.view:
        return View(question.view)
    if (chosen := request.COOKIES.get(COOKIE)) in question.views:
        return View(str(chosen))
    if question.focus and drawn > MOST_CARDS:
        return View("table", "The answers are too many for cards that can be read, so they are listed.")
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
