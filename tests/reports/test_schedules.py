"""Reports that come again, and their mail."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from apps.reports.mail import mail_report, unmailed_reports
from apps.reports.make import make_report
from apps.reports.models import Report, Schedule
from apps.reports.options import Options, OptionsRefused
from apps.reports.order import add_schedule, claim_due_schedules, next_due, order_scheduled
from apps.reports.tasks import enqueue_due_reports
from apps.snapshots.models import Cluster, Snapshot
from tests.reachability.stored import store_harbour_again
from tests.reports.made import text_of

CSV = Options(format="csv")


@pytest.fixture(autouse=True)
def mail_server(settings: Any) -> None:
    settings.EMAIL_URL = "smtp://mail.example.org"


def due(harbour: Snapshot, *recipients: str, options: Options = CSV) -> Schedule:
    first = timezone.now() - timedelta(minutes=1)
    return add_schedule(harbour.cluster, options, every="month", recipients=list(recipients), first=first)


def test_what_is_due_is_ordered_once(harbour: Snapshot) -> None:
    schedule = due(harbour)
    enqueue_due_reports()
    enqueue_due_reports()
    report = Report.objects.get()
    assert (report.schedule, report.snapshot, report.options["format"]) == (schedule, harbour, "csv")
    schedule.refresh_from_db()
    assert timedelta(days=27) < schedule.next_due - timezone.now() < timedelta(days=32)


def test_what_comes_again_is_made_of_the_latest_snapshot_and_says_so(harbour: Snapshot) -> None:
    schedule = due(harbour, "ann@example.org", options=Options(kind="executive"))
    store_harbour_again(harbour.cluster)
    report = order_scheduled(schedule)
    assert report is not None
    make_report(report.pk)
    mail_report(report.pk)
    (message,) = mail.outbox
    assert message.subject == "Network reach review of Harbour, snapshot 2"
    ((name, data, _),) = message.attachments
    assert name == "portolan-harbour-2-executive.pdf"
    assert "Snapshot #2, complete" in text_of(data)


def test_two_schedulers_do_no_harm(harbour: Snapshot) -> None:
    due(harbour)
    assert len(claim_due_schedules()) == 1
    assert claim_due_schedules() == []


def test_a_year_of_neglect_is_one_report(harbour: Snapshot) -> None:
    schedule = due(harbour)
    Schedule.objects.update(next_due=timezone.now() - timedelta(days=365))
    assert claim_due_schedules() == [schedule]
    assert claim_due_schedules() == []


@pytest.mark.parametrize(
    ("after", "every", "then"),
    [
        ((2026, 1, 31), "month", (2026, 2, 28)),
        ((2028, 1, 31), "month", (2028, 2, 29)),
        ((2026, 12, 5), "month", (2027, 1, 5)),
        ((2026, 12, 28), "week", (2027, 1, 4)),
        ((2026, 2, 28), "day", (2026, 3, 1)),
    ],
)
def test_next_due(after: tuple[int, int, int], every: str, then: tuple[int, int, int]) -> None:
    assert next_due(datetime(*after, 9, tzinfo=UTC), every) == datetime(*then, 9, tzinfo=UTC)


def test_what_can_no_longer_be_ordered_is_a_failed_report(harbour: Snapshot) -> None:
    schedule = due(harbour)
    schedule.options["namespaces"] = ["gone"]
    report = order_scheduled(schedule)
    assert report is not None
    assert (report.state, report.is_unfinished) == ("failed", False)
    assert "'gone'" in report.error


def test_wrong_schedules_are_refused_by_their_field(harbour: Snapshot, manifests_cluster: Cluster) -> None:
    def field(cluster: Cluster, options: Options = CSV, every: str = "week", *recipients: str) -> str:
        with pytest.raises(OptionsRefused) as refused:
            add_schedule(cluster, options, every=every, recipients=list(recipients))
        return refused.value.field

    assert field(manifests_cluster) == "cluster"
    assert field(harbour.cluster, Options(against=1)) == "against"
    assert field(harbour.cluster, Options(kind="x")) == "kind"
    assert field(harbour.cluster, CSV, "year") == "every"
    assert field(harbour.cluster, CSV, "week", "nobody") == "recipients"
    assert field(harbour.cluster, CSV, "week", *(f"a{n}@example.org" for n in range(21))) == "recipients"


def test_a_report_is_mailed_once(harbour: Snapshot) -> None:
    report = order_scheduled(due(harbour, "ann@example.org", "bob@example.org"))
    assert report is not None
    mail_report(report.pk)  # not made yet
    assert mail.outbox == []
    make_report(report.pk)
    mail_report(report.pk)
    mail_report(report.pk)
    (message,) = mail.outbox
    assert message.bcc == ["ann@example.org", "bob@example.org"]
    assert message.to == []
    ((name, data, _),) = message.attachments
    report.refresh_from_db()
    assert (name, len(data)) == ("portolan-harbour-1-full.zip", report.size)
    assert report.mailed is not None
    assert report.file_sha256 in message.body


def test_a_name_of_two_lines_is_no_header(harbour: Snapshot) -> None:
    Cluster.objects.update(name="Harbour\r\nBcc: eve@example.org")
    report = order_scheduled(due(harbour, "ann@example.org"))
    assert report is not None
    make_report(report.pk)
    mail_report(report.pk)
    (message,) = mail.outbox
    assert message.message()["Subject"].endswith("Harbour Bcc: eve@example.org, snapshot 1")


def test_a_mail_that_fails_is_tried_again(harbour: Snapshot, settings: Any) -> None:
    report = order_scheduled(due(harbour, "ann@example.org"))
    assert report is not None
    make_report(report.pk)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    mail_report(report.pk)
    report.refresh_from_db()
    assert report.mailed is None
    assert "refused" in report.mail_error
    assert unmailed_reports() == []
    Report.objects.update(wake_at=timezone.now() - timedelta(seconds=1))
    assert unmailed_reports() == [report.pk]


def test_nobody_asked_for_a_mail(harbour: Snapshot) -> None:
    report = order_scheduled(due(harbour))
    assert report is not None
    make_report(report.pk)
    mail_report(report.pk)
    assert mail.outbox == []


def test_without_a_mail_server_nobody_is_promised_a_mail(harbour: Snapshot, settings: Any) -> None:
    settings.EMAIL_URL = ""
    with pytest.raises(OptionsRefused, match="EMAIL_URL"):
        due(harbour, "ann@example.org")
