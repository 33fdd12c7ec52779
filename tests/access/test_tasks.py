"""What ended by itself goes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from apps.access.tasks import forget_sessions


@pytest.mark.django_db
def test_sessions_that_are_over_are_forgotten() -> None:
    now = timezone.now()
    for name, minutes in (("over", -1), ("lasts", 1)):
        Session.objects.save(name, {"some": "thing"}, now + timedelta(minutes=minutes))

    forget_sessions()

    assert [each.pk for each in Session.objects.all()] == ["lasts"]
