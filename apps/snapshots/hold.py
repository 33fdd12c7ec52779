"""One worker a snapshot: who holds it, that it still lives, and how it ends.

SQLite has no row lock, and a worker may die at any instant. So a worker owns a snapshot by having its own
random name in the row, and by moving `wake_at` on while it lives. When `wake_at` passes, it is dead: the
scheduler hands the snapshot out again, and whatever the old worker still writes finds another name.
"""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Event, Thread

from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from .coverage import storable
from .models import Snapshot

ATTEMPTS = 3
RETRY_AFTER = (15, 60)  # seconds before the second and the third attempt
_REPORT_EVERY = 1.0  # seconds between two writes of progress
_log = logging.getLogger(__name__)


class HoldLost(Exception):
    """Another worker has the snapshot now, or it was removed; nothing more may be written."""


class Hold:
    """A snapshot that this execution owns."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        self._name = snapshot.holder  # storing empties the other, also where what is stored is taken back
        self._step = ""
        self._written = 0.0

    def report(self, step: str, done: int = 0, total: int | None = None) -> None:
        """Writes the progress, once a second at most within a step. Raises HoldLost."""
        now = time.monotonic()
        if step == self._step and now - self._written < _REPORT_EVERY:
            return
        self._step, self._written = step, now
        self._update(step=storable(step)[:120], done=done, total=total, wake_at=_lease_end())

    def confirm(self) -> None:
        """Locks the row until the transaction ends, so only the owner commits. Raises HoldLost."""
        self._update(wake_at=_lease_end())

    def put_back(self, message: str) -> None:
        """Leaves the snapshot to a later attempt, or fails it after the last one."""
        if self.snapshot.attempts >= ATTEMPTS:
            self.fail(message)
            return
        wait = RETRY_AFTER[self.snapshot.attempts - 1]
        self._update(
            state=Snapshot.State.QUEUED,
            holder="",
            error=storable(message),
            step=f"waiting {wait} s to try again ({self.snapshot.attempts} of {ATTEMPTS} attempts made)",
            wake_at=timezone.now() + timedelta(seconds=wait),
        )

    def fail(self, message: str) -> None:
        self._update(
            state=Snapshot.State.FAILED,
            holder="",
            wake_at=None,
            error=storable(message),
            finished=timezone.now(),
        )

    @contextmanager
    def beating(self) -> Iterator[None]:
        """Keeps the hold alive from a thread, through steps that report nothing for long."""
        stopped = Event()
        thread = Thread(target=self._beat, args=(stopped,), name="hold", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stopped.set()
            thread.join()

    def _beat(self, stopped: Event) -> None:
        while not stopped.wait(settings.SNAPSHOT_LEASE / 4):
            try:
                if not self._rows().update(wake_at=_lease_end()):
                    break
            except DatabaseError:
                _log.warning("snapshot %s: the hold could not be renewed", self.snapshot.pk, exc_info=True)
            finally:
                connection.close()

    def _rows(self) -> QuerySet[Snapshot]:
        return Snapshot.objects.filter(pk=self.snapshot.pk, holder=self._name)

    def _update(self, **values: object) -> None:
        if not self._rows().update(**values):
            raise HoldLost(f"snapshot {self.snapshot.pk} is no longer held by this worker")


def take_hold(snapshot_id: int) -> Hold | None:
    """Owns a snapshot that waits, or whose owner died. None: somebody has it, or it is over."""
    now = timezone.now()
    holder = uuid.uuid4().hex
    free = Q(state=Snapshot.State.QUEUED) | Q(state=Snapshot.State.RUNNING, wake_at__lte=now)
    taken = Snapshot.objects.filter(free, pk=snapshot_id, attempts__lt=ATTEMPTS).update(
        state=Snapshot.State.RUNNING,
        holder=holder,
        wake_at=_lease_end(),
        attempts=F("attempts") + 1,
        started=now,
        step="",
        done=0,
        total=None,
        error="",
    )
    if not taken:
        return None
    return Hold(Snapshot.objects.select_related("cluster").get(pk=snapshot_id, holder=holder))


def _lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.SNAPSHOT_LEASE)
