"""`manage.py report` makes a report and knows it again."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pikepdf
import pytest
from django.core.management import call_command
from django.utils import timezone

from apps.reports.models import Report
from apps.snapshots.models import Snapshot


def run(*arguments: str, status: int = 0) -> str:
    out, err = StringIO(), StringIO()
    ended = 0
    try:
        call_command("report", *arguments, stdout=out, stderr=err)
    except SystemExit as end:
        ended = int(end.code or 0)
    assert ended == status, (out.getvalue(), err.getvalue())
    return out.getvalue() + err.getvalue()


def test_made_twice_the_content_hash_is_the_same(harbour: Snapshot, tmp_path: Path) -> None:
    files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
    said = [run("harbour", "--kind", "executive", "-o", str(file)) for file in files]
    hashes = [re.findall(r"sha256 ([0-9a-f]{64})", each) for each in said]
    assert hashes[0] == hashes[1]
    assert len(hashes[0]) == 2
    assert files[0].read_bytes() == files[1].read_bytes()
    assert set(Report.objects.values_list("state", "by")) == {("complete", "command line")}


def test_verify_knows_its_own_and_no_other(harbour: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "report.pdf"
    today = f"{timezone.now():%Y-%m-%d}"
    run("harbour", "--kind", "executive", "--snapshot", "1", "-o", str(file))
    said = run("--verify", str(file))
    assert said.startswith("Made by this server: report")
    days = {today, f"{timezone.now():%Y-%m-%d}"}  # it may be midnight
    assert any(f"first asked for by command line on {day}" in said for day in days)
    changed = tmp_path / "changed.pdf"
    with pikepdf.open(file) as pdf:
        del pdf.pages[1]
        pdf.save(changed)
    assert "it differs, though the content attached" in run("--verify", str(changed), status=1)
    Report.objects.all().delete()
    assert "neither the file nor its content is known" in run("--verify", str(file), status=1)
    other = tmp_path / "other.txt"
    other.write_text("no report")
    assert "carries no content" in run("--verify", str(other), status=1)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["nowhere"], "CLUSTER: there is no cluster 'nowhere'"),
        ([], "CLUSTER: name a cluster"),
        (["harbour", "--snapshot", "9"], "--snapshot: harbour has no finished snapshot 9"),
        (["harbour", "--namespace", "atlantis"], "--namespace: there is no namespace 'atlantis'"),
        (["harbour", "--against", "4"], "--against: there is no finished snapshot 4"),
        (["harbour", "--guardrail", "none"], "--guardrail: there is no guardrail 'none'"),
        (["--verify", "/no/such/file"], "--verify:"),
    ],
)
def test_bad_input_is_named(harbour: Snapshot, arguments: list[str], says: str) -> None:
    assert says in run(*arguments, status=2)
    assert Report.objects.count() == 0


def test_spreadsheets_too(harbour: Snapshot, tmp_path: Path) -> None:
    file = tmp_path / "edges.xlsx"
    run("harbour", "--format", "xlsx", "--namespace", "shop", "-o", str(file))
    assert file.read_bytes()[:2] == b"PK"
