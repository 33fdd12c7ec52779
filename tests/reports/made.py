"""Reports made for tests, and what can be read out of their PDF."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path
from typing import Any

from pypdf import PdfReader

from apps.reachability.take import snapshot_from_reading
from apps.reports.make import draw_report
from apps.reports.options import Options
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_paths
from apps.snapshots.models import Cluster, Snapshot

SAMPLE = Path(__file__).parents[2] / "examples/sample"


def store_sample() -> Snapshot:
    """The first snapshot of the cluster `sample`, in which every verdict occurs."""
    cluster = add_cluster(name="Sample", source=Cluster.Source.MANIFESTS)
    return snapshot_from_reading(cluster, read_paths([str(SAMPLE)]))


def make_pdf(snapshot: Snapshot, **options: Any) -> bytes:
    return draw_report(snapshot, Options(**options))[1]


def text_of(pdf: bytes) -> str:
    """All text with single spaces, and without the places where long words may be broken."""
    pages = (page.extract_text() for page in PdfReader(BytesIO(pdf)).pages)
    return re.sub(r"\s+", " ", " ".join(pages).replace("\u200b", "").replace("\u00ad", ""))
