"""What the templates need of their own: times with their zone, icons, and lines of problems."""

from __future__ import annotations

from datetime import UTC, datetime

from django import template
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince

from apps.access import roles
from apps.access.sight import sight_of
from apps.snapshots.models import Cluster

register = template.Library()

# Strokes on a grid of 16 by 16, drawn for Portolan.
_ICONS = {
    "brand": "M8 1v14M1 8h14M3.2 3.2l9.6 9.6M12.8 3.2l-9.6 9.6M8 5l1 3-1 3-1-3z",
    "overview": "M2 7.5 8 2.5l6 5M3.5 6.5v7h9v-7M6.5 13.5v-4h3v4",
    "namespace": "M2.5 2.5h4.5v4.5h-4.5zM9 2.5h4.5v4.5H9zM2.5 9h4.5v4.5h-4.5zM9 9h4.5v4.5H9z",
    "finding": "M8 2 14.5 13.5h-13zM8 6.5v3.5M8 12h.01",
    "changes": "M5 2.5v11M2.5 11 5 13.5 7.5 11M11 13.5v-11M8.5 5 11 2.5 13.5 5",
    "whatif": "M6 2h4M7 2v4l-4 7.5h10L9 6V2M4.5 10.5h7",
    "suggest": "M5.5 9a2.5 2.5 0 1 1 5 0c0 1.5-1 2-1 3h-3c0-1-1-1.5-1-3zM6.5 14h3M8 1.5v2",
    "map": "M2 4.5 6 3l4 1.5L14 3v8.5L10 13l-4-1.5L2 13zM6 3v8.5M10 4.5V13",
    "policy": "M4 1.5h5L12.5 5v9.5H4zM9 1.5V5h3.5M6 8h4.5M6 11h4.5",
    "guardrail": "M8 1.5 13.5 4v4c0 3.5-2.5 5.5-5.5 6.5C5 13.5 2.5 11.5 2.5 8V4zM5.5 8l2 2 3-4",
    "exception": "M8 1.5a6.5 6.5 0 1 1 0 13 6.5 6.5 0 0 1 0-13zM8 4.5V8l2.5 2",
    "review": "M3 2.5h10v11H3zM5.5 6l1 1 1.5-2M9.5 6h1.5M5.5 10l1 1 1.5-2M9.5 10h1.5",
    "report": "M4 1.5h5L12.5 5v9.5H4zM6 12V9.5M8.2 12V7M10.4 12v-3.5",
    "history": "M2 8a6 6 0 1 0 2-4.5L2 5.5M2 2v3.5h3.5M8 4.5V8l2.5 1.5",
    "key": "M10 2.5a3.5 3.5 0 1 1-3.2 4.9L2 12.2V14h2.5v-2h2v-2l1.3-1.3M11 5h.01",
    "people": "M6 7.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM1.5 13.5c0-5 9-5 9 0M11 3a2.5 2.5 0 0 1 0 4.5",
    "bell": "M3 12h10c-1-1-1.5-2.5-1.5-5a3.5 3.5 0 0 0-7 0c0 2.5-.5 4-1.5 5zM6.5 14h3M8 1.5v2",
    "trail": "M3 2.5h10v11H3zM5.5 5.5h5M5.5 8h5M5.5 10.5h3",
    "pulse": "M1.5 8H5l1.5-4.5 3 9L11 8h3.5",
    "cluster": "M2 2.5h12v4.5H2zM2 9h12v4.5H2zM4.5 4.8h.01M4.5 11.2h.01",
    "link": "M6.5 9.5l3-3M7 4.5 8.5 3a3 3 0 0 1 4.5 4.5L11.5 9M9 11.5 7.5 13A3 3 0 0 1 3 8.5L4.5 7",
    "flip": "M2.5 5h10M10 2.5 12.5 5 10 7.5M13.5 11h-10M6 8.5 3.5 11 6 13.5",
    "plus": "M8 3v10M3 8h10",
    "minus": "M3 8h10",
    "cross": "M4 4l8 8M12 4l-8 8",
    "download": "M8 2v8M4.5 7 8 10.5 11.5 7M2.5 13.5h11",
    "help": "M5.5 6a2.5 2.5 0 1 1 3.5 2.3c-.7.3-1 .8-1 1.7M8 12.5h.01",
    "fit": "M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10",
}


@register.simple_tag
def icon(name: str) -> SafeString:
    """A small drawing beside a word; it says nothing of its own to a screen reader."""
    return format_html(
        '<svg width="16" height="16" viewBox="0 0 16 16" fill="none" stroke="currentColor" '
        'stroke-width="1.4" '
        'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true"><path d="{}"/></svg>',
        _ICONS[name],
    )


@register.filter
def moment(value: datetime | None, precision: str = "minutes") -> SafeString | str:
    """`14 Nov 2026, 09:12 UTC`, in the reader's zone, with UTC as its tooltip; empty for None."""
    if value is None:
        return ""
    at, there = value.astimezone(UTC), value.astimezone(timezone.get_current_timezone())
    title = "" if there.tzname() == "UTC" else _print_time(at, precision)
    attribute = format_html(' title="{}"', title) if title else ""
    return format_html(
        '<time datetime="{}"{}>{}</time>', at.isoformat(), attribute, _print_time(there, precision)
    )


@register.filter
def age(value: datetime | None) -> str:
    """`2 hours ago`; empty for None."""
    if value is None:
        return ""
    if (timezone.now() - value).total_seconds() < 60:
        return "just now"
    return f"{timesince(value, depth=1)} ago"


@register.filter
def administers(user: roles.Person) -> bool:
    return roles.may_administer(user)


@register.filter
def clusters_seen(user: roles.Person) -> QuerySet[Cluster]:
    return sight_of(user).clusters()


@register.filter
def sees_whole(user: roles.Person, cluster: Cluster) -> bool:
    """And not some of its namespaces only."""
    names = sight_of(user).names_in(cluster.slug)
    return names is not None and names.is_all


@register.filter
def reviews(user: roles.Person) -> bool:
    return roles.may_review(user)


@register.filter
def words(text: str) -> list[str]:
    return text.split()


def _print_time(at: datetime, precision: str) -> str:
    clock = at.strftime("%H:%M:%S" if precision == "seconds" else "%H:%M")
    return f"{at.strftime('%d %b %Y').lstrip('0')}, {clock} {at.tzname()}"
