"""The scheduler's sign of life: it is there only while beat, broker and a worker all do their part."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from .models import Pulse

SCHEDULER = "scheduler"
_WORKER = "worker "
_FORGOTTEN = timedelta(days=1)  # workers get new names when their pods do


@shared_task(bind=True)
def take_pulse(task: Any) -> None:
    now = timezone.now()
    for part in (SCHEDULER, f"{_WORKER}{task.request.hostname or 'here'}"):
        Pulse.objects.update_or_create(part=part, defaults={"at": now})
    Pulse.objects.filter(at__lt=now - _FORGOTTEN).exclude(part=SCHEDULER).delete()
