"""Patterns with `*` for any run of characters."""

from __future__ import annotations


def matches(pattern: str, name: str) -> bool:
    """Whether the whole name fits the pattern, in time linear in the name for each `*`."""
    first, *rest = pattern.split("*")
    if not rest:
        return name == pattern
    *middle, last = rest
    if len(name) < len(first) + len(last) or not name.startswith(first) or not name.endswith(last):
        return False
    start, end = len(first), len(name) - len(last)
    for piece in middle:
        # The leftmost place leaves the most room for what follows.
        found = name.find(piece, start, end)
        if found < 0:
            return False
        start = found + len(piece)
    return True
