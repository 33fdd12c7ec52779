"""`manage.py rotate_credentials`: after a new key was put in front of CREDENTIAL_KEYS."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from apps.snapshots.credentials import CredentialLost, rotate
from apps.snapshots.models import Cluster


class Command(BaseCommand):
    help = "Encrypts every stored kubeconfig with the first of CREDENTIAL_KEYS; the others can go then."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        clusters = Cluster.objects.exclude(credential="").select_for_update()
        for cluster in clusters:
            try:
                cluster.credential = rotate(cluster.credential)
            except CredentialLost as lost:
                raise CommandError(f"{cluster.slug}: {lost} Nothing was changed.") from None
            cluster.save(update_fields=["credential"])
        self.stdout.write(f"{len(clusters)} kubeconfigs are encrypted with the newest key.")
