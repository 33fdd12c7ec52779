"""The fewest NetworkPolicies with which a namespace lets through the edges to keep, and no others."""

from apps.engine.suggest.compose import compose
from apps.engine.suggest.suggestion import EdgeKey, Impossible, Suggestion

__all__ = ["EdgeKey", "Impossible", "Suggestion", "compose"]
