"""What should be stored of a reach, written once more and plainly: by the words of `stored.Answer`."""

from __future__ import annotations

from collections.abc import Mapping

from pyroaring import BitMap

from apps.engine import PortReach, Reach
from apps.engine.model import Verdict
from apps.reachability.history.rows import Key
from apps.reachability.stored import Answer


def answers_of(reach: Reach, numbers: Mapping[str, int]) -> dict[Key, Answer]:
    return {
        Key(port.namespace, port.service, port.port, port.protocol): _answer(port, reach, numbers)
        for port in reach.ports
    }


def _answer(port: PortReach, reach: Reach, numbers: Mapping[str, int]) -> Answer:
    def lasting(chosen: BitMap) -> BitMap:
        return BitMap([numbers[reach.namespaces[index]] for index in chosen])

    inhabited = BitMap([index for index, count in enumerate(reach.sources) if count])
    lonely = port.by_verdict[Verdict.EMPTY] & inhabited
    told = port.by_verdict[Verdict.PARTIAL] | port.by_verdict[Verdict.UNKNOWN]
    return Answer(
        backend=port.backend.value,
        allowed=lasting(port.by_verdict[Verdict.ALLOWED]),
        unrestricted=lasting(port.by_verdict[Verdict.UNRESTRICTED]),
        partial=lasting(port.by_verdict[Verdict.PARTIAL]),
        unknown=lasting(port.by_verdict[Verdict.UNKNOWN]),
        lonely=BitMap() if lonely == inhabited else lasting(lonely),
        void=lonely == inhabited,
        counts={
            str(numbers[reach.namespaces[index]]): list(pair)
            for index, pair in port.counts.items()
            if index in told
        },
    )
