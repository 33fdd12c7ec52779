"""What a provider tells of a person, told again and again while its session is renewed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.access.models import Role
from apps.access.roles import role_of
from apps.access.single_sign_on import SingleSignOn

CLAIMS = {"sub": "1", "groups": ["security", "team-a"]}


@pytest.fixture
def backend(db: None, settings: Any) -> SingleSignOn:
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "portolan", "between the two of us"
    settings.OIDC_OP_TOKEN_ENDPOINT = settings.OIDC_OP_USER_ENDPOINT = "http://127.0.0.1/"
    settings.OIDC_GROUPS_CLAIM = "groups"
    settings.OIDC_ROLES = {"security": Role.REVIEWER, "platform": Role.ADMINISTRATOR}
    return SingleSignOn()


def names(user: User) -> list[str]:
    return sorted(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


def test_at_no_moment_somebody_is_without_role(backend: SingleSignOn) -> None:
    """What stays the same is not written: what runs beside it would see less, or more."""
    Group.objects.create(name="team-a")
    user = backend.create_user(CLAIMS)
    assert names(user) == ["reviewer", "team-a"]

    with CaptureQueriesContext(
        connection,
    ) as asked:
        backend.update_user(user, CLAIMS)
    written = [each["sql"] for each in asked if each["sql"].startswith(("INSERT", "DELETE"))]
    assert written == []


def test_another_role_takes_the_place_of_the_one_before(backend: SingleSignOn) -> None:
    Group.objects.create(name="team-a")
    user = backend.create_user(CLAIMS)

    backend.update_user(user, {**CLAIMS, "groups": ["platform"]})

    assert names(user) == ["administrator"]
    assert role_of(User.objects.get(pk=user.pk)) is Role.ADMINISTRATOR
