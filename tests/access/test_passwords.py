"""One's own password is changed on a page."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from apps.access.models import ApiToken, AuditEntry

OLD, NEW = "a long password", "correct horse battery"
PAGE = "/settings/password"


@pytest.fixture
def reader(reviewer: User, client: Client) -> Client:
    client.force_login(reviewer)
    return client


def form(old: str = OLD, new: str = NEW) -> dict[str, str]:
    return {"old_password": old, "new_password1": new, "new_password2": new}


def test_it_is_changed_and_other_sessions_end(reader: Client, reviewer: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(reviewer)
    assert PAGE in reader.get("/settings").content.decode()

    page = reader.post(PAGE, form(), follow=True)

    assert "Your password was changed." in page.content.decode()
    assert reader.login(username="reviewer", password=NEW)
    assert elsewhere.get("/settings").status_code == 302
    assert AuditEntry.objects.get(action="change").path == PAGE


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (form(old="not the old one"), "Your old password was entered incorrectly."),
        (form(new="short"), "at least 10 characters"),
        (form() | {"new_password2": "another long one"}, "match."),
    ],
)
def test_what_is_wrong_is_told(reader: Client, reviewer: User, wrong: dict[str, str], told: str) -> None:
    answer = reader.post(PAGE, wrong)

    assert answer.status_code == 400
    assert told in answer.content.decode()
    assert "password" not in AuditEntry.objects.get(action="change").path.removeprefix(PAGE)
    reviewer.refresh_from_db()
    assert reviewer.check_password(OLD)


def test_who_has_none_here_cannot_change_it(reader: Client, reviewer: User) -> None:
    reviewer.set_unusable_password()
    reviewer.save()
    reader.force_login(reviewer)

    assert PAGE not in reader.get("/settings").content.decode()
    assert "single sign-on" in reader.get(PAGE).content.decode()
    assert reader.post(PAGE, form()).status_code == 403


def test_a_token_cannot(reviewer: User, client: Client) -> None:
    _, token = ApiToken.objects.create(reviewer, name="ci")

    assert client.post(PAGE, form(), headers={"Authorization": f"Token {token}"}).status_code == 403
