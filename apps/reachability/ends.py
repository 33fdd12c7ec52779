"""The ends of edges: source namespaces by number, and target Service ports."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine import PortReach
from apps.reachability.grammar import matches
from apps.reachability.ground import Ground


@dataclass(frozen=True, slots=True)
class Ends:
    """`sources`: numbers of namespaces."""

    sources: BitMap
    has_target: Callable[[PortReach], bool]


def name_ends(values: Sequence[str], ground: Ground) -> Ends:
    """The namespaces that a name, a pattern or a label (`env=prod`) fits, as either end."""
    names = {name for name in ground.numbers if any(_fits(value, name, ground) for value in values)}
    sources = BitMap([ground.numbers[name] for name in names])
    return Ends(sources, lambda port: port.namespace in names)


def target_fits(values: Sequence[str], ground: Ground) -> Callable[[PortReach], bool]:
    """Whether a Service port is in a namespace that fits, or its Service's key `NS/NAME` does."""
    services = [value for value in values if "/" in value and "=" not in value]
    in_namespace = name_ends([value for value in values if value not in services], ground).has_target
    keys = {
        port.target for port in ground.reach.ports if any(matches(each, port.target) for each in services)
    }
    return lambda port: port.target in keys or in_namespace(port)


def _fits(value: str, name: str, ground: Ground) -> bool:
    key, is_label, wanted = value.partition("=")
    if not is_label:
        return matches(value, name)
    labels = ground.labels[name]
    return key in labels and matches(wanted, labels[key])
