"""`manage.py rotate_credentials`: after a new key was put in front of CREDENTIAL_KEYS."""

from __future__ import annotations

from typing import Any

from django.apps import apps
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import models, transaction

from apps.snapshots.credentials import CredentialLost, rotate


class Command(BaseCommand):
    help = "Encrypts all that is stored under the first of CREDENTIAL_KEYS; the others can go then."

    @transaction.atomic
    def handle(self, *args: Any, **options: Any) -> None:
        count = sum(
            _rotate(apps.get_model(app, model), field) for app, model, field in settings.ENCRYPTED_FIELDS
        )
        self.stdout.write(f"{count} credentials are encrypted with the newest key.")


def _rotate(model: type[models.Model], field: str) -> int:
    rows = model._default_manager.exclude(**{field: ""}).select_for_update()
    for row in rows:
        try:
            setattr(row, field, rotate(getattr(row, field)))
        except CredentialLost as lost:
            raise CommandError(f"{row}: {lost} Nothing was changed.") from None
        row.save(update_fields=[field])
    return len(rows)
