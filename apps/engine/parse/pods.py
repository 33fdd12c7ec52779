"""Pods, and the templates of Deployments and their kin.

Sources: core/v1 Pod, apps/v1, batch/v1. A finished pod takes no part (N24); a template stands for
`replicas` pods whose addresses and nodes are not known yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from apps.engine.addresses import parse_address
from apps.engine.model import ContainerPort, Pod, PodState
from apps.engine.parse.fields import Part
from apps.engine.parse.owners import Owner, maker_of

# Kinds that hold a pod template, and where.
TEMPLATES: Mapping[str, tuple[str, ...]] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "ReplicationController": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
}
MOST_REPLICAS = 1000  # more pods of one template than this change no answer

_FINISHED = ("Succeeded", "Failed")


class PodRecord(NamedTuple):
    """What one pod, or all pods of one template, share; and the pods."""

    namespace: str
    owner: Owner
    labels: Mapping[str, str]
    ports: tuple[ContainerPort, ...]
    host_network: bool
    dns_policy: str
    nameservers: tuple[str, ...]
    service_account: str
    pods: tuple[Pod, ...]
    from_template: bool


class PodReader:
    """Reads Pod manifests one after the other.

    Pods of one owner are mostly alike: where all that they share equals what the last of them had, it is
    not read again. So 150,000 pods are read in little more than the time of comparing them.
    """

    def __init__(self) -> None:
        self._last: dict[tuple[str, object], tuple[tuple[object, ...], PodRecord]] = {}

    def read(self, part: Part, namespace: str) -> PodRecord | None:
        """The pod of a Pod manifest; None when it has finished."""
        meta, spec, status = part / "metadata", part / "spec", part / "status"
        if (status / "phase").text() in _FINISHED:
            return None
        name = (meta / "name").required_text()
        alike = self._shared(namespace, meta, spec)
        pod = Pod(
            name=name,
            addresses=_addresses(status),
            node=(spec / "nodeName").text(),
            state=_state(meta, status),
            hostname=_hostname(spec, name),
            expects_address=not status.value,
        )
        return alike._replace(owner=alike.owner if alike.owner.name else Owner("Pod", name), pods=(pod,))

    def _shared(self, namespace: str, meta: Part, spec: Part) -> PodRecord:
        """What the pod has in common with others of its owner; of a pod without one, the name is left out."""
        metas, specs = meta.mapping(), spec.mapping()
        owners = metas.get("ownerReferences")
        raw = (
            owners,
            metas.get("labels"),
            specs.get("containers"),
            specs.get("initContainers"),
            specs.get("hostNetwork"),
            specs.get("dnsPolicy"),
            specs.get("dnsConfig"),
            specs.get("serviceAccountName"),
        )
        key = (namespace, str(owners))
        last = self._last.get(key)
        if last is not None and last[0] == raw:
            return last[1]
        owner = read_owner(meta) or Owner("Pod", "")
        record = _record(meta, spec, namespace, owner, (), from_template=False)
        self._last[key] = (raw, record)
        return record


def read_template(part: Part, namespace: str) -> PodRecord | None:
    """The pods that a Deployment or its kin will have; None for one whose own controller is given by name."""
    kind = part.mapping()["kind"]
    name = (part / "metadata" / "name").required_text()
    owner = read_owner(part / "metadata") or Owner(kind, name)
    template = part
    for key in TEMPLATES[kind]:
        template = template / key
    replicas = (part / "spec" / "replicas").number(1) if kind not in ("Job", "CronJob", "DaemonSet") else 1
    spec = template / "spec"
    pods = tuple(
        Pod(name="", hostname=_template_hostname(part, spec, kind, index), expects_address=True)
        for index in range(min(replicas, MOST_REPLICAS))
    )
    if not pods:
        return None
    return _record(template / "metadata", spec, namespace, owner, pods, from_template=True)


def read_owner(meta: Part) -> Owner | None:
    """The controller named in `ownerReferences`, if any; a Node that runs a static pod owns nothing."""
    references = (meta / "ownerReferences").entries()
    controllers = [entry for entry in references if (entry / "controller").flag()] or references[:1]
    for entry in controllers:
        kind = (entry / "kind").required_text()
        if kind != "Node":
            return Owner(kind, (entry / "name").required_text())
    return None


def top_owner(record: PodRecord, owners: Mapping[tuple[str, Owner], Owner]) -> Owner:
    """The owner's owner, as far as it is given or as its name shows."""
    owner = record.owner
    while (record.namespace, owner) in owners:
        owner = owners[record.namespace, owner]
    return maker_of(owner, record.labels.get("pod-template-hash", ""))


def _record(
    meta: Part, spec: Part, namespace: str, owner: Owner, pods: tuple[Pod, ...], *, from_template: bool
) -> PodRecord:
    return PodRecord(
        namespace=namespace,
        owner=owner,
        labels=(meta / "labels").labels(),
        ports=_container_ports(spec),
        host_network=(spec / "hostNetwork").flag(),
        dns_policy=(spec / "dnsPolicy").text("ClusterFirst"),
        nameservers=(spec / "dnsConfig" / "nameservers").texts(),
        service_account=(spec / "serviceAccountName").text("default"),
        pods=pods,
        from_template=from_template,
    )


def _container_ports(spec: Part) -> tuple[ContainerPort, ...]:
    """Ports of the containers, then of the sidecars, in the order in which Services look names up."""
    sidecars = [
        container
        for container in (spec / "initContainers").entries()
        if (container / "restartPolicy").text() == "Always"
    ]
    return tuple(
        ContainerPort(
            name=(port / "name").text(),
            protocol=(port / "protocol").text("TCP"),
            number=(port / "containerPort").port_number(),
            sidecar=sidecar,
        )
        for containers, sidecar in (((spec / "containers").entries(), False), (sidecars, True))
        for container in containers
        for port in (container / "ports").entries()
    )


def _addresses(status: Part) -> tuple[str, ...]:
    """The pod's addresses, one of each family at most."""
    listed = [entry / "ip" for entry in (status / "podIPs").entries()] or [status / "podIP"]
    if len(listed) == 1:
        return (listed[0].text(),) if listed[0].text() and listed[0].checked(parse_address) else ()
    found = {part.checked(parse_address).family: part.text() for part in listed if part.text()}
    return tuple(found[family] for family in sorted(found))


def _state(meta: Part, status: Part) -> PodState:
    """A pod that says nothing about being ready counts as ready."""
    ready = True
    for entry in (status / "conditions").entries():
        if (entry / "type").text() == "Ready":
            ready = (entry / "status").text() == "True"
    if not (meta / "deletionTimestamp").absent:
        return PodState.SERVING if ready else PodState.TERMINATING
    return PodState.READY if ready else PodState.NOT_READY


def _hostname(spec: Part, name: str) -> str:
    subdomain = (spec / "subdomain").text()
    return f"{(spec / 'hostname').text(name)}.{subdomain}" if subdomain else ""


def _template_hostname(part: Part, spec: Part, kind: str, index: int) -> str:
    if kind == "StatefulSet":
        service = (part / "spec" / "serviceName").text()
        return f"{(part / 'metadata' / 'name').text()}-{index}.{service}" if service else ""
    subdomain, hostname = (spec / "subdomain").text(), (spec / "hostname").text()
    return f"{hostname}.{subdomain}" if subdomain and hostname else ""
