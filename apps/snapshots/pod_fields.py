"""The fields of a pod that Portolan needs, and no others: no environment, no annotations, no volumes.

A pod has about 6 kB and a cluster tens of thousands of them: decoding these fields alone is several times
faster than decoding everything (`benchmarks/live_read.py`), and what is left out never reaches memory.
"""

from __future__ import annotations

import msgspec

from apps.snapshots.paging import ObjectList, Page


class _Fields(msgspec.Struct, rename="camel", omit_defaults=True, gc=False):
    """All fields are optional; null and absent are one, and neither is written back."""


class OwnerReference(_Fields):
    api_version: str | None = None
    kind: str | None = None
    name: str | None = None
    controller: bool | None = None


class Metadata(_Fields):
    namespace: str | None = None
    name: str | None = None
    labels: dict[str, str] | None = None
    owner_references: list[OwnerReference] | None = None
    deletion_timestamp: str | None = None


class Port(_Fields):
    name: str | None = None
    container_port: int | None = None
    host_port: int | None = None
    protocol: str | None = None


class Container(_Fields):
    name: str | None = None
    ports: list[Port] | None = None
    restart_policy: str | None = None  # of init containers: Always makes a sidecar


class DnsConfig(_Fields):
    nameservers: list[str] | None = None


class Spec(_Fields):
    node_name: str | None = None
    host_network: bool | None = None
    dns_policy: str | None = None
    dns_config: DnsConfig | None = None
    hostname: str | None = None
    subdomain: str | None = None
    service_account_name: str | None = None
    init_containers: list[Container] | None = None
    containers: list[Container] | None = None


class PodIP(_Fields):
    ip: str | None = None


class Condition(_Fields):
    type: str | None = None
    status: str | None = None


class PodStatus(_Fields):
    phase: str | None = None
    host_ip: str | None = msgspec.field(name="hostIP", default=None)
    pod_ip: str | None = msgspec.field(name="podIP", default=None)
    pod_ips: list[PodIP] | None = msgspec.field(name="podIPs", default=None)
    conditions: list[Condition] | None = None


class Pod(_Fields):
    metadata: Metadata | None = None
    spec: Spec | None = None
    status: PodStatus | None = None


_pods = msgspec.json.Decoder(ObjectList[Pod])


def decode_pods(body: bytes | bytearray) -> Page:
    """A page of pods as plain dicts of Kubernetes' own shape; of the conditions, Ready alone.

    Empties a body that may be emptied: a server may send all pods at once, and the dicts take as much again.
    """
    found = _pods.decode(body)
    if isinstance(body, bytearray):
        body.clear()
    pods = found.items or []
    for pod in pods:
        if pod.status and pod.status.conditions:
            pod.status.conditions = [each for each in pod.status.conditions if each.type == "Ready"] or None
    return Page(msgspec.to_builtins(pods), found.metadata)
