"""The focus view: who can reach one target, or what one namespace can reach.

The focus is the *hub*, on one side. Each card on the other side is a *spoke*, with its edges to the hub.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import NamedTuple

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability import drawing
from apps.reachability.against import Against
from apps.reachability.bundle import RANKING, Bundle, best_by_source
from apps.reachability.drawing import Line, Node
from apps.reachability.line_changes import mark_line

# With more Services than this, a focused namespace is one card.
MOST_HUB_SERVICES = 20


class Spoke(NamedTuple):
    """`number`: by which the focus knows it. Most of many are never drawn, so this is all that is made."""

    label: str
    verdict: Verdict
    number: int


@dataclass(frozen=True, slots=True)
class Focus:
    """`spokes`: by verdict, then label; `node` and `bundle` by their numbers. `bundled`: one line a spoke.
    `ends`: the ids of an edge's nodes."""

    hub: Sequence[Node]
    spokes: Sequence[Spoke]
    node: Callable[[int], Node]
    bundle: Callable[[int], Bundle]
    bundled: bool
    ends: Callable[[PortReach, int], tuple[str, str]]

    def lines(
        self, reach: Reach, spoke: Spoke, show: frozenset[Verdict], against: Against | None = None
    ) -> list[Line]:
        """The lines of one spoke, without the edges whose verdict is not to be shown unless they moved."""
        bundle = self.bundle(spoke.number)
        if self.bundled:
            line = drawing.bundle_line(reach, *self.ends(*bundle.example), bundle)
            return [mark_line(line, reach, against, bundle.ports, bundle.sources)]
        number = bundle.sources[0]
        return [
            mark_line(
                drawing.port_line(reach, *self.ends(port, number), port, number),
                reach,
                against,
                [port],
                bundle.sources,
            )
            for port in bundle.ports
            if any(number in port.by_verdict[verdict] for verdict in show) or _moved(against, port, number)
        ]


def focus_on_target(reach: Reach, focus: str, ports: Sequence[PortReach], grouped: bool) -> Focus:
    """Who can reach `focus`, `NS` or `NS/SERVICE` with these Service ports: a spoke a source namespace."""
    services = [list(rows) for _, rows in groupby(ports, _service_id)]
    bundled = "/" not in focus and (grouped or not 0 < len(services) <= MOST_HUB_SERVICES)
    hub = [drawing.service_node(reach, rows) for rows in services]
    if bundled:
        hub = [_hub_namespace(reach, focus, "target")]
    spokes = [
        Spoke(reach.namespaces[number], verdict, number)
        for verdict, numbers in best_by_source(ports).items()
        for number in numbers  # in the order of their names
    ]
    node = partial(drawing.namespace_node, reach)

    def ends(port: PortReach, number: int) -> tuple[str, str]:
        return f"ns:{reach.namespaces[number]}", hub[0]["id"] if bundled else _service_id(port)

    return Focus(hub, spokes, node, lambda number: Bundle(ports, BitMap([number])), bundled, ends)


def focus_on_source(reach: Reach, source: str, ports: Sequence[PortReach], grouped: bool) -> Focus:
    """What the namespace `source` can reach of `ports`: a spoke a Service, or a namespace when `grouped`."""
    hub = _hub_namespace(reach, source, "source")
    sources = BitMap([reach.namespaces.index(source)])
    target_id = _namespace_id if grouped else _service_id
    asked = [port for port in ports if any(sources[0] in numbers for numbers in port.by_verdict.values())]
    bundles = [Bundle(list(rows), sources) for _, rows in groupby(asked, target_id)]
    spokes = [
        Spoke(bundle.ports[0].namespace if grouped else bundle.ports[0].target, bundle.verdict, number)
        for number, bundle in enumerate(bundles)
    ]
    spokes.sort(key=lambda spoke: (RANKING.index(spoke.verdict), spoke.label))

    def node(number: int) -> Node:
        return _target_node(reach, bundles[number].ports, grouped)

    def ends(port: PortReach, _: int) -> tuple[str, str]:
        return hub["id"], target_id(port)

    return Focus([hub], spokes, node, bundles.__getitem__, grouped, ends)


def _moved(against: Against | None, port: PortReach, number: int) -> bool:
    marks = against.of(port) if against else None
    return marks is not None and number in marks.moved


def _hub_namespace(reach: Reach, name: str, role: str) -> Node:
    """The focused namespace. Its id is its own, as the same namespace may also stand on the other side."""
    return {**drawing.namespace_node(reach, reach.namespaces.index(name)), "id": f"{role}:{name}"}


def _target_node(reach: Reach, ports: Sequence[PortReach], grouped: bool) -> Node:
    if grouped:
        return drawing.namespace_node(reach, reach.namespaces.index(ports[0].namespace))
    return drawing.service_node(reach, ports)


def _service_id(port: PortReach) -> str:
    return f"svc:{port.target}"


def _namespace_id(port: PortReach) -> str:
    return f"ns:{port.namespace}"
