"""Pods, and the templates of Deployments and their kin.

Sources: core/v1 Pod, apps/v1, batch/v1. A finished pod takes no part (N24); a template stands for
`replicas` pods whose addresses and nodes are not known yet.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, NamedTuple

from apps.engine.addresses import parse_address
from apps.engine.model import ContainerPort, Pod, PodState
from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.owners import Owner, maker_of
from apps.engine.parse.plain_pods import read_plain_pod

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
_NO_OWNER = Owner("Pod", "")  # a pod without an owner stands for itself, under its own name


class Settings(NamedTuple):
    """What a pod's spec says that matters here; many owners write the same."""

    ports: tuple[ContainerPort, ...]
    host_network: bool
    dns_policy: str
    nameservers: tuple[str, ...]
    service_account: str


_NO_SETTINGS = Settings((), host_network=False, dns_policy="", nameservers=(), service_account="")


class PodRecord(NamedTuple):
    """What one pod, or all pods of one template, share; and the pods, to which others alike are added."""

    namespace: str
    owner: Owner
    labels: Mapping[str, str]
    settings: Settings
    pods: list[Pod]
    from_template: bool


class SettingsReader:
    """Reads settings of pods and templates; what was read before in the same words is not read again."""

    def __init__(self) -> None:
        self._known: dict[str, Settings] = {}

    def read(self, spec: Part) -> Settings:
        key = str(_settings(spec.mapping()))
        if key not in self._known:
            self._known[key] = _read_settings(spec)
        return self._known[key]


class PodReader:
    """Reads Pod manifests one after the other into `records`.

    An API server gives the pods of one owner one after the other, and they are mostly alike: where all that
    they share equals what the one before had, it is not read again. So 150,000 pods are read in little more
    than the time of comparing them.
    """

    def __init__(self) -> None:
        self.records: list[PodRecord] = []
        self.settings = SettingsReader()
        self._shared: tuple[object, ...] = ()  # what the pod before had in common with others
        self._record = PodRecord("", _NO_OWNER, {}, _NO_SETTINGS, [], from_template=False)

    def read(self, part: Part, namespace: str) -> None:
        """Adds the pod of a Pod manifest, unless it has finished."""
        meta, spec, status = part / "metadata", part / "spec", part / "status"
        pod = read_plain_pod(meta.value, spec.value, status.value) or _read_pod(meta, spec, status)
        if pod is not None:
            self._add(self._record_of(namespace, meta, spec), pod)

    def read_plain(self, body: Mapping[str, Any], names: defaultdict[tuple[str, str, str], set[str]]) -> bool:
        """Adds a Pod that is plain in what is its own, and of which there is nothing to complain.

        False for any other object, and nothing is added: a Pod among them is for `read`. `names`: those that
        have been met, by group, kind and namespace.
        """
        try:
            if body["kind"] != "Pod" or body["apiVersion"] != "v1":
                return False
            meta, spec = body["metadata"], body["spec"]
            pod = read_plain_pod(meta, spec, body["status"])
            namespace = meta["namespace"]
            if not (pod and pod.name and type(namespace) is str and namespace):
                return False
            met = names["", "Pod", namespace]
            if pod.name in met:
                return False
            record = self._record
            if (namespace, *_shared(meta, spec)) != self._shared:
                record = self._record_of(namespace, Part(meta), Part(spec))
        except (KeyError, TypeError, BadField):
            return False
        met.add(pod.name)
        self._add(record, pod)
        return True

    def _record_of(self, namespace: str, meta: Part, spec: Part) -> PodRecord:
        """The record of pods like this one. Of those that have no owner, it is only what they share."""
        shared = (namespace, *_shared(meta.mapping(), spec.mapping()))
        if shared != self._shared:
            owner, labels = read_owner(meta) or _NO_OWNER, (meta / "labels").labels()
            settings = self.settings.read(spec)
            self._record = PodRecord(namespace, owner, labels, settings, [], from_template=False)
            self._shared = shared
        return self._record

    def _add(self, record: PodRecord, pod: Pod) -> None:
        if record.owner is _NO_OWNER:
            record = record._replace(owner=Owner("Pod", pod.name), pods=[])
        if not record.pods:
            self.records.append(record)
        record.pods.append(pod)


def _shared(meta: Mapping[str, Any], spec: Mapping[str, Any]) -> tuple[object, ...]:
    """What pods of one record have in common, as it stands in the manifest."""
    return (meta.get("ownerReferences"), meta.get("labels"), *_settings(spec))


def _settings(spec: Mapping[str, Any]) -> tuple[object, ...]:
    """The fields from which Settings are read."""
    return (
        spec.get("containers"),
        spec.get("initContainers"),
        spec.get("hostNetwork"),
        spec.get("dnsPolicy"),
        spec.get("dnsConfig"),
        spec.get("serviceAccountName"),
    )


def read_template(part: Part, namespace: str, settings: SettingsReader | None = None) -> PodRecord | None:
    """The pods that a Deployment or its kin will have; None for one whose own controller is given by name."""
    kind = part.mapping()["kind"]
    name = (part / "metadata" / "name").required_text()
    owner = read_owner(part / "metadata") or Owner(kind, name)
    template = part
    for key in TEMPLATES[kind]:
        template = template / key
    replicas = (part / "spec" / "replicas").number(1) if kind not in ("Job", "CronJob", "DaemonSet") else 1
    spec = template / "spec"
    pods = [
        Pod(name="", hostname=_template_hostname(part, spec, kind, index), expects_address=True)
        for index in range(min(replicas, MOST_REPLICAS))
    ]
    if not pods:
        return None
    labels = (template / "metadata" / "labels").labels()
    shared = (settings or SettingsReader()).read(spec)
    return PodRecord(namespace, owner, labels, shared, pods, from_template=True)


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


def _read_pod(meta: Part, spec: Part, status: Part) -> Pod | None:
    """What is the pod's own; None when it has finished."""
    if (status / "phase").text() in _FINISHED:
        return None
    name = (meta / "name").required_text()
    return Pod(
        name=name,
        addresses=_addresses(status),
        node=(spec / "nodeName").text(),
        state=_state(meta, status),
        hostname=_hostname(spec, name),
        expects_address=not status.value,
    )


def _read_settings(spec: Part) -> Settings:
    return Settings(
        ports=_container_ports(spec),
        host_network=(spec / "hostNetwork").flag(),
        dns_policy=(spec / "dnsPolicy").text("ClusterFirst"),
        nameservers=(spec / "dnsConfig" / "nameservers").texts(),
        service_account=(spec / "serviceAccountName").text("default"),
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
