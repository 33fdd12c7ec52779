"""Keeps of an object what Portolan needs, and no more: never a Secret's data or an env value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.snapshots.kept_fields import SCALAR, TEXTS, WHOLE, Only, Shape, shape_of


def prune(body: Mapping[str, Any]) -> dict[str, Any]:
    """A new object with the fields of its kind that are kept (`kept_fields`); `body` stays as it is.

    A value of the wrong type keeps its type and loses its content, so that the parser complains about it
    where it stands and nothing slips through in it.
    """
    kept: dict[str, Any] = _keep(dict(body), shape_of(body.get("apiVersion"), body.get("kind")))
    return kept


def _keep(value: Any, shape: Shape) -> Any:
    if shape is WHOLE:
        return value
    if isinstance(value, dict):
        return _keep_mapping(value, shape)
    if isinstance(value, list):
        return _keep_list(value, shape)
    return value


def _keep_mapping(value: dict[str, Any], shape: Shape) -> dict[str, Any]:
    if shape is TEXTS:
        return {key: _keep(each, SCALAR) for key, each in value.items()}
    if isinstance(shape, dict):
        return {key: _keep(each, shape[key]) for key, each in value.items() if key in shape}
    return {}


def _keep_list(value: list[Any], shape: Shape) -> list[Any]:
    if shape is TEXTS:
        return [_keep(each, SCALAR) for each in value]
    if isinstance(shape, Only):
        chosen = [each for each in value if _says(each, shape.key, shape.value)]
        return [_keep(each, shape.shape) for each in chosen]
    if isinstance(shape, list):
        return [_keep(each, shape[0]) for each in value]
    return []


def _says(value: Any, key: str, word: str) -> bool:
    return not isinstance(value, dict) or value.get(key) == word
