"""Scheduled reports by e-mail, through Django's e-mail settings. A mail may come twice, never half."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta

from django.core.mail import EmailMessage
from django.utils import timezone

from apps.reports.models import Report

LARGEST = 15 * 1024 * 1024  # bytes of an attachment; a larger report is only announced
# While one worker mails, the others leave the report alone; a worker that died is followed after it.
_CLAIM = timedelta(minutes=5)
_TRY_FOR = timedelta(days=1)
_log = logging.getLogger(__name__)


def mail_report(report_id: int) -> None:
    """Sends a complete report to its recipients, once; a failure is kept in its row and tried again."""
    report = _claim(report_id)
    if report is None:
        return
    try:
        _message(report).send()
    except (OSError, smtplib.SMTPException) as error:
        _log.warning("report %s could not be mailed", report.pk, exc_info=True)
        Report.objects.filter(pk=report.pk).update(mail_error=f"{type(error).__name__}: {error}"[:500])
        return
    Report.objects.filter(pk=report.pk).update(mailed=timezone.now(), mail_error="", wake_at=None)


def unmailed_reports() -> list[int]:
    """Complete reports whose mail is due, again."""
    now = timezone.now()
    found = Report.objects.filter(
        state=Report.State.COMPLETE, mailed=None, wake_at__lte=now, finished__gte=now - _TRY_FOR
    )
    return list(found.values_list("pk", flat=True)[:100])


def _claim(report_id: int) -> Report | None:
    now = timezone.now()
    free = Report.objects.filter(pk=report_id, state=Report.State.COMPLETE, mailed=None).exclude(
        recipients=[]
    )
    taken = free.exclude(wake_at__gt=now).update(wake_at=now + _CLAIM)
    found = Report.objects.select_related("cluster", "file")
    return found.get(pk=report_id) if taken else None


def _message(report: Report) -> EmailMessage:
    called = " ".join(report.cluster.name.split())  # in one line, as a subject must be
    name = f"{called}, snapshot {report.snapshot_number}"
    data = bytes(report.file.data)
    body = f"The network reach review of {name} is ready.\n\nsha256 of the file: {report.file_sha256}\n"
    message = EmailMessage(subject=f"Network reach review of {name}", bcc=report.recipients)
    if len(data) <= LARGEST:
        message.attach(report.file_name, data)
    else:
        body += "It is too large for a mail; it is on the page of reports.\n"
    message.body = body
    return message
