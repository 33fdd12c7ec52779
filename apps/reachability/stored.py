"""What one stored row says: of a Service port, or of all namespaces; and the bytes that it is stored as."""

from __future__ import annotations

from dataclasses import dataclass, field

from pyroaring import BitMap

from apps.engine.model import Dns, Verdict

from .bitmaps import pack, unpack


@dataclass(frozen=True, slots=True)
class Answer:
    """Who reaches a Service port, in the cluster's lasting namespace numbers.

    Denied is not kept: it is what is left of the namespaces that have workloads. `lonely`: those that have
    some and yet no pair with this port. `void`: nobody has a pair with it. `counts`:
    `{number: [allowed_pairs, pairs]}` of partial and unknown ones.
    """

    backend: str
    allowed: BitMap = field(default_factory=BitMap)
    unrestricted: BitMap = field(default_factory=BitMap)
    partial: BitMap = field(default_factory=BitMap)
    unknown: BitMap = field(default_factory=BitMap)
    lonely: BitMap = field(default_factory=BitMap)
    void: bool = False
    counts: dict[str, list[int]] = field(default_factory=dict)

    def verdict(self, number: int, *, inhabited: bool) -> Verdict:
        """Of a namespace that exists. `inhabited`: whether it has workloads that count as sources."""
        for verdict, numbers in self.by_verdict.items():
            if number in numbers:
                return verdict
        has_pair = inhabited and not self.void and number not in self.lonely
        return Verdict.DENIED if has_pair else Verdict.EMPTY

    @property
    def by_verdict(self) -> dict[Verdict, BitMap]:
        """The verdicts that are kept; see `split` for all."""
        return {
            Verdict.ALLOWED: self.allowed,
            Verdict.UNRESTRICTED: self.unrestricted,
            Verdict.PARTIAL: self.partial,
            Verdict.UNKNOWN: self.unknown,
        }

    def split(self, spaces: Spaces) -> dict[Verdict, BitMap]:
        """The namespaces of a snapshot under each of the six verdicts."""
        kept = self.by_verdict
        paired = BitMap() if self.void else spaces.inhabited - self.lonely
        denied = paired - BitMap.union(*kept.values())
        return {**kept, Verdict.DENIED: denied, Verdict.EMPTY: spaces.present - paired}


@dataclass(frozen=True, slots=True)
class Spaces:
    """All namespaces of a snapshot, in lasting numbers: which there are, and what each has or is.

    `ingress_all`, `ingress_some`: those of which policies isolate all or some workloads; egress alike.
    """

    present: BitMap = field(default_factory=BitMap)
    inhabited: BitMap = field(default_factory=BitMap)
    dns_blocked: BitMap = field(default_factory=BitMap)
    dns_unknown: BitMap = field(default_factory=BitMap)
    ingress_all: BitMap = field(default_factory=BitMap)
    ingress_some: BitMap = field(default_factory=BitMap)
    egress_all: BitMap = field(default_factory=BitMap)
    egress_some: BitMap = field(default_factory=BitMap)

    def dns(self, number: int) -> Dns:
        if number in self.dns_blocked:
            return Dns.BLOCKED
        return Dns.UNKNOWN if number in self.dns_unknown else Dns.RESOLVES

    def isolation(self, number: int, direction: str) -> str:
        """`all`, `some` or `none`; `direction`: ingress or egress."""
        words = ("all", "some")
        return next((word for word in words if number in getattr(self, f"{direction}_{word}")), "none")

    def to_bytes(self) -> bytes:
        return pack([getattr(self, name) for name in self.__slots__])

    @classmethod
    def from_bytes(cls, data: bytes) -> Spaces:
        return cls(*unpack(data)[0])


def encode(answer: Answer, base: Answer | None = None) -> bytes:
    """An answer; over a base, only what differs from it."""
    rest = {"backend": answer.backend, "void": answer.void, "counts": answer.counts}
    if base:
        rest["counts"] = _differing(base.counts, answer.counts)
    return pack(_exclusive_or(answer, base or Answer("")), rest)


def decode(data: bytes, base: Answer | None = None) -> Answer:
    """The answer again; `base` as it was encoded over."""
    sets, rest = unpack(data)
    counts = rest["counts"]
    if base:
        counts = {key: value for key, value in (base.counts | counts).items() if value is not None}
        sets = [a ^ b for a, b in zip(sets, _sets(base), strict=True)]
    allowed, unrestricted, partial, unknown, lonely = sets
    return Answer(rest["backend"], allowed, unrestricted, partial, unknown, lonely, rest["void"], counts)


def _sets(answer: Answer) -> tuple[BitMap, ...]:
    return answer.allowed, answer.unrestricted, answer.partial, answer.unknown, answer.lonely


def _exclusive_or(answer: Answer, base: Answer) -> list[BitMap]:
    return [a ^ b for a, b in zip(_sets(answer), _sets(base), strict=True)]


def _differing(old: dict[str, list[int]], new: dict[str, list[int]]) -> dict[str, list[int] | None]:
    changed: dict[str, list[int] | None] = {key: new[key] for key in new if old.get(key) != new[key]}
    return changed | {key: None for key in old if key not in new}
