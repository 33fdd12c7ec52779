"""The edges of a content, read again for paper and spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from apps.reports.contents.words import numbers_of


class Row(NamedTuple):
    """The edges of a Service port with one verdict. `sources`: ascending places in `ToldEdges.namespaces`."""

    port: dict[str, Any]
    verdict: str
    sources: tuple[int, ...]


class ToldEdges:
    """What `tell_edges` told; each of its sets is worked out once, and only when it is asked for."""

    def __init__(self, edges: dict[str, Any]) -> None:
        self.namespaces: list[str] = edges["namespaces"]
        self.dns: list[str] = edges["dns"]
        self._ports: list[dict[str, Any]] = edges["ports"]
        self._sets: list[str] = edges["sets"]
        self._read: dict[int, tuple[int, ...]] = {}

    def rows(self) -> Iterator[Row]:
        for port in self._ports:
            for verdict, number in port["sources"].items():
                yield Row(port, verdict, self._numbers(number))

    def pairs_of(self, port: dict[str, Any]) -> dict[int, tuple[int, int]]:
        """(surely allowed, all) pairs by source, where the verdict does not say them."""
        found: dict[int, tuple[int, int]] = {}
        for count, number in port["pairs"].items():
            allowed, _, pairs = count.partition("/")
            found |= dict.fromkeys(self._numbers(number), (int(allowed), int(pairs)))
        return found

    def _numbers(self, number: int) -> tuple[int, ...]:
        if number not in self._read:
            self._read[number] = tuple(numbers_of(self._sets[number]))
        return self._read[number]
