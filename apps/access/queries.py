"""Reading the audit trail."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db.models import QuerySet

from .models import AuditEntry

COLUMNS = tuple(field.name for field in AuditEntry._meta.concrete_fields)


def trail(
    *,
    who: str = "",
    cluster: str = "",
    action: str = "",
    since: date | None = None,
    until: date | None = None,
) -> QuerySet[AuditEntry]:
    """The entries that all of these fit, newest first. `since` and `until` are days in UTC, both included."""
    exact = {"who": who, "cluster": cluster, "action": action}
    found = AuditEntry.objects.filter(**{name: value for name, value in exact.items() if value})
    if since:
        found = found.filter(at__gte=midnight(since))
    if until and until < date.max:
        found = found.filter(at__lt=midnight(until + timedelta(days=1)))
    return found


def midnight(day: date) -> datetime:
    """When a day begins, in UTC."""
    return datetime.combine(day, time(), UTC)
