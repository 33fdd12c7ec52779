"""Telling the rooms above that a snapshot is stored, without knowing them: by the names of their tasks."""

from __future__ import annotations

import logging
from functools import partial

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.snapshots.models import Snapshot

_log = logging.getLogger(__name__)


def announce(snapshot: Snapshot) -> None:
    """Sends the tasks of settings.AFTER_SNAPSHOT, each with the snapshot's id, when the transaction ends.

    A message may be lost: each of these rooms looks for itself, at its own ticks, what it has missed.
    """
    transaction.on_commit(partial(_send, snapshot.pk))


def _send(snapshot_id: int) -> None:
    try:
        for task in settings.AFTER_SNAPSHOT:
            current_app.send_task(task, (snapshot_id,))
    except OperationalError:
        _log.warning("snapshot %s: no broker to announce it to", snapshot_id, exc_info=True)
