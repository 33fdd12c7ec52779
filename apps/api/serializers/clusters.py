"""Clusters as they are listed, added and changed."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.snapshots.models import Cluster


class ClusterSerializer(serializers.ModelSerializer[Cluster]):
    """A cluster as it is answered: never with its kubeconfig."""

    class Meta:
        model = Cluster
        fields = [
            "slug",
            "name",
            "source",
            "context",
            "allow_insecure",
            "plugin",
            "assumptions",
            "domain",
            "interval",
            "retention",
            "enabled",
            "watch",
            "created",
        ]
        read_only_fields = fields


class ClusterChange(serializers.Serializer[Any]):
    """What may be changed of a cluster. Values are checked where clusters are written."""

    name = serializers.CharField(max_length=120)
    kubeconfig = serializers.CharField(
        required=False, write_only=True, trim_whitespace=False, help_text="Stored encrypted, never answered"
    )
    context = serializers.CharField(required=False, allow_blank=True, max_length=253)
    allow_insecure = serializers.BooleanField(
        required=False, help_text="Whether the kubeconfig may switch TLS verification off"
    )
    plugin = serializers.CharField(required=False, allow_blank=True, max_length=32)
    assumptions = serializers.DictField(child=serializers.CharField(), required=False)
    domain = serializers.CharField(required=False, max_length=253)
    interval = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=30,
        max_value=2**31 - 1,
        help_text="Seconds between two snapshots; null: only when asked for",
    )
    retention = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=8,
        help_text="Which snapshots are kept: all, 90d, or the newest 500; empty: as the installation says",
    )
    enabled = serializers.BooleanField(required=False)
    watch = serializers.BooleanField(
        required=False, help_text="Whether a change in the cluster is read within seconds"
    )


class NewCluster(ClusterChange):
    source = words.one_of(
        Cluster.Source.values, help_text="kubeconfig, in-cluster, or manifests to be uploaded"
    )
    slug = serializers.SlugField(required=False, max_length=63, help_text="Made from the name if left out")
