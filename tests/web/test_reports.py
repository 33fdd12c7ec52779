"""The pages of reports."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from apps.reports.make import make_report
from apps.reports.models import Report, Schedule
from apps.snapshots.models import Snapshot

pytestmark = pytest.mark.django_db
LIST = "/c/quay/reports/"
NEW = "/c/quay/s/1/reports/new"
FORM = {"kind": "executive", "format": "csv", "paper": "a4", "namespaces": "", "guardrail": "", "against": ""}


def page_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def test_three_clicks_from_the_map(visitor: Client, quay: Snapshot) -> None:
    """Export, New report from this view, Make the report."""
    page = page_of(visitor, "/c/quay/s/1/map?to=payments/db")
    assert f'href="{NEW}?focus=payments/db"' in page
    assert 'value="payments"' in page_of(visitor, f"{NEW}?focus=payments/db")
    answer = visitor.post(NEW, FORM | {"namespaces": "payments"})
    report = Report.objects.get()
    assert answer.headers["Location"] == f"{LIST}{report.pk}"
    assert (report.options["namespaces"], report.by) == (["payments"], "reviewer")


def test_a_report_is_followed_and_downloaded(visitor: Client, quay: Snapshot) -> None:
    assert "No report yet." in page_of(visitor, LIST)
    visitor.post(NEW, FORM)
    report = Report.objects.get()
    address = f"{LIST}{report.pk}"
    waiting = page_of(visitor, f"{address}?fragment=1")
    assert f'data-poll="{address}?fragment=1"' in waiting
    assert "waiting for a worker" in waiting
    page_of(visitor, f"{address}/file", 404)
    make_report(report.pk)
    done = page_of(visitor, address)
    assert "data-poll" not in done
    assert f'href="{address}/file"' in done
    file = visitor.get(f"{address}/file")
    assert file.content[:2] == b"PK"
    assert file.headers["Content-Disposition"] == 'attachment; filename="portolan-quay-1-executive.zip"'
    assert "complete" in page_of(visitor, LIST)


def test_a_failed_report_says_why_and_what_to_do(visitor: Client, quay: Snapshot) -> None:
    visitor.post(NEW, FORM)
    Report.objects.update(state="failed", error="<b>The PDF could not be set</b>")
    page = page_of(visitor, f"{LIST}{Report.objects.get().pk}")
    assert "&lt;b&gt;The PDF could not be set" in page
    assert f'href="{NEW}"' in page


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"namespaces": "atlantis"}, "there is no namespace"),
        ({"against": "1"}, "must be a snapshot before 1"),
        ({"against": "many"}, "Enter a whole number"),
        ({"kind": "long"}, "Select a valid choice"),
        ({"guardrail": "none"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_stands_at_its_field(
    visitor: Client, quay: Snapshot, given: dict[str, Any], says: str
) -> None:
    answer = visitor.post(NEW, FORM | given)
    assert answer.status_code == 200
    page = answer.content.decode()
    (field,) = given
    assert says in page[page.index(f'id="id_{field}_error"') :][:300]
    assert Report.objects.count() == 0


def test_only_administrators_let_reports_come_again(
    visitor: Client, administrator: Client, quay: Snapshot
) -> None:
    form = {f"again-{name}": value for name, value in (FORM | {"every": "month"}).items()}
    assert visitor.post(LIST, form).status_code == 403
    assert administrator.post(LIST, form).status_code == 302
    schedule = Schedule.objects.get()
    assert "Month" in page_of(visitor, LIST)
    end = f"{LIST}again/{schedule.pk}/end"
    assert end not in page_of(visitor, LIST)
    assert visitor.post(end).status_code == 403
    assert administrator.get(end).status_code == 405
    assert administrator.post(end).status_code == 302
    assert Schedule.objects.count() == 0


def test_wrong_namespaces_of_a_schedule_stand_at_their_field(administrator: Client, quay: Snapshot) -> None:
    form = {f"again-{name}": value for name, value in (FORM | {"every": "month"}).items()}
    page = administrator.post(LIST, form | {"again-namespaces": "atlantis"}).content.decode()
    assert "there is no namespace" in page
    assert "<details open>" in page


def test_pages_need_a_login_and_a_known_name(client: Client, visitor: Client, quay: Snapshot) -> None:
    page_of(visitor, "/c/nowhere/reports/", 404)
    page_of(visitor, f"{LIST}99", 404)
    page_of(visitor, "/c/quay/s/9/reports/new", 404)
    client.logout()
    for address in (LIST, NEW, f"{LIST}1", f"{LIST}1/file"):
        assert client.get(address).status_code == 302
