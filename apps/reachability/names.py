"""Names that a question uses and that a snapshot may not hold."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from typing import TypeVar

from apps.engine.model import Cluster

T = TypeVar("T")
K = TypeVar("K", str, tuple[str, ...])


class UnknownName(LookupError):
    """A question names something that the snapshot does not hold. `field`: which part of the question."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


def split_target(target: str) -> tuple[str, str]:
    """`NS` or `NS/SERVICE` as (namespace, Service or empty)."""
    namespace, _, service = target.partition("/")
    return namespace, service


def check_namespace(cluster: Cluster, field: str, name: str) -> None:
    if not _holds(cluster.namespaces, name, lambda namespace: namespace.name):
        raise UnknownName(field, f"There is no namespace {name!r}")


def check_target(cluster: Cluster, field: str, target: str) -> None:
    """`target` is `NS` or `NS/SERVICE`."""
    namespace, service = split_target(target)
    check_namespace(cluster, field, namespace)
    if "/" in target and not _holds(
        cluster.services, (namespace, service), lambda each: (each.namespace, each.name)
    ):
        raise UnknownName(field, f"There is no Service {target!r}")


def check_source(cluster: Cluster, field: str, source: str) -> None:
    """`source` is `NS` or `NS/Kind/NAME`."""
    namespace, *workload = source.split("/", 2)
    check_namespace(cluster, field, namespace)
    if workload and not _holds(
        cluster.workloads, (namespace, *workload), lambda each: (each.namespace, each.kind, each.name)
    ):
        raise UnknownName(field, f"There is no workload {source!r}")


def _holds(those: Sequence[T], wanted: K, key: Callable[[T], K]) -> bool:
    """Clusters hold everything in order."""
    place = bisect_left(those, wanted, key=key)
    return place < len(those) and key(those[place]) == wanted
