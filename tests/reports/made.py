"""Reports made for tests, and what can be read out of their PDF."""

from __future__ import annotations

import re
from io import BytesIO

from pypdf import PdfReader

from apps.reports.make import draw_report
from apps.reports.options import Options
from apps.snapshots.models import Snapshot


def make_pdf(snapshot: Snapshot, **options: object) -> bytes:
    return draw_report(snapshot, Options(**options))[1]  # type: ignore[arg-type]


def text_of(pdf: bytes) -> str:
    """All text with single spaces, and without the places where long words may be broken."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u200b", "").replace("\u00ad", ""))
