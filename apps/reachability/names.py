"""Names that a question uses and that a snapshot may not hold."""

from __future__ import annotations

from apps.engine.model import Cluster, Service


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
    if "/" in target:
        _find_service(cluster, field, target)


def check_source(cluster: Cluster, field: str, source: str) -> None:
    """`source` is `NS` or `NS/Kind/NAME`."""
    check_namespace(cluster, field, split_target(source)[0])
    if "/" in source and all(workload.key != source for workload in cluster.workloads):
        raise UnknownName(field, f"There is no workload {source!r}")


def check_service_port(cluster: Cluster, target: str, port: int, protocol: str) -> None:
    """`target` is `NS/SERVICE` and must have that port."""
    check_namespace(cluster, "target", split_target(target)[0])
    service = _find_service(cluster, "target", target)
    if all((each.number, each.protocol) != (port, protocol) for each in service.ports):
        raise UnknownName("port", f"The Service {target!r} has no port {port}/{protocol}")


def _find_service(cluster: Cluster, field: str, key: str) -> Service:
    for service in cluster.services:
        if service.key == key:
            return service
    raise UnknownName(field, f"There is no Service {key!r}")
