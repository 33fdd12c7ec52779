"""A guardrail is read whole or refused with the place that is wrong."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from apps.engine import BadField
from apps.engine.model import Direction
from apps.review.guardrails import GuardrailRefused, read_guardrail, read_guardrails
from apps.review.guardrails.form import DefaultDeny, Deny, Only, Ports, ResolveDns, Spaces, Targets
from apps.snapshots.manifests import read_bytes


def document(spec: str, name: str = "some-rule", **more: Any) -> dict[str, Any]:
    body = {"apiVersion": "portolan/v1", "kind": "Guardrail", "metadata": {"name": name}}
    return {**body, "spec": yaml.safe_load(spec), **more}


def test_everything_that_a_deny_can_say() -> None:
    guardrail = read_guardrail(
        document(
            """
            description: Development stays out of production.
            deny:
              from: [{namespaceSelector: {matchLabels: {env: dev}}}, {namespace: sandbox-*}]
              to: [{namespaceSelector: {matchLabels: {env: prod}}, service: db}]
              ports: [{port: 443}, {port: 8000, endPort: 8100, protocol: TCP}, {protocol: UDP}]
            """
        )
    )
    assert guardrail.name == "some-rule"
    assert guardrail.description == "Development stays out of production."
    deny = guardrail.requirement
    assert isinstance(deny, Deny)
    dev, sandbox = deny.sources
    assert (dev.name, [each.key for each in dev.labels.requirements]) == ("*", ["env"])
    assert sandbox == Spaces("sandbox-*")
    assert deny.targets[0].service == "db"
    assert deny.ports == (Ports(443, 443), Ports(8000, 8100, "TCP"), Ports(protocol="UDP"))


def test_what_is_left_out_means_any() -> None:
    requirement = read_guardrail(document("only: {from: [{sameNamespace: true}], to: [{}]}")).requirement
    assert requirement == Only((), True, (Targets(Spaces()),), (Ports(),))
    assert read_guardrail(document("resolveDNS: {}")).requirement == ResolveDns((Spaces(),))
    expected = DefaultDeny((Spaces(),), (Direction.INGRESS, Direction.EGRESS))
    assert read_guardrail(document("defaultDeny: {}")).requirement == expected


@pytest.mark.parametrize(
    ("spec", "field"),
    [
        ("{}", "spec"),
        ("{deny: {from: [{}], to: [{}]}, resolveDNS: {}}", "spec"),
        ("{denies: {}}", "spec.denies"),
        ("deny: {from: [{}]}", "spec.deny.to"),
        ("deny: {from: [], to: [{}]}", "spec.deny.from"),
        ("deny: {form: [{}], to: [{}]}", "spec.deny.form"),
        ("deny: {from: [{sameNamespace: true}], to: [{}]}", "spec.deny.from[0].sameNamespace"),
        ("only: {from: [{sameNamespace: false}], to: [{}]}", "spec.only.from[0].sameNamespace"),
        ("deny: {from: [{service: x}], to: [{}]}", "spec.deny.from[0].service"),
        ("deny: {from: [{}], to: [{namespace: 'a b'}]}", "spec.deny.to[0].namespace"),
        ("deny: {from: [{}], to: [{namespace: ''}]}", "spec.deny.to[0].namespace"),
        ("deny: {from: [{}], to: [{}], ports: [{port: 0}]}", "spec.deny.ports[0].port"),
        ("deny: {from: [{}], to: [{}], ports: [{port: web}]}", "spec.deny.ports[0].port"),
        ("deny: {from: [{}], to: [{}], ports: [{endPort: 9}]}", "spec.deny.ports[0].endPort"),
        ("deny: {from: [{}], to: [{}], ports: [{port: 9, endPort: 8}]}", "spec.deny.ports[0].endPort"),
        ("deny: {from: [{}], to: [{}], ports: [{protocol: ICMP}]}", "spec.deny.ports[0].protocol"),
        ("deny: {from: [{}], to: [{}], ports: []}", "spec.deny.ports"),
        ("defaultDeny: {directions: [in]}", "spec.defaultDeny.directions[0]"),
        ("resolveDNS: {namespaces: [{namespaceSelector: {env: dev}}]}", ".namespaceSelector.env"),
        (
            "resolveDNS: {namespaces: [{namespaceSelector: {matchLabels: {env: 1}}}]}",
            '.namespaceSelector.matchLabels["env"]',
        ),
        ("resolveDNS: []", "spec.resolveDNS"),
        ("{description: [1], resolveDNS: {}}", "spec.description"),
    ],
)
def test_what_is_wrong_is_named(spec: str, field: str) -> None:
    with pytest.raises(BadField) as refused:
        read_guardrail(document(spec))
    assert refused.value.path.endswith(field)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"apiVersion": "v1"}, "apiVersion"),
        ({"kind": "Guardrails"}, "kind"),
        ({"metadata": {"name": "Big Name"}}, "metadata.name"),
        ({"metadata": {"name": "x" * 64}}, "metadata.name"),
        ({"metadata": {}}, "metadata.name"),
        ({"metadata": {"name": "x", "labels": {}}}, "metadata.labels"),
        ({"status": {}}, "status"),
    ],
)
def test_the_frame_is_checked_too(change: dict[str, Any], field: str) -> None:
    with pytest.raises(BadField) as refused:
        read_guardrail(document("resolveDNS: {}") | change)
    assert refused.value.path == field


def test_every_problem_of_a_file_is_told_at_once() -> None:
    good = document("resolveDNS: {}")
    text = yaml.safe_dump_all([good, document("{}", "no-rule"), good])
    with pytest.raises(GuardrailRefused) as refused:
        read_guardrails(read_bytes("rules.yaml", text.encode()))
    first, second = refused.value.problems
    assert str(first).startswith("rules.yaml: document 2: Guardrail/no-rule: spec: must have exactly one of")
    assert str(second) == (
        "rules.yaml: document 3: Guardrail/some-rule: metadata.name: some-rule stands twice"
    )


def test_a_file_of_lists_names_the_item() -> None:
    text = yaml.safe_dump({"apiVersion": "v1", "kind": "List", "items": [document("{}")]})
    with pytest.raises(GuardrailRefused, match=r"items\[0\]\.spec: must have"):
        read_guardrails(read_bytes("rules.yaml", text.encode()))
