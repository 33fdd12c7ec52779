"""The filter grammar: one line of text to a question about edges, and back (docs/filters.md).

Pure: it knows words and forms, and nothing of any cluster. What a question means in a snapshot is
`apps.reachability.conditions`.
"""

from __future__ import annotations

from apps.reachability.grammar.globs import matches
from apps.reachability.grammar.keys import KEYS, Key
from apps.reachability.grammar.parse import LONGEST, parse_query
from apps.reachability.grammar.tokens import EVERYTHING, Query, QueryRefused, Token, TokenProblem

__all__ = [
    "EVERYTHING",
    "KEYS",
    "LONGEST",
    "Key",
    "Query",
    "QueryRefused",
    "Token",
    "TokenProblem",
    "matches",
    "parse_query",
]
