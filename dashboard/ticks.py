"""What the scheduler sends, and how often."""

from __future__ import annotations

from typing import Any

_EVERY_TICK = {
    "enqueue-due-clusters": "apps.reachability.tasks.enqueue_due_clusters",
    "enqueue-due-reports": "apps.reports.tasks.enqueue_due_reports",
    "follow-up-rest": "apps.review.tasks.follow_up_rest",
    "notify-rest": "apps.review.tasks.notify_rest",
    "take-pulse": "apps.operations.tasks.take_pulse",
}
_EVERY_HOUR = {
    "forget-sessions": "apps.access.tasks.forget_sessions",
    "prune-snapshots": "apps.reachability.tasks.prune_snapshots",
}


def beat_schedule(tick: int) -> dict[str, Any]:
    """Celery's setting of that name; `tick` in seconds. Ticks that waited for a worker are worth nothing."""
    return {
        name: {"task": task, "schedule": seconds, "options": {"expires": seconds}}
        for tasks, seconds in ((_EVERY_TICK, tick), (_EVERY_HOUR, 3600))
        for name, task in tasks.items()
    }
