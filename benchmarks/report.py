"""From a stored snapshot to its full report: `python -m benchmarks.report`.

The sample cluster, and a generated one of 500 namespaces whose report fills its tables and its annex. CPU
seconds of one core to read the snapshot, work the content out and lay it out, and those of the process that
sets the PDF; the largest memory of each. Starting Python and Django is not counted.
"""

from __future__ import annotations

import json
import os
import resource
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

from benchmarks.generate import generate_cluster

SAMPLE = Path(__file__).parent.parent / "examples/sample"
LARGE = {"namespaces": 500, "workloads": 3600, "pods": 5000, "services": 3600, "policies": 4800}
_HEADS = ("CPU s", "of it PDF", "MB", "MB PDF", "rows", "pages", "kB")


def main() -> None:
    with TemporaryDirectory() as folder:
        os.environ |= {
            "PORTOLAN_DATA_DIR": folder,
            "PORTOLAN_EMBEDDED_BROKER": "memory://",
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        }
        os.environ.pop("DATABASE_URL", None)
        _prepare()
        print(f"{'full report of':<20}" + "".join(f"{head:>11}" for head in _HEADS))
        for name in ("the sample", f"{LARGE['namespaces']} namespaces"):
            print(f"{name:<20}" + "".join(f"{figure:>11}" for figure in _measure(name)))


def _prepare() -> None:
    import django
    from django.core.management import call_command

    import dashboard.celery  # noqa: F401  (what follows a snapshot is sent to its broker)

    django.setup()
    call_command("migrate", verbosity=0)


def _measure(name: str) -> list[str]:
    from apps.reports.make import draw_report
    from apps.reports.options import Options

    snapshot = _store(name)
    start, child = process_time(), _child_seconds()
    _, pdf = draw_report(snapshot, Options())
    own, pressed = process_time() - start, _child_seconds() - child
    memory = [
        resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    ]
    figures = [f"{own + pressed:.2f}", f"{pressed:.2f}", *memory, *_size(pdf), len(pdf) // 1024]
    return [str(figure) for figure in figures]


def _store(name: str) -> Any:
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.manifests import read_paths
    from apps.snapshots.models import Cluster
    from apps.snapshots.reading import Reading, ReadObject

    cluster = add_cluster(name=name, source=Cluster.Source.MANIFESTS)
    if name == "the sample":
        return snapshot_from_reading(cluster, read_paths([str(SAMPLE)]))
    objects = generate_cluster(**LARGE, seed=1)
    return snapshot_from_reading(cluster, Reading([ReadObject(body) for body in objects]))


def _child_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _size(pdf: bytes) -> tuple[int, int]:
    """Rows of tables, of the annex and of evidence; and pages."""
    import pikepdf

    from apps.reports.paper import lay_out

    with pikepdf.open(BytesIO(pdf)) as opened:
        content = json.loads(opened.attachments["content.json"].get_file().read_bytes())
        pages = len(opened.pages)
    blocks = lay_out(content, paper_size="a4", content_sha256="")["blocks"]
    return sum(len(block.get("rows", ())) + len(block.get("lines", ())) for block in blocks), pages


if __name__ == "__main__":
    main()
