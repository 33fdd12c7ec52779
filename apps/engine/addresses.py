"""IP addresses and CIDR blocks as whole numbers. Source: RFC 4632, RFC 4291, and how Go reads CIDRs (N14).

An address is `(family, number)`, a range `(family, first, last)` with both ends included; family is 4 or 6.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Sequence
from functools import lru_cache
from socket import AF_INET, inet_pton  # a conversion in C: no network is involved
from typing import NamedTuple

from apps.engine.model import BlockPeer


class Address(NamedTuple):
    family: int
    number: int


class Range(NamedTuple):
    family: int
    first: int
    last: int

    def includes(self, address: Address) -> bool:
        return address.family == self.family and self.first <= address.number <= self.last


def parse_address(text: str) -> Address:
    """The address; leading zeros are decimal and ::ffff:a.b.c.d is an IPv4 address. ValueError otherwise."""
    try:
        return _of_packed(inet_pton(AF_INET, text))
    except (OSError, UnicodeEncodeError):
        pass  # not the plain form that nearly all addresses have
    parsed = ipaddress.ip_address(_without_zeros(text))
    if isinstance(parsed, ipaddress.IPv6Address):
        if parsed.ipv4_mapped is None:
            return Address(6, int(parsed))
        parsed = parsed.ipv4_mapped
    return Address(4, int(parsed))


def check_address(text: str) -> None:
    """ValueError where `parse_address` would raise one; quicker, where the number is not wanted."""
    try:
        inet_pton(AF_INET, text)
    except (OSError, UnicodeEncodeError):
        parse_address(text)


def span(texts: Sequence[str]) -> tuple[Address, Address]:
    """The lowest and the highest of these addresses, IPv4 before IPv6; ValueError where one is none."""
    try:
        packed = [inet_pton(AF_INET, text) for text in texts]
    except (OSError, UnicodeEncodeError):
        found = [parse_address(text) for text in texts]
        return min(found), max(found)
    return _of_packed(min(packed)), _of_packed(max(packed))


def _of_packed(four: bytes) -> Address:
    return Address(4, int.from_bytes(four, "big"))


@lru_cache(maxsize=1 << 16)
def parse_block(text: str) -> Range:
    """The range of a CIDR; host bits are cut off, as the API server allows them. ValueError otherwise."""
    address, slash, length = text.partition("/")
    if not slash or not length.isascii() or not length.isdigit():
        raise ValueError(f"{text!r} is not a CIDR such as 10.0.0.0/8")
    network = ipaddress.ip_network(f"{_without_zeros(address)}/{int(length)}", strict=False)
    return Range(network.version, int(network[0]), int(network[-1]))


@lru_cache(maxsize=1 << 16)
def block_ranges(block: BlockPeer) -> tuple[Range, ...]:
    """What is left of the block's CIDRs without its exceptions."""
    left = [parse_block(cidr) for cidr in block.cidrs]
    for cut in map(parse_block, block.excepts):
        left = [piece for part in left for piece in _without(part, cut)]
    return tuple(left)


def covers(block: BlockPeer, address: Address) -> bool:
    """Whether the address is in the block's CIDRs and in none of its exceptions."""
    return any(part.includes(address) for part in block_ranges(block))


def format_address(address: Address) -> str:
    return str(_ip(address.family, address.number))


def to_cidrs(ranges: Iterable[Range]) -> list[str]:
    """The fewest CIDRs that cover exactly these ranges, ascending, IPv4 first."""
    networks = [
        network
        for family, first, last in join(ranges)
        for network in ipaddress.summarize_address_range(_ip(family, first), _ip(family, last))
    ]
    return [str(network) for network in networks]


def join(ranges: Iterable[Range]) -> list[Range]:
    """The ranges ascending, with overlapping and adjacent ones made one."""
    joined: list[Range] = []
    for part in sorted(ranges):
        if joined and joined[-1].family == part.family and part.first <= joined[-1].last + 1:
            joined[-1] = joined[-1]._replace(last=max(joined[-1].last, part.last))
        else:
            joined.append(part)
    return joined


def _ip(family: int, number: int) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return ipaddress.IPv4Address(number) if family == 4 else ipaddress.IPv6Address(number)


def _without_zeros(text: str) -> str:
    if ":" in text:
        return text
    return ".".join(part.lstrip("0") or "0" if part.isdigit() else part for part in text.split("."))


def _without(part: Range, cut: Range) -> list[Range]:
    if cut.family != part.family or cut.last < part.first or part.last < cut.first:
        return [part]
    pieces = [part._replace(last=cut.first - 1), part._replace(first=cut.last + 1)]
    return [piece for piece in pieces if piece.first <= piece.last]
