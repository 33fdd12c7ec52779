"""The PDF: what it says, and that archives and screen readers can use it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from django.conf import settings
from pypdf import PdfReader

from apps.reachability.queries import load_reach
from apps.reports.contents import tell_report
from apps.reports.options import Options
from apps.reports.paper.words import VERDICTS
from apps.reports.render import render_pdf
from apps.reports.seal import canonical, sha256_of
from apps.snapshots.models import Snapshot
from tests.reports.made import make_pdf, text_of

VERAPDF = Path(__file__).with_name("verapdf")


@pytest.fixture
def full(harbour: Snapshot) -> bytes:
    return make_pdf(harbour)


@pytest.mark.parametrize(("cluster", "edges"), [("harbour", 20), ("sample", 574)])
def test_every_edge_stands_in_the_text_with_its_verdict(
    db: None, cluster: str, edges: int, request: pytest.FixtureRequest
) -> None:
    snapshot: Snapshot = request.getfixturevalue(cluster)
    text = text_of(make_pdf(snapshot))
    folded: dict[tuple[str, str], list[str]] = {}
    count = 0
    for edge in load_reach(snapshot).edges():
        count += 1
        where, word = f"{edge.target} {edge.port}/{edge.protocol}", VERDICTS[edge.verdict]
        if edge.verdict in {"denied", "empty"}:
            folded.setdefault((where, word), []).append(edge.source)
            continue
        pairs = {"partial": f"{edge.allowed_pairs} of {edge.pairs}", "unknown": ""}.get(edge.verdict, "all")
        assert re.search(rf"{re.escape(f'{where} {edge.source} {word}')} {pairs}", text), edge
    solid = text.replace(" ", "")  # a line may end within a name
    for (where, word), sources in folded.items():
        assert f"{where}{','.join(sources)}{word}".replace(" ", "") in solid, (where, word)
    assert count >= edges


def test_content_is_attached_to_the_byte_and_its_hash_printed(harbour: Snapshot, full: bytes) -> None:
    content = canonical(tell_report(harbour, Options())).encode()
    with pikepdf.open(BytesIO(full)) as pdf:
        attached = pdf.attachments["content.json"]
        assert attached.get_file().read_bytes() == content
        assert attached.relationship == pikepdf.Name.Data
    assert sha256_of(content) in text_of(full).replace(" ", "")


def test_every_page_names_the_input_and_the_engine(harbour: Snapshot, full: bytes) -> None:
    engine = tell_report(harbour, Options())["cover"]["engine"]
    pages = PdfReader(BytesIO(full)).pages
    for number, page in enumerate(pages, 1):
        text = page.extract_text().replace("\u200b", "").replace("\n", " ")
        assert harbour.digest in text
        assert engine in text
        assert f"Page {number} of {len(pages)}" in text


def test_structure_for_archives_and_screen_readers(full: bytes) -> None:
    with pikepdf.open(BytesIO(full)) as pdf:
        root = pdf.Root
        assert bool(root.MarkInfo.Marked)
        assert str(root.Lang) == "en"
        assert bool(root.ViewerPreferences.DisplayDocTitle)
        kinds = _kinds(root.StructTreeRoot)
        assert {"/Title", "/H1", "/H2", "/Table", "/TH", "/TD", "/Figure", "/Link", "/TOC", "/L"} <= kinds
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Network reach review of Harbour"
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "A")
            assert metadata["pdfuaid:part"] == "1"


def test_figures_have_words_for_those_who_do_not_see_them(full: bytes) -> None:
    with pikepdf.open(BytesIO(full)) as pdf:
        figures = [each for each in _walk(pdf.Root.StructTreeRoot) if each.get("/S") == "/Figure"]
        said = [str(figure.Alt) for figure in figures]
    assert len(said) >= 2
    assert any(text.startswith("Matrix of 6 by 6 cells") for text in said)


def test_outline_leads_to_every_section(full: bytes) -> None:
    reader = PdfReader(BytesIO(full))
    titles = {entry.title: reader.get_destination_page_number(entry) for entry in _flat(reader.outline)}
    wanted = ["Summary", "Changes", "Reach matrix", "Findings", "Accepted exceptions", "Guardrails"]
    wanted += ["Namespaces", "Edges", "Method and limits", "Evidence", "Sign-off"]
    assert [title for title in titles if title in wanted] == wanted
    for title in wanted:
        page = reader.pages[titles[title] or 0]
        assert title in page.extract_text().replace("\u200b", "")


def test_links_inside_lead_to_pages(full: bytes) -> None:
    links = [
        note.get_object()
        for page in PdfReader(BytesIO(full)).pages
        for note in page.get("/Annots", ())
        if note.get_object()["/Subtype"] == "/Link"
    ]
    assert len(links) > 10
    assert all("/URI" not in link.get("/A", {}) for link in links)


@pytest.mark.parametrize(("paper", "size"), [("a4", (595, 842)), ("letter", (612, 792))])
def test_executive_has_three_pages_of_either_size(
    harbour: Snapshot, paper: str, size: tuple[int, int]
) -> None:
    pages = PdfReader(BytesIO(make_pdf(harbour, kind="executive", paper=paper))).pages
    assert len(pages) == 3
    assert (round(pages[0].mediabox.width), round(pages[0].mediabox.height)) == size


def test_executive_has_three_pages_however_much_there_is_to_say(harbour: Snapshot) -> None:
    content = tell_report(harbour, Options(kind="executive"))
    long = "a long sentence, of which there are many, about something in the cluster; " * 10
    finding = content["findings"]["findings"][0]
    content["findings"]["findings"] = [finding | {"message": long, "advice": long}] * 60
    exception = {"what": long, "reason": long, "owner": "ann", "expires": None, "state": "active"}
    content["exceptions"] = [exception] * 60
    counts = {"checked": 10**6, "broken_count": 10**5, "unknown_count": 10**4}
    content["guardrails"] = [{"name": "n" * 63, "outcome": "broken", "shown_by": long, **counts}] * 60
    content["summary"]["guardrails"]["broken"] = 60
    counted = {"opened": 10**6, "closed": 10**6, "changed": 10**6}
    causes = [{"sentence": long, **counted}] * 60
    content["changes"] = {
        "against": 1,
        "counts": counted,
        "notes": [],
        "edges": [],
        "dns_broken": [],
        "causes": causes,
        "cause_count": 60,
    }
    content["summary"]["changes"] = counted
    entry = {"kind": "K" * 60, "reason": long[:200], "count": 99, "objects": ["o" * 200] * 20}
    content["cover"]["not_evaluated"] = [entry] * 60
    assert len(PdfReader(BytesIO(render_pdf(content, paper="letter"))).pages) == 3


def test_equal_reports_are_equal_to_the_byte(harbour: Snapshot) -> None:
    first, second = (make_pdf(harbour, kind="executive") for _ in range(2))
    assert first == second


def test_verapdf_finds_nothing(full: bytes, tmp_path: Path) -> None:
    libraries = _install_verapdf()
    file = tmp_path / "report.pdf"
    file.write_bytes(full)
    command = ["java", "-cp", f"{libraries}/*", str(VERAPDF / "Check.java"), str(file), "3a,ua1"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stdout
    assert "3a holds" in done.stdout
    assert "ua1 holds" in done.stdout


def test_the_parts_of_a_report_are_json(full: bytes) -> None:
    with pikepdf.open(BytesIO(full)) as pdf:
        content = json.loads(pdf.attachments["content.json"].get_file().read_bytes())
    assert content["format"] == 2
    assert content["cover"]["cluster"] == {"slug": "harbour", "name": "Harbour"}


def _install_verapdf() -> Path:
    """veraPDF's libraries; fetched once, and kept beside the other things that development needs."""
    if not (shutil.which("mvn") and shutil.which("javac")):
        pytest.skip("needs Maven and a JDK, for veraPDF")
    libraries: Path = settings.BASE_DIR / ".verapdf"
    if not (libraries / "complete").exists():
        goal = ["dependency:copy-dependencies", f"-DoutputDirectory={libraries}"]
        subprocess.run(["mvn", "-q", "-B", "-f", str(VERAPDF / "pom.xml"), *goal], timeout=600, check=True)
        (libraries / "complete").touch()
    return libraries


def _kinds(root: pikepdf.Object) -> set[str]:
    return {str(each.get("/S")) for each in _walk(root)}


def _walk(node: pikepdf.Object) -> list[pikepdf.Dictionary]:
    found, waiting = [], [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, pikepdf.Array):
            waiting += list(each)
        elif isinstance(each, pikepdf.Dictionary):
            found.append(each)
            if "/K" in each:
                waiting.append(each.K)
    return found


def _flat(outline: list[Any]) -> list[Any]:
    return [leaf for entry in outline for leaf in (_flat(entry) if isinstance(entry, list) else [entry])]
