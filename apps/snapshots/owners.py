"""The top controller of a pod, as an owner reference: as far as the pod itself tells."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.engine import Owner, maker_of


def top_owner(metadata: Mapping[str, Any]) -> dict[str, Any] | None:
    """The owner reference of the top controller of a pod; None for a bare one or one that a node runs."""
    owner = _controller(metadata.get("ownerReferences"))
    if owner is None or owner["kind"] == "Node":
        return None
    labels = metadata.get("labels")
    mark = labels.get("pod-template-hash") if isinstance(labels, Mapping) else None
    maker = maker_of(Owner(owner["kind"], owner["name"]), mark if isinstance(mark, str) else "")
    return owner | maker._asdict()


def _controller(references: Any) -> dict[str, Any] | None:
    if not isinstance(references, list):
        return None
    usable = [each for each in references if _is_reference(each)]
    controllers = [each for each in usable if each.get("controller") is True]
    return dict((controllers or usable)[0]) if usable else None


def _is_reference(value: Any) -> bool:
    return isinstance(value, Mapping) and all(
        isinstance(value.get(key), str) and value[key] for key in ("kind", "name")
    )
