"""The object changes that lie between two states of a cluster: what may be the cause of a changed edge."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from apps.engine.diff import alterations
from apps.engine.diff.alterations import Alteration
from apps.engine.diff.placement import Eye
from apps.engine.diff.sections import SECTIONS
from apps.engine.model import Cluster, Node, ObjectRef, Policy, Service


@dataclass(frozen=True, slots=True)
class ObjectChange:
    """One object's appearing, vanishing or changing; the smallest thing that can be undone.

    `kind`: namespace (with all that is in it), label (one label of a namespace), node, workload, service,
    slice, policy or domain. `action`: appeared, vanished or changed. `alterations`: what differs in it.
    `placement`: nothing but the nodes of its pods.
    """

    kind: str
    ref: ObjectRef
    action: str
    alterations: tuple[Alteration, ...] = ()
    placement: bool = False

    @property
    def is_reading(self) -> bool:
        """No object changed: a whole kind could not be read any more, or again."""
        return not self.ref.name and self.kind == "policy"

    def __str__(self) -> str:
        """`NetworkPolicy/shop/deny appeared`, `Namespace/crm: metadata.labels.team a -> b`."""
        if self.is_reading:
            return f"{self.ref} {'could not be read' if self.action == 'appeared' else 'could be read again'}"
        if self.action != "changed":
            return f"{self.ref} {self.action}"
        return f"{self.ref}: " + ", ".join(map(_in_words, self.alterations))


def list_changes(before: Cluster, after: Cluster) -> tuple[ObjectChange, ...]:
    """Every change that could matter to some edge, in a fixed order.

    A namespace that is on one side only counts as one change with all that stands in it. Pods that came
    and went without any policy or Service seeing a difference are none.
    """
    old, new = ({space.name: dict(space.labels) for space in side.namespaces} for side in (before, after))
    gone_or_new = old.keys() ^ new.keys()
    changes = [
        ObjectChange("namespace", ObjectRef("Namespace", "", name), "appeared" if name in new else "vanished")
        for name in sorted(gone_or_new)
    ]
    for name in sorted(old.keys() & new.keys()):
        ref = ObjectRef("Namespace", "", name)
        changes += [
            ObjectChange("label", ref, "changed", (found,))
            for found in alterations.of_labels(old[name], new[name])
        ]
    eye = Eye(before, after)
    for kind in dict.fromkeys(section.kind for section in SECTIONS):
        changes += _of_kind(kind, before, after, gone_or_new, eye)
    if before.domain != after.domain:
        found = Alteration("domain", before.domain, after.domain)
        changes.append(ObjectChange("domain", ObjectRef("Cluster", "", "domain"), "changed", (found,)))
    return tuple(changes)


def _of_kind(
    kind: str, before: Cluster, after: Cluster, spaces: set[str], eye: Eye
) -> Iterator[ObjectChange]:
    refs = _moved(kind, before, after) | _moved(kind, after, before)
    old, new = _by_ref(kind, before, refs), _by_ref(kind, after, refs)
    for ref in sorted(ref for ref in refs if old.get(ref) != new.get(ref)):
        was, now = old.get(ref, []), new.get(ref, [])
        if ref.namespace in spaces or not eye.notices(kind, was, now):
            continue
        if not was or not now:
            yield ObjectChange(kind, ref, "appeared" if now else "vanished")
        else:
            placement = not eye.notices(kind, was, now, nodes=False)
            yield ObjectChange(kind, ref, "changed", tuple(_alterations(kind, was, now)), placement)


def _moved(kind: str, cluster: Cluster, other: Cluster) -> set[ObjectRef]:
    """The objects that are not said by the very same values on the other side: these alone may differ."""
    return {
        section.ref(entry)
        for section in SECTIONS
        if section.kind == kind and getattr(cluster, section.field) is not getattr(other, section.field)
        for known in [set(map(id, getattr(other, section.field)))]
        for entry in getattr(cluster, section.field)
        if id(entry) not in known
    }


def _by_ref(kind: str, cluster: Cluster, refs: set[ObjectRef]) -> dict[ObjectRef, list[Any]]:
    """What a cluster says of these objects, each in one value or several."""
    found: dict[ObjectRef, list[Any]] = defaultdict(list)
    for section in SECTIONS if refs else ():
        if section.kind == kind:
            for entry in getattr(cluster, section.field):
                if (ref := section.ref(entry)) in refs:
                    found[ref].append(entry)
    return found


def _alterations(kind: str, was: Sequence[Any], now: Sequence[Any]) -> list[Alteration]:
    if kind == "workload":
        return alterations.of_workload(was, now)
    if len(was) > 1 or len(now) > 1 or type(was[0]) is not type(now[0]):
        return [Alteration("spec")]
    if isinstance(was[0], Policy):
        return alterations.of_policy(was[0], now[0])
    if isinstance(was[0], Node):
        return alterations.of_node(was[0], now[0])
    if isinstance(was[0], Service):
        return alterations.of_service(was[0], now[0])
    return [Alteration("endpoints" if kind == "slice" else "spec")]


def _in_words(found: Alteration) -> str:
    if found.before is None and found.after is None:
        return found.path
    ends = ("(none)" if value is None else value for value in (found.before, found.after))
    return f"{found.path} {' -> '.join(ends)}"
