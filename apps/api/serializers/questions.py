"""The query parameters of each question about a snapshot."""

# mypy: disable-error-code="assignment"
# (Serializers have attributes called source, label, data and errors, and so have our answers.)

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.api.serializers import words
from apps.reachability.question import DEFAULT_SHOW

_NAMESPACE = r"^[^/]+$"
_TARGET = r"^[^/]+(/[^/]+)?$"
_SERVICE = r"^[^/]+/[^/]+$"
_SOURCE = r"^[^/]+(/[^/]+/[^/]+)?$"


def against(**options: Any) -> serializers.IntegerField:
    """The other snapshot of a comparison."""
    return serializers.IntegerField(
        min_value=1,
        max_value=10**9 - 1,
        help_text="The number of the snapshot that was before",
        **options,
    )


class NoQuery(serializers.Serializer[Any]):
    """Nothing can be asked beside the address."""


class ReachQuery(serializers.Serializer[Any]):
    source = words.name(_NAMESPACE, "a namespace", required=False)
    target = words.name(_TARGET, "NS or NS/SERVICE", required=False)
    port = words.port_number(required=False, help_text="A Service port")
    protocol = words.protocol(required=False)
    verdict = words.VerdictsField(required=False, help_text="One or more, with commas between")
    dns = words.DnsField(required=False, help_text="One or more, with commas between")
    q = words.QueryField(
        required=False, source="query", help_text="What the filter grammar asks for besides (docs/filters.md)"
    )
    against = against(required=False)


class GraphQuery(serializers.Serializer[Any]):
    focus = words.name(_TARGET, "NS or NS/SERVICE", required=False)
    only = words.name(_TARGET, "NS, the one other end; or NS/SERVICE when direction is from", required=False)
    direction = words.one_of(
        ["to", "from", "path"],
        default="to",
        help_text="Who reaches the focus, what it reaches, or what it could pivot to",
    )
    hops = serializers.IntegerField(min_value=1, max_value=10, default=3, help_text="When direction is path")
    around = serializers.CharField(
        max_length=3 * words.LONGEST_NAME,
        required=False,
        help_text="In an overview without lines: the id of the node whose lines are wanted",
    )
    expand = words.NamesField(required=False, help_text="Namespaces of the overview that show their Services")
    port = words.port_number(required=False)
    protocol = words.protocol(required=False)
    group = words.one_of(["service", "namespace"], default="service", help_text="How targets are shown")
    show = words.VerdictsField(
        default=DEFAULT_SHOW,
        empty=True,
        help_text="The verdicts drawn one by one; denied and empty are folded unless they are among them",
    )
    q = words.QueryField(required=False, source="query", help_text="What the filter grammar asks for besides")
    against = against(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["direction"] != "to" and "/" in attrs.get("focus", ""):
            raise serializers.ValidationError({"focus": "must be a namespace unless direction is to"})
        if attrs["direction"] == "to" and "/" in attrs.get("only", ""):
            raise serializers.ValidationError({"only": "must be a namespace when direction is to"})
        if attrs["direction"] != "to" and not attrs.get("focus"):
            raise serializers.ValidationError({"focus": "is needed unless direction is to"})
        return attrs


class ExplainQuery(serializers.Serializer[Any]):
    source = words.name(_SOURCE, "NS or NS/Kind/NAME")
    target = words.name(_SERVICE, "NS/SERVICE")
    port = words.port_number()
    protocol = words.protocol(default="TCP")


class FindingsQuery(serializers.Serializer[Any]):
    severity = words.SeveritiesField(required=False, help_text="One or more, with commas between")
    id = words.FindingIdsField(required=False, help_text="One or more, with commas between")


class PathsQuery(serializers.Serializer[Any]):
    source = words.name(_SOURCE, "NS or NS/Kind/NAME")
    hops = serializers.IntegerField(min_value=1, max_value=10, default=3)
    any_port = serializers.BooleanField(
        default=False, help_text="Also straight to pods, on any port, and not by Services alone"
    )


class ChangesQuery(serializers.Serializer[Any]):
    kind = words.change(required=False)
    cause = serializers.IntegerField(
        min_value=0, max_value=2**31 - 1, required=False, help_text="The number of a cause: its edges alone"
    )


class HistoryQuery(serializers.Serializer[Any]):
    source = words.name(_NAMESPACE, "a namespace")
    target = words.name(_SERVICE, "NS/SERVICE")
    port = words.port_number()
    protocol = words.protocol(default="TCP")
    causes = serializers.BooleanField(default=True, help_text="What made it so; it may have to be searched")


class NamespaceHistoryQuery(serializers.Serializer[Any]):
    namespace = words.name(_NAMESPACE, "a namespace")
    fact = words.one_of(["dns", "ingress", "egress"], default="dns")
    causes = serializers.BooleanField(default=True, help_text="What made it so, if that is its DNS")


class DiffQuery(ChangesQuery):
    against = against()
    causes = serializers.BooleanField(default=True, help_text="false: at once, from what is stored")
