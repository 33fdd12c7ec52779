"""Which findings there are."""

from __future__ import annotations

# Of docs/findings.md. They are named here so that a misspelt one is an error and not "no findings".
FINDING_IDS = [
    "allow-all-egress",
    "allow-all-ingress",
    "dns-blocked",
    "endpoints-elsewhere",
    "equal-priorities",
    "external-ips",
    "headless-port-differs",
    "no-default-deny-egress",
    "no-default-deny-ingress",
    "not-evaluated",
    "nothing-enforced",
    "peer-matches-nothing",
    "policy-selects-nothing",
    "rule-adds-nothing",
    "rules-without-effect",
    "service-name-shared",
    "service-without-backends",
    "unrestricted-service",
]
