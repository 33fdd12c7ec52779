"""Hashes of reports, and whether this server made a file."""

from __future__ import annotations

import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import UTC
from io import BytesIO
from typing import Any

from apps.reports.models import Report


@dataclass(frozen=True, slots=True)
class Verification:
    """`made_here`: this very file was made by this server. `says`: what else is known of it."""

    made_here: bool
    says: str


def canonical(content: dict[str, Any]) -> str:
    """The one text of a content: keys sorted, ASCII, no spaces."""
    return json.dumps(content, sort_keys=True, separators=(",", ":"))


def sha256_of(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def verify_file(data: bytes) -> Verification:
    """Compares a file with the reports that this server made, and if it is none, what is attached to it."""
    made = Report.objects.select_related("cluster").order_by("pk")
    found = made.filter(file_sha256=sha256_of(data)).first()
    if found:
        return Verification(True, f"Made by this server: {_describe(found)}.")
    attached = _attached(data)
    if attached is None:
        return Verification(False, "Not made by this server: it carries no content of a report.")
    same = made.filter(content_sha256=sha256_of(attached)).first()
    if same is None:
        return Verification(False, "Not made by this server: neither the file nor its content is known.")
    return Verification(
        False,
        "Not the file that this server made: it differs, though the content attached to it is that of "
        f"{_describe(same)}. Trust the attached content, not the pages.",
    )


def _describe(report: Report) -> str:
    """Who made it and when stands here and not in the file, so that the same report is the same file."""
    asked = f"{report.requested.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return (
        f"report {report.pk} on snapshot {report.snapshot_number} of {report.cluster.slug}, first asked "
        f"for by {report.by or 'a schedule'} on {asked}, content sha256 {report.content_sha256}"
    )


def _attached(data: bytes) -> bytes | None:
    """The content attached to a PDF; None where there is none, or the file is no PDF."""
    logging.getLogger("pikepdf").setLevel(logging.WARNING)  # it announces itself
    import pikepdf

    try:
        with pikepdf.open(BytesIO(data)) as pdf:
            return pdf.attachments["content.json"].get_file().read_bytes()
    except (pikepdf.PdfError, KeyError, ValueError):
        return None
