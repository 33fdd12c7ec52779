"""Namespaces, Services and policies as they are listed."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words


class NamespaceSerializer(serializers.Serializer[Any]):
    """`ingress` and `egress`: for how many of its workloads a policy isolates that direction."""

    name = serializers.CharField()
    labels = serializers.DictField(child=serializers.CharField())
    workloads = serializers.IntegerField()
    services = serializers.IntegerField()
    policies = serializers.IntegerField()
    ingress = words.one_of(words.EXTENTS)
    egress = words.one_of(words.EXTENTS)
    dns = words.dns()


class ServiceBackendSerializer(serializers.Serializer[Any]):
    workload = serializers.CharField(help_text="NS/Kind/NAME, or an address that is no pod's")
    port = serializers.IntegerField()


class ServicePortSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(allow_blank=True)
    port = serializers.IntegerField()
    protocol = words.protocol()
    backends = ServiceBackendSerializer(many=True)


class ServiceSerializer(serializers.Serializer[Any]):
    namespace = serializers.CharField()
    name = serializers.CharField()
    fqdn = serializers.CharField()
    type = serializers.CharField()
    ports = ServicePortSerializer(many=True)


class PolicySerializer(serializers.Serializer[Any]):
    """`tier` and `priority` are null, `isolates` and the rules empty, when the kind is not evaluated."""

    id = serializers.IntegerField()
    api_version = serializers.CharField()
    kind = serializers.CharField()
    namespace = serializers.CharField()
    name = serializers.CharField()
    evaluated = serializers.BooleanField()
    tier = words.one_of(["admin", "namespace", "baseline"], allow_null=True)
    priority = serializers.IntegerField(allow_null=True)
    isolates = serializers.ListField(child=serializers.CharField())
    ingress_rules = serializers.IntegerField()
    egress_rules = serializers.IntegerField()
    yaml_url = serializers.CharField()
