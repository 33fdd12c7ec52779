"""What ended by itself goes."""

from __future__ import annotations

from celery import shared_task
from django.contrib.sessions.backends.db import SessionStore


@shared_task
def forget_sessions() -> None:
    """Those that are over, and what renewals left that never came back."""
    SessionStore.clear_expired()
