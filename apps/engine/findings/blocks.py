"""Addresses that a rule's peers take in by CIDR."""

from __future__ import annotations

from functools import lru_cache

from apps.engine.addresses import Range, block_ranges, join, parse_block
from apps.engine.model import BlockPeer, Peer

EVERY_ADDRESS = {4: parse_block("0.0.0.0/0"), 6: parse_block("::/0")}


@lru_cache(maxsize=1 << 16)
def ranges_of(peers: tuple[Peer, ...] | None) -> tuple[Range, ...]:
    """Ascending and disjoint; no peers at all are every peer, and so every address."""
    if peers is None:
        return tuple(EVERY_ADDRESS.values())
    blocks = (peer for peer in peers if isinstance(peer, BlockPeer))
    return tuple(join(part for block in blocks for part in block_ranges(block)))


def takes_every_address(peers: tuple[Peer, ...] | None, family: int) -> bool:
    return EVERY_ADDRESS[family] in ranges_of(peers)
