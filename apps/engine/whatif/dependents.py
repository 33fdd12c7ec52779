"""What goes with an object: a namespace's contents, and the pods that a controller has made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.owners import Owner, maker_of
from apps.engine.parse.pods import TEMPLATES, PodRecord, read_owner, read_template
from apps.engine.whatif.identity import Identity

Object = Mapping[str, Any]


def in_namespace(objects: Iterable[Object], name: str) -> list[Object]:
    return [body for body in objects if _namespace(body) == name]


def made_by(objects: Sequence[Object], maker: Identity) -> list[Object]:
    """The pods, ReplicaSets and Jobs that this controller has made, directly or through one another."""
    near = [body for body in objects if _namespace(body) == maker.namespace]
    owners = {_as_owner(body): owner for body in near if (owner := _owner(body)) is not None}
    wanted = Owner(maker.kind, maker.name)
    return [body for body in near if wanted in _makers(body, owners)]


def keeps_pods(old: Object, new: Object) -> bool:
    """Whether the pods that a controller has made are still as its new manifest wants them."""
    return _wanted(old) == _wanted(new)


def has_template(identity: Identity) -> bool:
    return identity.kind in TEMPLATES


def _makers(body: Object, owners: Mapping[Owner, Owner]) -> Iterable[Owner]:
    """Its controller, that one's controller, and so on; also those that only a name tells of."""
    owner = _owner(body)
    seen: list[Owner] = []
    while owner is not None and owner not in seen:
        seen.append(owner)
        above = owners.get(owner) or maker_of(owner, _template_hash(body))
        owner = above if above != owner else None
    return seen


def _wanted(body: Object) -> PodRecord | None:
    """What the template says of its pods, but not how many there are."""
    try:
        record = read_template(Part(dict(body)), _namespace(body))
    except BadField:
        return None
    return record._replace(pods=[]) if record else None


def _owner(body: Object) -> Owner | None:
    try:
        return read_owner(Part(dict(body)) / "metadata")
    except BadField:
        return None


def _as_owner(body: Object) -> Owner:
    return Owner(str(body.get("kind")), str(_meta(body).get("name")))


def _template_hash(body: Object) -> str:
    labels = _meta(body).get("labels")
    return str(labels.get("pod-template-hash", "")) if isinstance(labels, Mapping) else ""


def _namespace(body: Object) -> str:
    return str(_meta(body).get("namespace") or "default")


def _meta(body: Object) -> Object:
    meta = body.get("metadata")
    return meta if isinstance(meta, Mapping) else {}
