"""What an eye would find wrong on the pages of a PDF: text outside the margins or over other text, and a
heading that nothing follows."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

import pypdfium2 as pdfium
from pypdfium2 import raw

_SIDE = 18 * 72 / 25.4  # points: the margins of report.typ
_FOOT = 20 * 72 / 25.4
_EDGE = 20  # points from the paper's edge that nothing may come nearer than
_SLACK = 1.0  # points: rounding
_DEPTH = 1.0  # points by which words may reach into the line below


class Words(NamedTuple):
    """Words set in one go, where their ink is, in points from the page's lower left."""

    left: float
    bottom: float
    right: float
    top: float
    baseline: float
    text: str
    is_bold: bool
    is_turned: bool


def faults_of(pdf: bytes) -> list[str]:
    """One line a fault, with its page."""
    document = pdfium.PdfDocument(pdf)
    try:
        return [f"page {n}: {fault}" for n, page in enumerate(document, 1) for fault in _faults(page)]
    finally:
        document.close()


def _faults(page: pdfium.PdfPage) -> Iterator[str]:
    width, height = page.get_size()
    words = list(_words(page))
    for each in words:
        if each.left < _SIDE - _SLACK or each.right > width - _SIDE + _SLACK:
            yield f"outside the margins: {each.text!r}"
        if each.bottom < _EDGE or each.top > height - _EDGE:
            yield f"at the paper's edge: {each.text!r}"
    yield from _overlaps([each for each in words if not each.is_turned])
    yield from _left_alone([each for each in words if each.baseline > _FOOT])


def _overlaps(words: list[Words]) -> Iterator[str]:
    """Upwards, so that only neighbours are compared."""
    ordered = sorted(words, key=lambda each: each.bottom)
    for place, each in enumerate(ordered, 1):
        for other in islice(ordered, place, None):
            if other.bottom >= each.top - _DEPTH:
                break
            if min(each.right, other.right) - max(each.left, other.left) > _SLACK:
                yield f"{each.text!r} lies over {other.text!r}"


def _left_alone(body: list[Words]) -> Iterator[str]:
    """Headings, and heads of tables, are all that is bold from one margin to the other."""
    lowest = min((each.baseline for each in body), default=0.0)
    last = [each for each in body if each.baseline < lowest + _SLACK]
    if last and all(each.is_bold for each in last):
        yield f"nothing follows {' '.join(each.text for each in last)!r}"


def _words(page: pdfium.PdfPage) -> Iterator[Words]:
    text = page.get_textpage()
    for each in page.get_objects(filter=[raw.FPDF_PAGEOBJ_TEXT], textpage=text):
        said = each.extract().replace("\u200b", "").strip()
        if said:
            matrix = each.get_matrix()
            is_bold = "Bold" in each.get_font().get_base_name()
            left, bottom, right, top = each.get_bounds()
            yield Words(left, bottom, right, top, matrix.f, said, is_bold, bool(matrix.b))
