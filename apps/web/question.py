"""The question of the reach map, as it stands in the address."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode

from apps.engine.model import Verdict
from apps.reachability.question import DEFAULT_SHOW
from apps.web.words import WORDS

VIEWS = ("graph", "split", "matrix", "table")
ASKS = ("to", "from", "path")
MATRICES = ("namespace", "service", "class")
MOST_HOPS = 10
USUAL_HOPS = 3
_PORT = re.compile(r"^(\d{1,5})(?:/(TCP|UDP|SCTP))?$")


@dataclass(frozen=True, slots=True)
class Question:
    """`ask`: `to` (who can reach `to`?), `from` (what can `source` reach?) or `path` (what in `hops` hops?).
    Empty fields ask for any.

    `view`: empty is the graph, or where there is no room for it the table.
    `to`: `NS` or `NS/SERVICE`. `port`: a Service port; `protocol` empty: any. `show`: the verdicts shown.
    `sel`: the selected edge, `SOURCE>NS/SERVICE:PORT/PROTOCOL`. `expand`: the namespaces of the overview
    that show their Services. `by`, `rows` and `columns`: what the matrix shows; empty: as fits.
    `q`: what the filter grammar asks for besides, as typed. `vs`: the number of the snapshot against which
    new and closed edges are marked; 0: none are.
    """

    ask: str = "to"
    to: str = ""
    source: str = ""
    port: int | None = None
    protocol: str = ""
    view: str = ""
    show: frozenset[Verdict] = DEFAULT_SHOW
    sel: str = ""
    hops: int = USUAL_HOPS
    expand: tuple[str, ...] = ()
    by: str = ""
    rows: str = ""
    columns: str = ""
    q: str = ""
    vs: int = 0

    @property
    def focus(self) -> str:
        return self.to if self.ask == "to" else self.source

    @property
    def port_text(self) -> str:
        return "/".join(filter(None, (str(self.port or ""), self.protocol)))

    def asks_port(self, port: str) -> bool:
        """Whether the question is about this port, `5432/TCP`, among others."""
        number, protocol = port.split("/")
        return self.port in (None, int(number)) and self.protocol in ("", protocol)

    @property
    def title(self) -> str:
        if not self.focus:
            return "Reach map"
        if self.ask == "path":
            return f"What can {self.source} reach in {self.hops} hops?"
        return f"Who can reach {self.to}?" if self.ask == "to" else f"What can {self.source} reach?"

    def fields(self) -> list[tuple[str, str]]:
        """As the address has it; what is as at first is left out."""
        show = "" if self.show == DEFAULT_SHOW else ",".join(v for v in WORDS if v in self.show)
        pairs = [
            ("ask", self.ask if self.focus or self.ask != "to" else ""),
            ("to", self.to),
            ("from", self.source),
            ("port", self.port_text),
            ("q", self.q),
            ("hops", str(self.hops) if self.ask == "path" and self.hops != USUAL_HOPS else ""),
            ("view", self.view),
            ("by", self.by),
            ("rows", self.rows),
            ("columns", self.columns),
            ("expand", ",".join(self.expand)),
            ("vs", str(self.vs or "")),
            ("show", show),
            ("sel", self.sel),
        ]
        return [(name, value) for name, value in pairs if value]

    def address(self) -> str:
        return "?" + urlencode(self.fields(), safe="/:,*", quote_via=quote)

    # What the page links to.

    @property
    def hidden_fields(self) -> list[tuple[str, str]]:
        return self.fields()

    @property
    def is_path(self) -> bool:
        """Whether it asks for paths of several hops, which are no edges."""
        return self.ask == "path" and bool(self.source)

    @property
    def views(self) -> tuple[str, ...]:
        return ("graph", "table") if self.is_path else VIEWS

    def address_as(self, view: str) -> str:
        return replace(self, view=view).address()

    @property
    def graph_address(self) -> str:
        return self.address_as("graph")

    @property
    def table_address(self) -> str:
        return self.address_as("table")

    @property
    def hops_address(self) -> str:
        return Question("path", source=self.source, vs=self.vs).address()

    @property
    def direct_address(self) -> str:
        return Question("from", source=self.source, vs=self.vs).address()

    @property
    def clear_address(self) -> str:
        return replace(self, show=DEFAULT_SHOW, sel="").address()

    def flipped(self) -> Question:
        """The other question about the same ends: of the selected edge, else of what is asked."""
        source, to, _ = split_edge(self.sel)
        kept = replace(self, source="", to="", port=None, protocol="", sel="")
        if self.ask == "to":
            return replace(kept, ask="from", source=source or self.source or self.to.partition("/")[0])
        return replace(kept, ask="to", to=to or self.to or self.source)


def read_question(parameters: Mapping[str, str]) -> Question:
    """The question in an address. What is no value of its field is taken as not given."""
    port, protocol = split_port(parameters.get("port", "")) or (None, "")
    show = parameters.get("show", "").split(",")
    question = Question(
        ask=next((ask for ask in ASKS if parameters.get("ask") == ask), "to"),
        to=parameters.get("to", "").strip(),
        source=parameters.get("from", "").strip(),
        port=port,
        protocol=protocol,
        view=next((view for view in VIEWS if parameters.get("view") == view), ""),
        show=frozenset(v for v in WORDS if v in show) or DEFAULT_SHOW,
        sel=parameters.get("sel", ""),
        hops=_read_hops(parameters.get("hops", "")),
        expand=tuple(filter(None, parameters.get("expand", "").split(","))),
        by=next((by for by in MATRICES if parameters.get("by") == by), ""),
        rows=parameters.get("rows", ""),
        columns=parameters.get("columns", ""),
        q=" ".join(parameters.get("q", "").split()),
        vs=_read_number(parameters.get("vs", "")),
    )
    return question if question.view in question.views else replace(question, view="")


def _read_number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _read_hops(text: str) -> int:
    hops = _read_number(text)
    return hops if 1 <= hops <= MOST_HOPS else USUAL_HOPS


def split_port(text: str) -> tuple[int, str] | None:
    """`5432`, `5432/TCP` as (number, protocol or empty); None for anything else."""
    found = _PORT.match(text.strip().upper())
    if not found or not 1 <= int(found[1]) <= 65535:
        return None
    return int(found[1]), found[2] or ""


def split_edge(edge: str) -> tuple[str, str, str]:
    """`orders>payments/db:5432/TCP` as (source, target, port); what is missing is empty."""
    source, _, rest = edge.partition(">")
    target, _, port = rest.partition(":")
    return source.strip(), target.strip(), port.strip()
