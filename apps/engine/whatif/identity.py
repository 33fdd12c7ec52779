"""Which object a manifest speaks of: its group, kind, namespace and name, whatever its version."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.engine.model import ObjectRef
from apps.engine.parse.fields import BadField, Part

# NetworkPolicies and Deployments are also served under the group in which they were born.
_BORN_IN_EXTENSIONS = {"NetworkPolicy": "networking.k8s.io"}
_NO_NAMESPACE = (
    "default"  # where a manifest that names none goes; kinds that have none agree among themselves
)


class DraftRefused(ValueError):
    """A manifest of a draft cannot be used. `index` counts the draft's manifests from 0."""

    def __init__(self, index: int, ref: ObjectRef, field: str, message: str) -> None:
        super().__init__(": ".join(filter(None, (f"manifest {index + 1}", str(ref), field, message))))
        self.index = index
        self.ref = ref
        self.field = field
        self.message = message


class Identity(NamedTuple):
    group: str
    kind: str
    namespace: str
    name: str


def identify(body: Mapping[str, Any]) -> Identity:
    """Raises BadField where a part of the identity is missing or is no text."""
    part = Part(body)
    kind = (part / "kind").required_text()
    group = (part / "apiVersion").required_text().rpartition("/")[0]
    if group == "extensions":
        group = _BORN_IN_EXTENSIONS.get(kind, "apps")
    meta = part / "metadata"
    name = (meta / "name").required_text()
    return Identity(group, kind, (meta / "namespace").text() or _NO_NAMESPACE, name)


def try_identify(body: Mapping[str, Any]) -> Identity | None:
    """None for a stored object without an identity: no draft can mean it, and parsing complains of it."""
    try:
        return identify(body)
    except BadField:
        return None


def ref_of(body: Any) -> ObjectRef:
    """The manifest's name for messages, as far as it says one."""
    body = body if isinstance(body, Mapping) else {}
    meta = body.get("metadata")
    meta = meta if isinstance(meta, Mapping) else {}
    texts = (body.get("kind"), meta.get("namespace"), meta.get("name"))
    return ObjectRef(*(text if isinstance(text, str) else "" for text in texts))
