"""Pods become workloads at the door: what pods of one owner share is one template, the rest their placement.

A pod is its template overlaid with its own part: name, node, addresses, state, and the labels that
controllers write on each pod or rollout. So pods may come and go without a template changing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.snapshots.owners import top_owner

VOLATILE_LABELS = frozenset(
    {
        "apps.kubernetes.io/pod-index",
        "batch.kubernetes.io/controller-uid",
        "batch.kubernetes.io/job-completion-index",
        "batch.kubernetes.io/job-name",
        "controller-revision-hash",
        "controller-uid",
        "job-completion-index",
        "job-name",
        "pod-template-generation",
        "pod-template-hash",
        "statefulset.kubernetes.io/pod-name",
    }
)
# Of a pod's metadata and spec, what is its own. A StatefulSet gives every pod its name as hostname.
_OWN_METADATA = frozenset({"name", "deletionTimestamp"})
_OWN_SPEC = frozenset({"nodeName", "hostname"})

_canonical = json.JSONEncoder(sort_keys=True, separators=(",", ":")).encode


@dataclass(frozen=True, slots=True)
class Placement:
    """The pods of a snapshot by template (`NS/NAME`): of each the part that is its own, in Pod's shape.

    `fold` sorts them, so that equal content is equal whatever order the pods came in.
    """

    pods: Mapping[str, tuple[dict[str, Any], ...]]

    def __len__(self) -> int:
        """How many pods there are."""
        return sum(map(len, self.pods.values()))

    def to_json(self) -> bytes:
        """The same bytes for equal content."""
        return _canonical(self.pods).encode()

    @classmethod
    def from_json(cls, data: bytes) -> Placement:
        return cls({key: tuple(pods) for key, pods in json.loads(data).items()})


def fold(pods: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], Placement]:
    """Templates, sorted by namespace and name, and the placement of `pods` (pruned Pods).

    A template is a Pod whose `ownerReferences` name the top owner and whose name is the owner's and a hash
    of the content. A Pod without a name is given back as it is, with no place.
    """
    templates: dict[str, dict[str, Any]] = {}
    unnamed: list[dict[str, Any]] = []
    placed: dict[str, list[dict[str, Any]]] = {}
    for pod in pods:
        if not _is_named(pod):
            unnamed.append(pod)
            continue
        template, own = _take_apart(pod)
        key = _key(template)
        templates[key] = template
        placed.setdefault(key, []).append(own)
    ordered = {key: in_order(placed[key]) for key in sorted(placed)}
    return [*(templates[key] for key in ordered), *unnamed], Placement(ordered)


def in_order(pods: Iterable[dict[str, Any]]) -> tuple[dict[str, Any], ...]:
    """The own parts of one template's pods as a placement has them."""
    return tuple(sorted(pods, key=_canonical))


def unfold(templates: Iterable[dict[str, Any]], placement: Placement) -> list[dict[str, Any]]:
    """The pods again, their `ownerReferences` naming the top owner. Templates without a place give none."""
    return [
        _put_together(template, own)
        for template in templates
        if _is_named(template)
        for own in placement.pods.get(_key(template), ())
    ]


def _is_named(pod: Mapping[str, Any]) -> bool:
    metadata = pod.get("metadata")
    return isinstance(metadata, Mapping) and isinstance(metadata.get("name"), str) and bool(metadata["name"])


def _key(template: Mapping[str, Any]) -> str:
    metadata = template["metadata"]
    return f"{metadata.get('namespace') or ''}/{metadata['name']}"


def _take_apart(pod: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """A pod's template, whose content gives it its name, and the part that is the pod's own."""
    metadata = dict(pod["metadata"])
    owner = top_owner(metadata)
    metadata.pop("ownerReferences", None)
    shared, own = _part(metadata, _OWN_METADATA)
    labels, own_labels = _part(metadata.get("labels"), VOLATILE_LABELS)
    spec, own_spec = _part(pod.get("spec"), _OWN_SPEC)
    template = {key: value for key, value in pod.items() if key != "status"}
    template["metadata"] = shared | ({"labels": labels} if "labels" in metadata else {})
    if owner:
        template["metadata"]["ownerReferences"] = [owner]
    if "spec" in pod:
        template["spec"] = spec
    rest: dict[str, Any] = {"metadata": own | ({"labels": own_labels} if own_labels else {})}
    rest |= {"spec": own_spec} if own_spec else {}
    rest |= {"status": pod["status"]} if "status" in pod else {}
    template["metadata"]["name"] = _name(owner["name"] if owner else own["name"], template)
    return template, rest


def _part(value: Any, names: frozenset[str]) -> tuple[Any, dict[str, Any]]:
    """A mapping without the keys in `names`, and those keys; anything else stays whole."""
    if not isinstance(value, Mapping):
        return value, {}
    shared = {key: each for key, each in value.items() if key not in names}
    return shared, {key: each for key, each in value.items() if key in names}


def _name(owner: str, template: Mapping[str, Any]) -> str:
    digest = hashlib.sha256(_canonical(template).encode()).hexdigest()
    return f"{owner}-{digest[:10]}"


def _put_together(template: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    pod = dict(template)
    pod["metadata"] = _overlay(template["metadata"], own["metadata"])
    if "spec" in own:
        pod["spec"] = _overlay(template["spec"], own["spec"])
    if "status" in own:
        pod["status"] = own["status"]
    return pod


def _overlay(shared: Mapping[str, Any], own: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**shared, **own}
    if "labels" in own:
        merged["labels"] = {**shared["labels"], **own["labels"]}
    return merged
