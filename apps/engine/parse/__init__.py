"""Manifests become the model: the only place that knows Kubernetes' field names."""

from __future__ import annotations

from apps.engine.parse.cluster import parse_cluster
from apps.engine.parse.unevaluated import is_policy_kind

__all__ = ["is_policy_kind", "parse_cluster"]
