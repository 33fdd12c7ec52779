"""Making a report: work out what it says, draw it, keep it. One worker a report; it may die at any instant.

A worker owns a report while its own random name is in the row. It owns it for `LEASE` seconds after each
step; whoever finds a report past that hands it out again, and what the old worker still writes finds another
name. Nothing is kept but in the last step, and that in one transaction.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from apps.reports.contents import tell_report
from apps.reports.models import Report, ReportFile
from apps.reports.options import Options, OptionsRefused, options_from_json
from apps.reports.render import RenderFailed, render_pdf
from apps.reports.seal import canonical, sha256_of
from apps.reports.spreadsheets import as_csv_archive, as_workbook
from apps.snapshots.coverage import storable
from apps.snapshots.models import Snapshot
from apps.snapshots.queries import NothingStored

ATTEMPTS = 3
LEASE = timedelta(seconds=360)  # longer than any step may take
STEPS = ("working out what it says", "setting the pages", "keeping the file")
_log = logging.getLogger(__name__)


class _HoldLost(Exception):
    """Another worker has the report now, or it was removed."""


def make_report(report_id: int) -> None:
    """Makes an ordered report; its row says how that goes and ends. Does nothing if it is over or held."""
    report = _take(report_id)
    if report is None:
        return
    try:
        _make(report)
    except _HoldLost:
        _log.warning("report %s is no longer held by this worker; its work is dropped", report_id)


def draw_report(snapshot: Snapshot, options: Options) -> tuple[str, bytes]:
    """The sha256 of the content, and the file. Raises OptionsRefused, NothingStored and RenderFailed."""
    return _draw(snapshot, options, lambda step: None)


def _make(report: Report) -> None:
    try:
        if report.snapshot is None:
            raise OptionsRefused("snapshot", "its snapshot was removed before the report was made")
        content_sha256, data = _draw(
            report.snapshot, options_from_json(report.options), lambda step: _step(report, step)
        )
        _step(report, STEPS[2])
        keep_file(report, content_sha256, data)
    except _HoldLost:
        raise
    except (OptionsRefused, NothingStored, RenderFailed) as failure:
        _fail(report, str(failure))
    except Exception as error:
        _fail(report, f"Internal error: {type(error).__name__}: {error}. The worker's log has the details.")
        raise


def keep_file(report: Report, content_sha256: str, data: bytes) -> None:
    """Ends a report that this worker holds. All of it is stored, or nothing."""
    with transaction.atomic():
        _update(
            report,
            state=Report.State.COMPLETE,
            step="",
            error="",
            holder="",
            wake_at=None,
            finished=timezone.now(),
            content_sha256=content_sha256,
            file_sha256=sha256_of(data),
            size=len(data),
        )
        ReportFile.objects.update_or_create(report=report, defaults={"data": data})


def _draw(snapshot: Snapshot, options: Options, tell: Callable[[str], None]) -> tuple[str, bytes]:
    tell(STEPS[0])
    content = tell_report(snapshot, options)
    content_sha256 = sha256_of(canonical(content).encode())
    tell(STEPS[1])
    if options.format == "pdf":
        return content_sha256, render_pdf(content, paper=options.paper, address=_address_of(snapshot))
    form = as_workbook if options.format == "xlsx" else as_csv_archive
    return content_sha256, form(content)


def _address_of(snapshot: Snapshot) -> str:
    """Empty where nobody said under which name people open Portolan."""
    return (
        settings.PUBLIC_URL and f"{settings.PUBLIC_URL}/c/{snapshot.cluster.slug}/snapshots/{snapshot.number}"
    )


def _take(report_id: int) -> Report | None:
    """Owns a report that waits, or whose owner died. None: somebody has it, or it is over."""
    now, holder = timezone.now(), uuid.uuid4().hex
    free = Q(state=Report.State.QUEUED) | Q(state=Report.State.RUNNING, wake_at__lte=now)
    taken = Report.objects.filter(free, pk=report_id, attempts__lt=ATTEMPTS).update(
        state=Report.State.RUNNING,
        holder=holder,
        wake_at=_lease_end(),
        attempts=F("attempts") + 1,
        started=now,
        step="",
        error="",
    )
    found = Report.objects.select_related("cluster", "snapshot__cluster").filter(holder=holder)
    return found.get(pk=report_id) if taken else None


def _step(report: Report, step: str) -> None:
    _update(report, step=step, wake_at=_lease_end())


def _fail(report: Report, message: str) -> None:
    """What the data or the options make impossible stays impossible: there is no second attempt."""
    _update(
        report,
        state=Report.State.FAILED,
        step="",
        holder="",
        wake_at=None,
        error=storable(message),
        finished=timezone.now(),
    )


def _update(report: Report, **values: object) -> None:
    if not Report.objects.filter(pk=report.pk, holder=report.holder).update(**values):
        raise _HoldLost


def _lease_end() -> datetime:
    return timezone.now() + LEASE
