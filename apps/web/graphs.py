"""The drawing of the map: which one a question asks for, and its REST address."""

from __future__ import annotations

from urllib.parse import urlencode

from apps.reachability.question import GraphQuestion
from apps.snapshots.models import Snapshot
from apps.web.filters import query_of
from apps.web.question import Question
from apps.web.words import WORDS

# What browsers leave as it is in a query besides: the page preloads the address that its script asks for.
AS_BROWSERS = "*"


def as_graph_question(question: Question) -> GraphQuestion:
    return GraphQuestion(
        focus=question.focus,
        direction=question.ask if question.focus else "to",
        port=question.port,
        protocol=question.protocol,
        show=question.show,
        only=_other_end(question),
        query=query_of(question),
        expand=question.expand,
        hops=question.hops,
        against=question.vs or None,
    )


def graph_url(snapshot: Snapshot, question: Question) -> str:
    """The REST address of the drawing; the page sets `show` as the legend says."""
    asked = {
        "focus": question.focus,
        "direction": question.ask if question.focus else "",
        "only": _other_end(question),
        "port": question.port or "",
        "protocol": question.protocol,
        "q": question.q,
        "expand": ",".join(question.expand),
        "against": question.vs or "",
        "hops": question.hops if question.ask == "path" and question.focus else "",
        "show": ",".join(verdict for verdict in WORDS if verdict in question.show),
    }
    query = urlencode({name: value for name, value in asked.items() if value}, safe=AS_BROWSERS)
    return f"/api/v1/clusters/{snapshot.cluster.slug}/snapshots/{snapshot.number}/graph/?{query}"


def _other_end(question: Question) -> str:
    if not question.focus or question.ask == "path":
        return ""
    return question.source if question.ask == "to" else question.to
