"""Decoded objects become a Cluster: sort them by kind, read each, then check what they say together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from apps.engine.addresses import parse_address
from apps.engine.collector import collector_at_rest
from apps.engine.model import (
    Cluster,
    EndpointSlice,
    Namespace,
    Node,
    NodePeer,
    Note,
    ObjectRef,
    Policy,
    Problem,
    Service,
    Unevaluated,
)
from apps.engine.parse.admin_policy import read_admin_policy, read_baseline_policy
from apps.engine.parse.checks import check_policies, notes_of_doubts, sorted_notes
from apps.engine.parse.cluster_policy import read_cluster_policy
from apps.engine.parse.fields import BadField, Part
from apps.engine.parse.network_policy import Doubt, NetworkPolicyReader
from apps.engine.parse.owners import Owner
from apps.engine.parse.pods import TEMPLATES, PodReader, PodRecord, read_owner, read_template
from apps.engine.parse.services import read_endpoints, read_service, read_slice
from apps.engine.parse.unevaluated import is_policy_kind, read_unevaluated
from apps.engine.parse.workloads import asked_keys, group_pods

NAME_LABEL = "kubernetes.io/metadata.name"
DEFAULT_NAMESPACE = "default"

# Kinds whose absence changes no policy.
_NO_GATE = ("EndpointSlice", "Node", "Service")

# Kinds that live outside namespaces, by group.
_CLUSTER_WIDE = {
    ("", "Namespace"),
    ("", "Node"),
    ("policy.networking.k8s.io", "AdminNetworkPolicy"),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"),
}


def parse_cluster(
    objects: Iterable[Mapping[str, Any]],
    *,
    unread: Iterable[Unevaluated] = (),
    domain: str = "cluster.local",
) -> Cluster:
    """The cluster that these decoded objects describe, Lists already taken apart.

    An object that cannot be used is left out and named in `Cluster.problems`; a policy among them also
    makes what it could touch unknown. Kinds that have no part in reachability are passed over.
    """
    found = _Found(unevaluated=[_narrowed(entry) for entry in unread])
    with collector_at_rest():
        for index, body in enumerate(objects):
            if not found.pods.read_plain(body, found.names):
                _read_object(found, index, body)
        return _assemble(found, domain)


def _narrowed(entry: Unevaluated) -> Unevaluated:
    """Services, end points and nodes that could not be read close no gate; those that need them ask."""
    return replace(entry, directions=frozenset()) if entry.ref.kind in _NO_GATE else entry


@dataclass(slots=True)
class _Found:
    """What has been read so far."""

    namespaces: dict[str, Namespace] = field(default_factory=dict)
    nodes: list[Node] = field(default_factory=list)
    templates: list[PodRecord] = field(default_factory=list)
    pods: PodReader = field(default_factory=PodReader)
    network_policies: NetworkPolicyReader = field(default_factory=NetworkPolicyReader)
    owners: dict[tuple[str, Owner], Owner] = field(default_factory=dict)
    services: list[Service] = field(default_factory=list)
    slices: list[EndpointSlice] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    unevaluated: list[Unevaluated] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # Names that have been met, by group, kind and namespace.
    names: defaultdict[tuple[str, str, str], set[str]] = field(default_factory=lambda: defaultdict(set))


def _read_object(found: _Found, index: int, body: Mapping[str, Any]) -> None:
    part = Part(body)
    ref = ObjectRef("", "", "")
    group = kind = ""
    try:
        kind = (part / "kind").required_text()
        group = group_of((part / "apiVersion").required_text())
        reader = _READERS.get((group, kind))
        if reader is None and not is_policy_kind(group, kind):
            return
        ref = ref_of(part, group, kind)
        names = found.names[group, ref.kind, ref.namespace]
        if ref.name in names:
            raise BadField("metadata.name", f"{ref} is given twice")
        names.add(ref.name)
        if reader is None:
            _add_unevaluated(found, part, group, kind)
        else:
            reader(found, part, ref)
    except BadField as error:
        found.problems.append(Problem(index, ref, error.path, error.message))
        if is_policy_kind(group, kind):
            reason = f"{ref} could not be read: {error}"
            found.unevaluated.append(Unevaluated(ref, reason, ref.namespace))


def group_of(api_version: str) -> str:
    """The API group; `extensions` held NetworkPolicy and Deployment before they had groups of their own."""
    return api_version.rpartition("/")[0]


def ref_of(part: Part, group: str, kind: str) -> ObjectRef:
    """What the object is called; kinds that are not read have no namespace unless they say one."""
    meta = part / "metadata"
    name = (meta / "name").required_text()
    if (group, kind) in _CLUSTER_WIDE:
        return ObjectRef(kind, "", name)
    default = "" if (group, kind) not in _READERS else DEFAULT_NAMESPACE
    return ObjectRef(kind, (meta / "namespace").text(default) or default, name)


def _add_namespace(found: _Found, part: Part, ref: ObjectRef) -> None:
    labels = (part / "metadata" / "labels").labels()
    found.namespaces[ref.name] = Namespace(ref.name, {**labels, NAME_LABEL: ref.name})


def _add_node(found: _Found, part: Part, ref: ObjectRef) -> None:
    addresses = tuple(
        _address(entry / "address")
        for entry in (part / "status" / "addresses").entries()
        if (entry / "type").text() in ("InternalIP", "ExternalIP")
    )
    found.nodes.append(Node(ref.name, (part / "metadata" / "labels").labels(), addresses))


def _address(part: Part) -> str:
    part.checked(parse_address)
    return part.text()


def _add_pod(found: _Found, part: Part, ref: ObjectRef) -> None:
    found.pods.read(part, ref.namespace)


def _add_template(found: _Found, part: Part, ref: ObjectRef) -> None:
    owner = read_owner(part / "metadata")
    if owner is not None:
        found.owners[ref.namespace, Owner(ref.kind, ref.name)] = owner
    record = read_template(part, ref.namespace, found.pods.settings)
    if record is None:
        message = "has no replicas: it stands for no pod"
        if owner is None:
            found.notes.append(Note("info", str(ref), message))
    else:
        found.templates.append(record)


def _add_service(found: _Found, part: Part, ref: ObjectRef) -> None:
    found.services.append(read_service(part, ref.namespace))


def _add_slice(found: _Found, part: Part, ref: ObjectRef) -> None:
    read = read_slice(part, ref.namespace)
    if read is not None:
        found.slices.append(read)


def _add_endpoints(found: _Found, part: Part, ref: ObjectRef) -> None:
    found.slices.extend(read_endpoints(part, ref.namespace))


def _add_network_policy(found: _Found, part: Part, ref: ObjectRef) -> None:
    doubts: list[Doubt] = []
    found.policies.append(found.network_policies.read(part, ref, doubts))
    _note_doubts(found, ref, doubts)


def _tiered(read: Callable[[Part, list[Doubt]], Policy]) -> Callable[[_Found, Part, ObjectRef], None]:
    def add(found: _Found, part: Part, ref: ObjectRef) -> None:
        doubts: list[Doubt] = []
        found.policies.append(read(part, doubts))
        _note_doubts(found, ref, doubts)

    return add


def _note_doubts(found: _Found, ref: ObjectRef, doubts: list[Doubt]) -> None:
    found.notes += notes_of_doubts(ref, doubts)


def _add_unevaluated(found: _Found, part: Part, group: str, kind: str) -> None:
    entry = read_unevaluated(part, group, kind)
    if entry is None:
        return
    found.unevaluated.append(entry)
    where = f"namespace {entry.namespace}" if entry.namespace else "the whole cluster"
    found.notes.append(
        Note("warning", str(entry.ref), f"{entry.reason}: what it touches in {where} is unknown")
    )


_READERS: dict[tuple[str, str], Callable[[_Found, Part, ObjectRef], None]] = {
    ("", "Namespace"): _add_namespace,
    ("", "Node"): _add_node,
    ("", "Pod"): _add_pod,
    ("", "Service"): _add_service,
    ("", "Endpoints"): _add_endpoints,
    ("discovery.k8s.io", "EndpointSlice"): _add_slice,
    ("networking.k8s.io", "NetworkPolicy"): _add_network_policy,
    ("extensions", "NetworkPolicy"): _add_network_policy,
    ("policy.networking.k8s.io", "AdminNetworkPolicy"): _tiered(read_admin_policy),
    ("policy.networking.k8s.io", "BaselineAdminNetworkPolicy"): _tiered(read_baseline_policy),
    ("policy.networking.k8s.io", "ClusterNetworkPolicy"): _tiered(read_cluster_policy),
    **{(group, kind): _add_template for group in ("", "apps", "batch", "extensions") for kind in TEMPLATES},
}


def _assemble(found: _Found, domain: str) -> Cluster:
    found.unevaluated += _nodes_unread(found)
    records = [*found.templates, *found.pods.records]
    workloads = group_pods(records, found.owners, asked_keys(found.policies))
    namespaces = _namespaces(found, records)
    policies = tuple(sorted(found.policies, key=lambda policy: (policy.tier, policy.priority, policy.ref)))
    notes = found.notes + check_policies(namespaces, workloads, policies)
    return Cluster(
        namespaces=namespaces,
        nodes=tuple(sorted(found.nodes, key=lambda node: node.name)),
        workloads=workloads,
        services=tuple(sorted(found.services, key=lambda service: (service.namespace, service.name))),
        slices=tuple(sorted(found.slices, key=lambda part: (part.namespace, part.service, part.name))),
        policies=policies,
        unevaluated=tuple(sorted(found.unevaluated, key=lambda entry: entry.ref)),
        notes=sorted_notes(notes),
        problems=tuple(found.problems),
        domain=domain,
    )


def _nodes_unread(found: _Found) -> list[Unevaluated]:
    """Policies that pick nodes by their labels cannot be evaluated when the Nodes could not be read."""
    reasons = [entry.reason for entry in found.unevaluated if entry.ref.kind == "Node"]
    return [
        Unevaluated(policy.ref, f"it picks nodes, and Nodes are {reason}")
        for reason in reasons
        for policy in found.policies
        if any(isinstance(peer, NodePeer) for rule in policy.rules for peer in rule.peers or ())
    ]


def _namespaces(found: _Found, records: Iterable[PodRecord]) -> tuple[Namespace, ...]:
    """Those given, and those that objects stand in; of the latter only the name label is known."""
    used = {record.namespace for record in records} | {service.namespace for service in found.services}
    used |= {policy.ref.namespace for policy in found.policies if policy.ref.namespace}
    for name in sorted(used - set(found.namespaces)):
        found.namespaces[name] = Namespace(name, {NAME_LABEL: name})
        message = f"no such object was given: {NAME_LABEL} is taken to be its only label"
        found.notes.append(Note("warning", f"Namespace/{name}", message))
    return tuple(found.namespaces[name] for name in sorted(found.namespaces))
