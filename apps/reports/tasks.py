"""What the worker does for reports. Messages carry ids only, and may come twice, late or never."""

from __future__ import annotations

import logging
from functools import partial

from celery import shared_task
from django.contrib.auth.models import User
from django.db import transaction
from kombu.exceptions import OperationalError

from apps.reports.mail import mail_report, unmailed_reports
from apps.reports.make import make_report
from apps.reports.models import Report
from apps.reports.options import Options
from apps.reports.order import (
    claim_due_schedules,
    claim_stalled_reports,
    order_report,
    order_scheduled,
)
from apps.snapshots.models import Snapshot

_log = logging.getLogger(__name__)


@shared_task
def take_report(report_id: int) -> None:
    make_report(report_id)
    mail_report(report_id)


@shared_task
def enqueue_due_reports() -> None:
    """The scheduler's tick: orders what is due, and sends again what nobody works on or mailed."""
    for schedule in claim_due_schedules():
        report = order_scheduled(schedule)
        if report and report.is_unfinished:
            _send(report.pk)
    for report_id in [*claim_stalled_reports(), *unmailed_reports()]:
        _send(report_id)


def request_report(snapshot: Snapshot, options: Options, user: User | None) -> Report:
    """A new report, sent to a worker when the transaction ends. Raises OptionsRefused and NothingStored."""
    report = order_report(snapshot, options, user=user)
    transaction.on_commit(partial(_send, report.pk))
    return report


def _send(report_id: int) -> None:
    try:
        take_report.delay(report_id)
    except OperationalError:
        # The row is the order; the scheduler sends it again when the broker is back.
        _log.warning("report %s: no broker to send it to", report_id, exc_info=True)
