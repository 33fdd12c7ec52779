"""Keeping guardrails: each change is a version, and removing one ends it."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction
from django.utils import timezone

from apps.review.guardrails import Guardrail
from apps.review.models import GuardrailVersion, StoredGuardrail
from apps.snapshots.models import Cluster

MOST_OF_A_CLUSTER = 500


class TooManyGuardrails(ValueError):
    """A cluster would have more than it may."""


def save_guardrails(cluster: Cluster, guardrails: Sequence[Guardrail], *, by: str) -> list[StoredGuardrail]:
    """Adds them, or changes those that stand under their names; one that says the same stays as it is.

    Raises TooManyGuardrails, and then nothing is changed.
    """
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=cluster.pk)  # one writer a cluster
        saved = [_save(cluster, guardrail, by) for guardrail in guardrails]
        count = StoredGuardrail.objects.filter(cluster=cluster, ended__isnull=True).count()
        if count > MOST_OF_A_CLUSTER:
            raise TooManyGuardrails(f"a cluster may have {MOST_OF_A_CLUSTER} guardrails, not {count}")
    return saved


def end_guardrail(guardrail: StoredGuardrail, *, by: str) -> bool:
    """Ends it from now on; False if somebody had ended it already."""
    standing = StoredGuardrail.objects.filter(pk=guardrail.pk, ended__isnull=True)
    return bool(standing.update(ended=timezone.now(), ended_by=by))


def _save(cluster: Cluster, guardrail: Guardrail, by: str) -> StoredGuardrail:
    stored, _ = StoredGuardrail.objects.get_or_create(cluster=cluster, name=guardrail.name, ended=None)
    newest = stored.versions.order_by("-number").first()
    if newest is None or newest.body != dict(guardrail.body):
        number = newest.number + 1 if newest else 1
        GuardrailVersion.objects.create(
            guardrail=stored, number=number, body=dict(guardrail.body), created_by=by
        )
    return stored
