"""The pages as an eye finds them: nothing outside, over something else, cut, or left alone."""

from __future__ import annotations

import json
import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
import typst

from apps.reachability.take import snapshot_from_reading
from apps.reports.contents import tell_report
from apps.reports.contents.told_edges import ToldEdges
from apps.reports.options import Options
from apps.reports.paper import lay_out
from apps.reports.paper.words import VERDICTS
from apps.reports.render import render_pdf
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from benchmarks.generate import generate_cluster
from tests.reports.made import make_pdf, text_of
from tests.reports.pages import faults_of

# Enough for classes in the matrix, edges that are put together, findings and an annex.
MEDIUM = {"namespaces": 60, "workloads": 180, "pods": 250, "services": 150, "policies": 80}


@pytest.mark.parametrize("paper", ["a4", "letter"])
@pytest.mark.parametrize("kind", ["full", "executive"])
def test_the_sample_is_flawless(sample: Snapshot, kind: str, paper: str) -> None:
    assert faults_of(make_pdf(sample, kind=kind, paper=paper)) == []


def test_a_cluster_with_an_annex_is_flawless(db: None) -> None:
    objects = generate_cluster(**MEDIUM, seed=3)
    cluster = add_cluster(name="Pages", source=Cluster.Source.MANIFESTS)
    pdf = make_pdf(snapshot_from_reading(cluster, Reading([ReadObject(body) for body in objects])))
    text = text_of(pdf)
    assert "Annex: rows that the tables left out" in text
    assert "Reach classes that are drawn" in text
    assert faults_of(pdf) == []
    assert_every_source_is_named(pdf, "".join(text.split()))


def assert_every_source_is_named(pdf: bytes, solid: str) -> None:
    """In the row of its Service port, or in the set of the annex that the row names."""
    with pikepdf.open(BytesIO(pdf)) as opened:
        content = json.loads(opened.attachments["content.json"].get_file().read_bytes())
    edges = ToldEdges(content["edges"])
    for port, verdict, sources in edges.rows():
        if verdict not in ("denied", "empty"):
            names = ",".join(edges.namespaces[number] for number in sources)
            row = f"{port['target']}:{port['port']}/{port['protocol']}|?{VERDICTS[verdict]}|?{len(sources)}|?"
            row = row.replace(" ", "").replace("|?", r"\|?")
            told = re.search(rf"{row}(?:(S\d+):|{re.escape(names)})", solid)
            assert told, (port, verdict)
            assert told[1] is None or f"{told[1]}:{names}" in solid, (port, verdict)


def test_long_names_and_numbers_fit_their_cards(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options())
    content["focus"] = [_crowded()]
    pdf = render_pdf(content, paper="a4")
    assert faults_of(pdf) == []
    assert f"{'a' * 12}…{'b' * 12}" in text_of(pdf)
    assert f"{'n' * 63}/{'s' * 63}" in text_of(pdf).replace(" ", "")


def test_the_cover_says_where_the_snapshot_can_be_seen(harbour: Snapshot, settings: Any) -> None:
    address = "https://portolan.example.org/c/harbour/snapshots/1"
    assert address not in text_of(make_pdf(harbour, kind="executive"))
    settings.PUBLIC_URL = "https://portolan.example.org"
    pdf = make_pdf(harbour, kind="executive")
    assert f"To be seen at {address}" in text_of(pdf)
    assert faults_of(pdf) == []


def test_hashes_and_addresses_can_be_copied(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options())
    laid = lay_out(content, paper_size="a4", content_sha256="f0" * 32, address="https://" + "p" * 60)
    assert (laid["content"], laid["address"]) == ("f0" * 32, "https://" + "p" * 60)


@pytest.mark.parametrize(
    ("page", "fault"),
    [
        ("words #pagebreak() words *Heading*", ""),
        ("words\n\n*Heading*", "page 1: nothing follows 'Heading'"),
        ("#place(dx: 150mm)[too far to the right]", "page 1: outside the margins: 'too far to the right'"),
        ("over#place(top, dy: 3pt)[under] more", "page 1: 'under' lies over 'over'"),
    ],
)
def test_flaws_are_found(page: str, fault: str) -> None:
    start = '#set page(paper: "a4", margin: (x: 18mm, y: 20mm))\n'
    found = faults_of(typst.compile((start + page).encode()))
    assert found[:1] == ([fault] if fault else [])


def _crowded() -> dict[str, Any]:
    line = {
        "label": "65535/SCTP",
        "verdict": "partial",
        "dns": "blocked",
        "allowed_pairs": 9_999,
        "pairs": 99_999,
    }
    return {
        "target": f"{'n' * 63}/{'s' * 63}",
        "answer": "Many namespaces can reach it",
        "counts": {},
        "line_count": 10_000,
        "lines": [line | {"source": "a" * 31 + "b" * 32} for _ in range(10)],
    }
