"""`manage.py archive_trail FILE --before DAY`: moves old rows of the audit trail into a file."""

from __future__ import annotations

from argparse import ArgumentTypeError
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.access.archive import archive_trail


class Command(BaseCommand):
    help = "Moves what the audit trail holds from before a day (UTC) into a new file, a JSON object a line."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="that does not exist yet")
        parser.add_argument("--before", type=_past, required=True, metavar="YYYY-MM-DD")

    def handle(self, *args: Any, **options: Any) -> None:
        file: Path = options["file"]
        try:
            count, digest = archive_trail(options["before"], file)
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}; nothing was taken out of the trail") from None
        self.stdout.write(f"{count} rows are in {file} now (SHA-256 {digest})")


def _past(text: str) -> date:
    """Over, so that no entry from before it can still be on its way into the database."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"must look like 2026-01-31, not {text!r}") from None
    if day >= datetime.now(UTC).date():
        raise ArgumentTypeError(f"must be a day that is over, not {text}")
    return day
