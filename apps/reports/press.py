"""Sets one report: `python -m apps.reports.press FOLDER`, in a process of its own.

Reads `paper.json` and `content.json` in the folder and writes `report.pdf` beside them. What goes wrong is
one line on standard error, and exit status 1. Needs no Django, no network and no system font; whatever the
data says, the process ends by its limits.
"""

from __future__ import annotations

import resource
import sys
from datetime import datetime
from io import BytesIO
from pathlib import Path

TEMPLATES = Path(__file__).with_name("typst")
MOST_MEMORY = 4 * 1024**3  # bytes of address space, of which a report uses a tenth
MOST_CPU = 240  # seconds


def main() -> None:
    folder = Path(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_CPU, MOST_CPU + 5))
    try:
        (folder / "report.pdf").write_bytes(squeeze(set_report(folder)))
    except (RuntimeError, MemoryError) as error:
        sys.exit(f"{type(error).__name__}: {error}")


def set_report(folder: Path) -> bytes:
    """RuntimeError (typst's) says what a standard forbids."""
    import typst

    made = typst.compile(
        TEMPLATES / "report.typ",
        root=TEMPLATES,
        ignore_system_fonts=True,
        package_path=folder,  # nothing is there: a template that asks for a package fails
        package_cache_path=folder,
        pdf_standards=["ua-1", "a-3a"],  # screen readers can read it; an archive, with its content attached
        timestamp=int(datetime.fromisoformat((folder / "date").read_text()).timestamp()),
        sys_inputs={name: (folder / f"{name}.json").read_text("utf-8") for name in ("paper", "content")},
    )
    if not isinstance(made, bytes):
        raise RuntimeError("typst gave no file")
    return made


def squeeze(pdf: bytes) -> bytes:
    """The same with its small objects compressed: a fifth of the size. Equal input gives equal bytes."""
    import pikepdf

    out = BytesIO()
    with pikepdf.open(BytesIO(pdf)) as opened:
        opened.save(
            out,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            deterministic_id=True,
        )
    return out.getvalue()


if __name__ == "__main__":
    main()
