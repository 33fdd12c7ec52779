"""A report is made once, whatever becomes of its workers."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.reports import make
from apps.reports.make import ATTEMPTS, make_report
from apps.reports.models import Report, ReportFile
from apps.reports.options import Options, OptionsRefused
from apps.reports.order import MOST_UNFINISHED, claim_stalled_reports, order_report
from apps.reports.queries import file_of
from apps.reports.seal import sha256_of
from apps.snapshots.models import Snapshot

CSV = Options(format="csv")  # needs no renderer


def test_an_order_becomes_a_file_with_its_hashes(harbour: Snapshot) -> None:
    report = order_report(harbour, CSV)
    make_report(report.pk)
    report.refresh_from_db()
    assert (report.state, report.error, report.holder, report.wake_at) == ("complete", "", "", None)
    data = file_of(report)
    assert data is not None
    assert (report.file_sha256, report.size) == (sha256_of(data), len(data))
    assert len(report.content_sha256) == 64
    assert report.file_name == "portolan-harbour-1-full.zip"


def test_who_comes_second_does_nothing(harbour: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    report = order_report(harbour, CSV)
    calls: list[int] = []

    def counting(content: Any) -> bytes:
        calls.append(1)
        make_report(report.pk)  # another worker, while this one works
        return b"once"

    monkeypatch.setattr(make, "as_csv_archive", counting)
    make_report(report.pk)
    make_report(report.pk)
    assert calls == [1]
    assert ReportFile.objects.count() == 1


def test_what_a_dead_worker_held_is_made_by_the_next(harbour: Snapshot) -> None:
    report = order_report(harbour, CSV)
    dead = make._take(report.pk)
    assert dead is not None
    make_report(report.pk)  # still held
    assert Report.objects.get().state == "running"
    Report.objects.update(wake_at=timezone.now() - timedelta(seconds=1))
    assert claim_stalled_reports() == [report.pk]
    assert claim_stalled_reports() == []
    make_report(report.pk)
    assert Report.objects.get().state == "complete"
    with pytest.raises(make._HoldLost):
        make.keep_file(dead, "0" * 64, b"late")
    assert file_of(report) != b"late"


def test_a_report_that_kills_its_workers_fails(harbour: Snapshot) -> None:
    report = order_report(harbour, CSV)
    Report.objects.update(state="running", attempts=ATTEMPTS, wake_at=timezone.now() - timedelta(seconds=1))
    assert claim_stalled_reports() == []
    report.refresh_from_db()
    assert report.state == "failed"
    assert "died" in report.error


def test_failures_say_why(harbour: Snapshot, monkeypatch: pytest.MonkeyPatch) -> None:
    report = order_report(harbour, Options(kind="executive"))
    monkeypatch.setattr("apps.reports.render.TIMEOUT", 0.01)
    make_report(report.pk)
    report.refresh_from_db()
    assert report.state == "failed"
    assert "was not set after" in report.error


def test_a_report_outlives_its_snapshot(harbour: Snapshot) -> None:
    done, waiting = order_report(harbour, CSV), order_report(harbour, CSV)
    make_report(done.pk)
    harbour.delete()
    done.refresh_from_db()
    assert (done.snapshot, done.snapshot_number, done.state) == (None, 1, "complete")
    make_report(waiting.pk)
    waiting.refresh_from_db()
    assert waiting.state == "failed"
    assert "removed" in waiting.error


def test_a_cluster_has_so_many_reports_at_a_time(harbour: Snapshot) -> None:
    for _ in range(MOST_UNFINISHED):
        order_report(harbour, CSV)
    with pytest.raises(OptionsRefused, match="wait for one of them"):
        order_report(harbour, CSV)
