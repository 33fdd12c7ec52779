"""Which policies select a namespace's pods."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from apps.engine.findings.survey import Survey
from apps.engine.model import Policy, Tier


class Selecting(NamedTuple):
    """A policy, and how many of a namespace's workloads (owners of pods) have a pod that it selects."""

    policy: Policy
    workloads: int


def find_selecting(survey: Survey, namespace: str) -> Iterator[Selecting]:
    """Those that select a pod there, in the order in which the cluster holds them."""
    pods = survey.pods_of(namespace)
    for policy in survey.cluster.policies:
        if policy.tier is Tier.NAMESPACE and policy.ref.namespace != namespace:
            continue
        selected = survey.worlds[0].sets.subjects(policy.subjects) & pods
        if selected:
            yield Selecting(policy, len(survey.workloads(selected)))
