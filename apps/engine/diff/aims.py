"""What is to be explained: source namespaces whose answer to one question differs, question by question."""

from __future__ import annotations

from dataclasses import dataclass

from pyroaring import BitMap

from apps.engine.diff.ends import Ends
from apps.engine.diff.numbering import Numbering
from apps.engine.diff.states import ABSENT, PortDiff, PortKey, PortState, by_key, lift_state
from apps.engine.model import Dns
from apps.engine.reach import Reach


class Answers:
    """A reach of part of a cluster, in joint numbers."""

    def __init__(self, reach: Reach, numbering: Numbering) -> None:
        self._ports = by_key(reach)
        self._lift = numbering.lift(reach.namespaces)
        self._dns = {
            numbering.number[name]: dns for name, dns in zip(reach.namespaces, reach.dns, strict=True)
        }

    def state(self, key: PortKey) -> PortState | None:
        each = self._ports.get(key)
        return lift_state(each, self._lift) if each else None

    def dns(self, number: int) -> Dns | None:
        return self._dns.get(number)


@dataclass(frozen=True, slots=True)
class VerdictAim:
    """Edges to one Service port whose verdict changed.

    An opened edge is as before when it has no allowed pair again (denied, empty or gone), a closed one
    when it has one; any other when its verdict is the very same.
    """

    diff: PortDiff
    numbers: BitMap
    ends: Ends
    aspect: str = "verdict"

    def as_before(self, answers: Answers) -> BitMap:
        before, now = self.diff.before or ABSENT, answers.state(self.diff.key) or ABSENT
        reaching, unknown = now.reaching, now.unknown
        nothing = self.numbers - reaching - unknown
        gone = BitMap.union(*before.by_verdict.values())
        same = before.shared(now) | (nothing - gone)
        return (self.diff.opened & nothing) | (self.diff.closed & reaching) | (self.diff.turned & same)


@dataclass(frozen=True, slots=True)
class BackendAim:
    """All edges to one Service port, of which the kind of backend changed."""

    diff: PortDiff
    numbers: BitMap
    ends: Ends
    aspect: str = "backend"

    def as_before(self, answers: Answers) -> BitMap:
        now = answers.state(self.diff.key)
        same = now is not None and self.diff.before is not None and now.backend is self.diff.before.backend
        return self.numbers if same else BitMap()


@dataclass(frozen=True, slots=True)
class DnsAim:
    """Namespaces whose DNS answer changed; `before` has theirs by joint number."""

    before: dict[int, Dns]
    numbers: BitMap
    ends: Ends
    aspect: str = "dns"

    def as_before(self, answers: Answers) -> BitMap:
        return BitMap(number for number in self.numbers if answers.dns(number) is self.before[number])


Aim = VerdictAim | BackendAim | DnsAim
