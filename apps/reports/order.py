"""Orders: a report asked for now, and orders that come again."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from apps.reports.contents.basis import lay_basis
from apps.reports.make import ATTEMPTS
from apps.reports.models import Report, Schedule
from apps.reports.options import Options, OptionsRefused, check_options, options_from_json
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import latest_complete

MOST_UNFINISHED = 10  # of one cluster at a time
MOST_RECIPIENTS = 20
# A waiting report that no worker took for so long is sent again: its message may be lost.
SEND_AGAIN = timedelta(seconds=60)


def order_report(
    snapshot: Snapshot,
    options: Options,
    *,
    user: User | None = None,
    schedule: Schedule | None = None,
) -> Report:
    """A new report that waits for a worker. Raises OptionsRefused, and NothingStored without answers."""
    checked = check_options(snapshot, options)
    if checked.guardrail:
        lay_basis(snapshot, checked)  # it refuses a guardrail that is not there
    with transaction.atomic():
        Cluster.objects.select_for_update().get(pk=snapshot.cluster_id)
        waiting = Report.objects.filter(cluster=snapshot.cluster_id, state__in=Report.UNFINISHED).count()
        if waiting >= MOST_UNFINISHED:
            raise OptionsRefused(
                "", f"{waiting} reports of this cluster are being made; wait for one of them"
            )
        return Report.objects.create(
            cluster=snapshot.cluster,
            snapshot=snapshot,
            snapshot_number=snapshot.number,
            schedule=schedule,
            options=checked.as_json(),
            by=user.get_username()[:150] if user else "",
            user=user,
            recipients=schedule.recipients if schedule else [],
            wake_at=timezone.now() + SEND_AGAIN,
        )


def add_schedule(
    cluster: Cluster, options: Options, *, every: str, recipients: list[str], first: datetime | None = None
) -> Schedule:
    """An order that comes again, first a period from now. Raises OptionsRefused.

    Its options are checked on the latest snapshot; `against` is always the last signed review."""
    snapshot = latest_complete(cluster)
    if snapshot is None:
        raise OptionsRefused("cluster", "has no finished snapshot yet")
    if options.against is not None:
        raise OptionsRefused("against", "a report that comes again compares with the last signed review")
    if every not in Schedule.Every.values:
        raise OptionsRefused("every", f"must be one of {', '.join(Schedule.Every.values)}")
    checked = check_options(snapshot, options)
    due = first or next_due(timezone.now(), every)
    return Schedule.objects.create(
        cluster=cluster,
        options=checked.as_json(),
        every=every,
        recipients=_checked_recipients(recipients),
        next_due=due,
    )


def next_due(after: datetime, every: str) -> datetime:
    """A period later; a month later is the same day, or the last that the next month has."""
    if every == Schedule.Every.DAY:
        return after + timedelta(days=1)
    if every == Schedule.Every.WEEK:
        return after + timedelta(weeks=1)
    first = (after.replace(day=1) + timedelta(days=32)).replace(day=1)
    last = ((first + timedelta(days=32)).replace(day=1) - timedelta(days=1)).day
    return first.replace(day=min(after.day, last))


def claim_due_schedules() -> list[Schedule]:
    """Schedules whose time has come; each is given to one caller only, and gets its next time."""
    now = timezone.now()
    due = Schedule.objects.filter(next_due__lte=now).select_related("cluster")
    return [
        each
        for each in due
        if Schedule.objects.filter(pk=each.pk, next_due=each.next_due).update(
            next_due=next_due(max(each.next_due, now - timedelta(days=1)), each.every)
        )
    ]


def order_scheduled(schedule: Schedule) -> Report | None:
    """The report of the cluster's latest snapshot; None while there is none. What can no longer be ordered,
    because a namespace is gone, becomes a failed report that says so."""
    snapshot = latest_complete(schedule.cluster)
    if snapshot is None:
        return None
    try:
        return order_report(snapshot, options_from_json(schedule.options), schedule=schedule)
    except OptionsRefused as refused:
        now = timezone.now()
        return Report.objects.create(
            cluster=schedule.cluster,
            snapshot=snapshot,
            snapshot_number=snapshot.number,
            schedule=schedule,
            options=schedule.options,
            state=Report.State.FAILED,
            error=str(refused),
            finished=now,
        )


def claim_stalled_reports() -> list[int]:
    """Ids of reports to be sent again: never taken, or their worker died; after too many deaths it fails."""
    now = timezone.now()
    stalled = Report.objects.filter(state__in=Report.UNFINISHED, wake_at__lte=now)
    return [report.pk for report in stalled if _claim(report, now)]


def _claim(report: Report, now: datetime) -> bool:
    same = Report.objects.filter(Q(pk=report.pk), state=report.state, wake_at=report.wake_at)
    if report.attempts >= ATTEMPTS:
        died = f"The worker died or was stopped in each of {ATTEMPTS} attempts; the worker's log may say why."
        same.update(state=Report.State.FAILED, holder="", wake_at=None, finished=now, error=died)
        return False
    again: dict[str, Any] = {"state": Report.State.QUEUED, "holder": "", "wake_at": now + SEND_AGAIN}
    return bool(same.update(**again))


def _checked_recipients(recipients: list[str]) -> list[str]:
    found = list(dict.fromkeys(each.strip() for each in recipients if each.strip()))
    if found and not settings.EMAIL_URL:
        raise OptionsRefused("recipients", "no mail server is set up (EMAIL_URL), so nothing can be mailed")
    if len(found) > MOST_RECIPIENTS:
        raise OptionsRefused("recipients", f"must be {MOST_RECIPIENTS} at most")
    for each in found:
        try:
            validate_email(each)
        except ValidationError:
            raise OptionsRefused("recipients", f"{each!r} is no e-mail address") from None
    return found
