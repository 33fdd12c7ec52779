"""Moving the old end of the audit trail into a file: the one way in which rows leave it.

The database refuses to delete them (migrations 0003 and 0004). Here its trigger is set aside, within one
transaction; so this is for who works on the server's terminal, and it leaves a row itself.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

from django.db import connection, transaction
from django.db.models import QuerySet

from .models import AuditEntry
from .queries import COLUMNS, midnight

_TABLE = AuditEntry._meta.db_table
_PIECE = 2000  # rows


def archive_trail(before: date, file: Path) -> tuple[int, str]:
    """Writes what is older than this day (UTC) into a new file, a JSON object a line, oldest first, and takes
    it out of the database. How many rows, and the SHA-256 of the file.

    Raises FileExistsError, and other OSErrors of writing; then the trail is as it was.
    """
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        return _move(midnight(before), descriptor)
    except Exception:
        file.unlink()
        raise


@transaction.atomic
def _move(before: datetime, descriptor: int) -> tuple[int, str]:
    old = AuditEntry.objects.filter(at__lt=before)
    written = _write(old, descriptor)
    with _deletion():
        count, _ = old.delete()
    AuditEntry.objects.create(
        who="(terminal)",
        action=AuditEntry.Action.CHANGE,
        path=f"archive_trail: {count} rows from before {before:%Y-%m-%d}, SHA-256 {written}",
        status=200,
    )
    return count, written


def _write(entries: QuerySet[AuditEntry], descriptor: int) -> str:
    """The SHA-256 of what is on the disk when this returns."""
    digest = sha256()
    with os.fdopen(descriptor, "wb") as out:
        for row in entries.order_by("pk").values(*COLUMNS).iterator(_PIECE):
            line = json.dumps(row | {"at": row["at"].isoformat()}).encode() + b"\n"
            out.write(line)
            digest.update(line)
        out.flush()
        os.fsync(out.fileno())
    return digest.hexdigest()


@contextmanager
def _deletion() -> Iterator[None]:
    """Within it, and within its transaction, rows of the trail may be deleted."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            trigger = f"{_TABLE} %s TRIGGER access_audit_is_append_only"
            cursor.execute(f"ALTER TABLE {trigger % 'DISABLE'}")
            yield
            cursor.execute(f"ALTER TABLE {trigger % 'ENABLE'}")
        else:
            cursor.execute("SELECT sql FROM sqlite_master WHERE name = 'access_audit_is_kept'")
            (make,) = cursor.fetchone()
            cursor.execute("DROP TRIGGER access_audit_is_kept")
            yield
            cursor.execute(make)
