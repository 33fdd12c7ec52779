"""A session of single sign-on is true to the identity provider while it lasts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.access.test_single_sign_on import (
    PERSON,
    SECRET,
    environment,
    groups,
    log_in,
    new_browser,
    serving,
    shell,
)
from tests.fakes.identity_provider import IdentityProvider

MINUTE = 60


@pytest.fixture
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider("portolan", SECRET, **PERSON, groups=["security"]) as running:
        yield running


def let_renewals_be_due(variables: dict[str, str], late: int) -> None:
    """Since so many seconds, for every session."""
    shell(
        variables,
        "from django.contrib.sessions.models import Session\n"
        "from django.contrib.sessions.backends.db import SessionStore\n"
        "import time\n"
        "for stored in Session.objects.all():\n"
        "    session = SessionStore(stored.session_key)\n"
        f"    session['oidc_id_token_expiration'] = time.time() - {late}\n"
        "    session.save()",
    )


class Reader:
    """Somebody with a browser who has logged in."""

    def __init__(self, address: str, variables: dict[str, str]) -> None:
        self.address, self.variables = address, variables
        self.browser = new_browser()
        self.browser.addheaders = [("Accept", "text/html,*/*;q=0.8")]
        assert log_in(address, self.browser)[0] == "/?all=1"

    def comes_back(self, late: int) -> None:
        """So many seconds after the provider should have been asked again."""
        let_renewals_be_due(self.variables, late)

    def opens(self, path: str, form: dict[str, str] | None = None) -> str:
        """Where it ends."""
        body = urlencode(form).encode() if form else None
        return self.browser.open(self.address + path, body).url.removeprefix(self.address)

    def fetches(self, path: str) -> str:
        """What a page asks for by itself: where it ends."""
        self.browser.addheaders = [("Accept", "*/*")]
        return self.opens(path)

    def fills_in_a_form(self) -> dict[str, str]:
        """That makes a token."""
        page = self.browser.open(f"{self.address}/tokens/").read().decode()
        proof = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        return {"csrfmiddlewaretoken": proof, "name": "pipeline", "role": "viewer", "days": "1"}


@pytest.fixture
def variables(provider: IdentityProvider, tmp_path: Path) -> dict[str, str]:
    return environment(provider, tmp_path)


@pytest.fixture
def reader(variables: dict[str, str]) -> Iterator[Reader]:
    with serving(variables) as address:
        yield Reader(address, variables)


def test_new_groups_count_without_a_new_login(
    reader: Reader, provider: IdentityProvider, variables: dict[str, str]
) -> None:
    provider.claims["groups"] = ["platform"]
    assert reader.opens("/help?one=1") == "/help?one=1"
    assert groups(variables) == "['reviewer']"
    reader.comes_back(late=1)
    assert reader.opens("/help?one=1") == "/help?one=1"
    assert groups(variables) == "['administrator']"


def test_who_has_no_role_any_more_is_out(reader: Reader, provider: IdentityProvider) -> None:
    provider.claims["groups"] = ["gardeners"]
    reader.comes_back(late=1)
    assert reader.opens("/help") == "/login/?refused=1&next=%2Fhelp"
    assert reader.opens("/help") == "/login/?next=/help"


def test_whom_the_provider_does_not_know_any_more_is_out(reader: Reader, provider: IdentityProvider) -> None:
    provider.knows_nobody = True
    reader.comes_back(late=1)
    assert reader.opens("/help") == "/login/?refused=1&next=%2Fhelp"
    assert reader.opens("/help") == "/login/?next=/help"


def test_what_a_page_fetches_waits_for_the_page(reader: Reader) -> None:
    assert reader.fetches("/help") == "/help"
    reader.comes_back(late=1)
    assert reader.fetches("/help") == "/login/?next=/help"


@pytest.mark.parametrize(("late", "made"), [(44 * MINUTE, "1"), (46 * MINUTE, "0")])
def test_what_was_filled_in_may_be_sent_late(
    reader: Reader, variables: dict[str, str], late: int, made: str
) -> None:
    form = reader.fills_in_a_form()
    reader.comes_back(late)
    assert reader.opens("/tokens/", form) == "/tokens/"
    count = "from apps.access.models import ApiToken; print(ApiToken.objects.count())"
    assert shell(variables, count) == made
