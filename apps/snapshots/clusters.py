"""Adding, changing and removing clusters, and how each is reached."""

from __future__ import annotations

import re
from ipaddress import ip_network
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError
from django.utils.text import slugify

from apps.engine import assumptions_for

from .credentials import decrypt, encrypt
from .destinations import Destinations
from .kubeconfig import KubeconfigRefused, check_kubeconfig, read_kubeconfig
from .live import Access
from .models import Cluster, Content
from .placements import drop_placements
from .retention import read_retention

# RFC 1123, 2.1, in lower case as Kubernetes has it.
_DOMAIN = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")

_CHANGEABLE = {
    "name",
    "kubeconfig",
    "context",
    "allow_insecure",
    "plugin",
    "assumptions",
    "domain",
    "interval",
    "retention",
    "enabled",
    "watch",
}


class ClusterRefused(ValueError):
    """What was said about a cluster cannot be used. `field` names the field."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(f"{field}: {message}")
        self.field = field
        self.message = message


def add_cluster(*, name: str, source: str, slug: str = "", kubeconfig: str = "", **fields: Any) -> Cluster:
    """Adds a cluster. `fields`: those of the model that may be changed (`_CHANGEABLE`).

    `interval`: seconds between two snapshots, None for snapshots by hand only. `slug`: made from the name if
    empty. Raises ClusterRefused.
    """
    cluster = Cluster(name=name, source=source, slug=slug or _free_slug(name))
    return _save(cluster, kubeconfig=kubeconfig, **fields)


def change_cluster(cluster: Cluster, **fields: Any) -> Cluster:
    """Changes the fields of `add_cluster` but slug and source, which its history hangs on.

    New assumptions count from the next snapshot on. Raises ClusterRefused, and then nothing is changed.
    """
    return _save(Cluster.objects.get(pk=cluster.pk), **fields)


def remove_cluster(cluster: Cluster) -> None:
    """Removes a cluster with its history, and every manifest that no other cluster has.

    Raises ClusterRefused for a cluster with something that is kept for good, such as a signed review.
    """
    with transaction.atomic():
        try:
            Cluster.objects.filter(pk=cluster.pk).delete()
        except ProtectedError:
            message = "has signed reviews, which are kept for good; set enabled to false instead"
            raise ClusterRefused("cluster", message) from None
        Content.objects.filter(versions__isnull=True).delete()
        drop_placements()


def access_of(cluster: Cluster) -> Access:
    """How to read a live cluster. Raises ClusterRefused for one of manifests, and CredentialLost."""
    if cluster.source == Cluster.Source.MANIFESTS:
        raise ClusterRefused("source", "this cluster is known by uploaded manifests only; upload newer ones")
    if cluster.source == Cluster.Source.IN_CLUSTER:
        return Access(in_cluster=True)
    return Access(
        kubeconfig=decrypt(cluster.credential),
        context=cluster.context,
        allow_insecure=cluster.allow_insecure,
        destinations=Destinations(
            denied=tuple(map(ip_network, settings.API_SERVERS_DENY)),
            allowed=tuple(map(ip_network, settings.API_SERVERS_ALLOW)),
        ),
    )


def basis_of(cluster: Cluster) -> dict[str, Any]:
    """What the answers of a snapshot that is taken now rest on: `Snapshot.evaluated_with`."""
    return {"plugin": cluster.plugin, "assumptions": cluster.assumptions, "domain": cluster.domain}


def _save(cluster: Cluster, *, kubeconfig: str = "", **fields: Any) -> Cluster:
    # Only what is changed is written: the scheduler writes to the same row.
    written = {
        *fields,
        *(["credential"] if kubeconfig else []),
        *(["next_due"] if "interval" in fields else []),
    }
    for field, value in fields.items():
        if field not in _CHANGEABLE:
            raise ClusterRefused(field, "cannot be set")
        setattr(cluster, field, value)
    if "interval" in fields:
        cluster.next_due = None  # at the scheduler's next look
    if cluster.watch and cluster.source == Cluster.Source.MANIFESTS:
        raise ClusterRefused("watch", "a cluster of manifests cannot be watched")
    _check_credential(cluster, kubeconfig)
    _check_basis(cluster)
    _check_retention(cluster)
    try:
        cluster.full_clean()
        with transaction.atomic():
            cluster.save(update_fields=written if cluster.pk else None)
    except ValidationError as error:
        field, messages = next(iter(error.message_dict.items()))
        raise ClusterRefused(field, " ".join(messages)) from None
    except IntegrityError:
        raise ClusterRefused("slug", f"there is a cluster {cluster.slug} already") from None
    return cluster


def _check_credential(cluster: Cluster, kubeconfig: str) -> None:
    """Sets and checks the kubeconfig, and that the context is one of it."""
    if cluster.source != Cluster.Source.KUBECONFIG:
        if kubeconfig:
            raise ClusterRefused("kubeconfig", f"a cluster by {cluster.source} has none")
        return
    if not kubeconfig and not cluster.credential:
        raise ClusterRefused("kubeconfig", "is missing")
    text = kubeconfig or decrypt(cluster.credential)
    try:
        contexts = check_kubeconfig(text, allow_insecure=cluster.allow_insecure)
    except KubeconfigRefused as refusal:
        raise ClusterRefused("kubeconfig", str(refusal)) from None
    if cluster.context and cluster.context not in contexts:
        known = ", ".join(contexts)
        raise ClusterRefused("context", f"the kubeconfig has no context {cluster.context!r}; it has: {known}")
    _check_context(cluster, text)
    cluster.credential = encrypt(text) if kubeconfig else cluster.credential


def _check_context(cluster: Cluster, kubeconfig: str) -> None:
    try:
        read_kubeconfig(kubeconfig, cluster.context, allow_insecure=cluster.allow_insecure)
    except KubeconfigRefused as refusal:
        raise ClusterRefused("context", str(refusal)) from None


def _check_basis(cluster: Cluster) -> None:
    if not _DOMAIN.fullmatch(cluster.domain):
        raise ClusterRefused("domain", f"must be a DNS name such as cluster.local, not {cluster.domain!r}")
    overrides = cluster.assumptions
    if not isinstance(overrides, dict) or not all(isinstance(value, str) for value in overrides.values()):
        raise ClusterRefused("assumptions", 'must be a mapping such as {"host-network": "node"}')
    for field, plugin, values in (("plugin", cluster.plugin, {}), ("assumptions", "", overrides)):
        try:
            assumptions_for(plugin, values)
        except ValueError as error:
            raise ClusterRefused(field, str(error)) from None


def _check_retention(cluster: Cluster) -> None:
    if cluster.retention:
        try:
            read_retention(cluster.retention)
        except ValueError as error:
            raise ClusterRefused("retention", str(error)) from None


def _free_slug(name: str) -> str:
    stem = slugify(name)[:56] or "cluster"
    taken = set(Cluster.objects.filter(slug__startswith=stem).values_list("slug", flat=True)) | {"new"}
    number, slug = 1, stem
    while slug in taken:
        number += 1
        slug = f"{stem}-{number}"
    return slug
