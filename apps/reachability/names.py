"""Names that a question uses and that a snapshot may not hold."""

from __future__ import annotations

from apps.engine.model import Cluster


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
    if all(namespace.name != name for namespace in cluster.namespaces):
        raise UnknownName(field, f"There is no namespace {name!r}")


def check_target(cluster: Cluster, field: str, target: str) -> None:
    """`target` is `NS` or `NS/SERVICE`."""
    check_namespace(cluster, field, split_target(target)[0])
    if "/" in target and all(service.key != target for service in cluster.services):
        raise UnknownName(field, f"There is no Service {target!r}")


def check_source(cluster: Cluster, field: str, source: str) -> None:
    """`source` is `NS` or `NS/Kind/NAME`."""
    check_namespace(cluster, field, split_target(source)[0])
    if "/" in source and all(workload.key != source for workload in cluster.workloads):
        raise UnknownName(field, f"There is no workload {source!r}")
