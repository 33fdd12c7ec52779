"""Manifests become the model: the only place that knows Kubernetes' field names."""

from __future__ import annotations

from apps.engine.parse.cluster import parse_cluster
from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.owners import Owner, maker_of
from apps.engine.parse.revision import revise_cluster
from apps.engine.parse.selectors import read_selector
from apps.engine.parse.unevaluated import UNEVALUATED, is_policy_kind, touch_of

__all__ = [
    "UNEVALUATED",
    "BadField",
    "Owner",
    "Part",
    "is_policy_kind",
    "maker_of",
    "parse_cluster",
    "read_selector",
    "revise_cluster",
    "touch_of",
]
