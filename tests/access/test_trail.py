"""The audit trail as a page, as a file, and moved out of the database."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from errno import ENOSPC
from hashlib import sha256
from os import strerror
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from django.http import StreamingHttpResponse
from django.test import Client

from apps.access.models import AuditEntry, Role
from apps.access.roles import give_role


@pytest.fixture
def administrator(reviewer: User, client: Client) -> Client:
    give_role(reviewer, Role.ADMINISTRATOR)
    client.force_login(reviewer)
    return client


def record(path: str, at: datetime = datetime(2026, 3, 1, 12, tzinfo=UTC), who: str = "jo") -> None:
    AuditEntry.objects.create(who=who, action="read", method="GET", path=path, status=200, at=at)


@pytest.fixture
def march(db: None) -> None:
    for day, hour in ((1, 0), (2, 23), (3, 0)):
        record(f"/{day}", datetime(2026, 3, day, hour, 59, tzinfo=UTC))


def paths() -> list[str]:
    return [row.path for row in AuditEntry.objects.order_by("pk")]


def test_the_trail_is_filtered_and_paged(administrator: Client, db: None) -> None:
    for number in range(150):
        record(f"/{number}?<script>")
    record("/sign", who="ann")

    page = administrator.get("/audit/?who=jo").content.decode()
    assert "/149?&lt;script&gt;" in page
    assert "/sign" not in page
    assert "/49?" not in page
    assert "Nothing that passes the filter" in administrator.get("/audit/?who=nobody").content.decode()
    older = re.search(r'href="\?([^"]+)">Older', page)
    assert older
    assert "/49?" in administrator.get(f"/audit/?{older[1].replace('&amp;', '&')}").content.decode()


@pytest.mark.parametrize(
    ("asked", "kept"),
    [
        ("since=2026-03-02", ["/2", "/3"]),
        ("until=2026-03-02", ["/1", "/2"]),
        ("since=2026-03-02&until=2026-03-02&action=read&who=jo&cluster=", ["/2"]),
        ("until=9999-12-31&who=jo", ["/1", "/2", "/3"]),
    ],
)
def test_days_are_whole_ones_in_utc(administrator: Client, march: None, asked: str, kept: list[str]) -> None:
    rows = list(csv.DictReader(saved(administrator, asked)))
    assert [row["path"] for row in rows if row["who"] == "jo"][::-1] == kept


def saved(administrator: Client, asked: str = "") -> Iterator[str]:
    answer = administrator.get(f"/audit/trail.csv?{asked}")
    assert isinstance(answer, StreamingHttpResponse)
    return iter(b"".join(answer).decode().splitlines())


def test_the_whole_trail_is_saved_and_that_is_recorded(administrator: Client) -> None:
    for number in range(2500):
        record(f"/{number}", who="=1+1")

    rows = list(csv.DictReader(saved(administrator, "who=%3D1%2B1")))

    assert [row["path"] for row in rows] == [f"/{number}" for number in reversed(range(2500))]
    assert rows[0]["who"] == "'=1+1"
    last = AuditEntry.objects.latest("pk")
    assert last.detail is None
    assert (last.action, last.path) == ("export", "/audit/trail.csv?who=%3D1%2B1")


def test_what_a_change_said_is_told(administrator: Client, reviewer: User) -> None:
    jo = User.objects.create_user("jo<b>")
    administrator.post(f"/people/{jo.pk}", {"role": "administrator", "active": "", "scopes": ""})

    page = administrator.get("/audit/?action=change").content.decode()
    for told in ("person: jo&lt;b&gt;", "role: viewer → administrator", "may log in: yes → no"):
        assert told in page
    (row,) = csv.DictReader(saved(administrator, "action=change"))
    assert json.loads(row["detail"]) == AuditEntry.objects.get(action="change").detail


@pytest.mark.parametrize("page", ["/audit/", "/audit/trail.csv"])
@pytest.mark.parametrize("asked", ["since=yesterday", "action=sing", "until=2026-02-30", "who=%00"])
def test_what_cannot_be_asked_is_told(administrator: Client, page: str, asked: str) -> None:
    answer = administrator.get(f"{page}?{asked}")
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()


def test_old_rows_move_into_a_file(march: None, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "trail.jsonl"

    call_command("archive_trail", str(file), "--before", "2026-03-03")

    assert [json.loads(line)["path"] for line in file.read_text().splitlines()] == ["/1", "/2"]
    assert file.stat().st_mode & 0o777 == 0o600
    digest = sha256(file.read_bytes()).hexdigest()
    assert f"2 rows are in {file} now (SHA-256 {digest})" in capsys.readouterr().out
    assert paths() == ["/3", f"archive_trail: 2 rows from before 2026-03-03, SHA-256 {digest}"]
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.all().delete()


@pytest.mark.parametrize(
    ("day", "told"),
    [("2999-01-01", "must be a day that is over"), ("march", "must look like 2026-01-31, not 'march'")],
)
def test_a_day_to_come_is_refused(march: None, tmp_path: Path, day: str, told: str) -> None:
    with pytest.raises(CommandError, match=f"--before: {told}"):
        call_command("archive_trail", str(tmp_path / "trail.jsonl"), "--before", day)
    assert paths() == ["/1", "/2", "/3"]


def test_no_file_is_written_over(march: None, tmp_path: Path) -> None:
    file = tmp_path / "trail.jsonl"
    file.write_text("mine")
    with pytest.raises(CommandError, match="File exists; nothing was taken out of the trail"):
        call_command("archive_trail", str(file), "--before", "2026-03-03")
    assert paths() == ["/1", "/2", "/3"]
    assert file.read_text() == "mine"


def test_a_disk_that_is_full_leaves_the_trail_as_it_was(
    march: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(descriptor: int) -> None:
        raise OSError(ENOSPC, strerror(ENOSPC))

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(CommandError, match="No space left on device; nothing was taken out"):
        call_command("archive_trail", str(tmp_path / "trail.jsonl"), "--before", "2026-03-03")
    assert paths() == ["/1", "/2", "/3"]
    assert list(tmp_path.iterdir()) == []
