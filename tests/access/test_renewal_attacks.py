"""What a renewal of single sign-on may not be led to, nor do to others."""

from __future__ import annotations

import json
import re
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPMessage
from pathlib import Path

import pytest

from tests.access.test_renewal import Reader
from tests.access.test_single_sign_on import PERSON, SECRET, environment, log_in, new_browser, serving, shell
from tests.fakes.identity_provider import IdentityProvider

NAME = "sso:248289761001"


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with IdentityProvider("portolan", SECRET) as running:
        yield running


@pytest.fixture(scope="module")
def variables(provider: IdentityProvider, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder: Path = tmp_path_factory.mktemp("portolan")
    return environment(provider, folder)


@pytest.fixture(scope="module")
def address(variables: dict[str, str]) -> Iterator[str]:
    with serving(variables) as running:
        yield running


@pytest.fixture
def reader(address: str, variables: dict[str, str], provider: IdentityProvider) -> Reader:
    provider.claims = {**PERSON, "groups": ["security"]}
    return Reader(address, variables)


class _Stay(urllib.request.HTTPRedirectHandler):
    """Follows nothing."""

    def redirect_request(self, *args: object) -> None:
        return None


def step(reader: Reader, address: str) -> HTTPMessage:
    """One answer's headers; the cookies are the reader's."""
    (cookies,) = (each for each in reader.browser.handlers if hasattr(each, "cookiejar"))
    browser = urllib.request.build_opener(cookies, _Stay())
    browser.addheaders = reader.browser.addheaders
    try:
        return browser.open(address).headers
    except urllib.error.HTTPError as answer:
        return answer.headers


def trail(variables: dict[str, str], actions: str = "login logout") -> list[list[str]]:
    rows = f"AuditEntry.objects.filter(action__in={actions.split()}).order_by('pk')"
    code = (
        "import json; from apps.access.models import AuditEntry\n"
        f"print(json.dumps(list({rows}.values_list('who', 'action', 'path'))))"
    )
    found: list[list[str]] = json.loads(shell(variables, code))
    return found


def test_each_tab_comes_back_to_its_own_page(reader: Reader) -> None:
    reader.comes_back(late=1)
    tabs = ["/help?tab=1", "/settings?tab=2"]
    sent = [step(reader, reader.address + tab) for tab in tabs]
    assert {each["Cache-Control"] for each in sent} == {"no-store"}
    back = [step(reader, each["Location"])["Location"] for each in sent]
    assert [step(reader, each)["Location"] for each in back] == tabs


def test_tabs_that_open_at_once_all_come_back(reader: Reader) -> None:
    reader.comes_back(late=1)
    tabs = [f"/help?tab={number}" for number in range(8)]
    with ThreadPoolExecutor(len(tabs)) as at_once:
        assert list(at_once.map(reader.opens, tabs)) == tabs


@pytest.mark.parametrize("question", ["", "error=access_denied", "code=a&state=b", "error=x&state=a%00b"])
def test_a_link_from_elsewhere_logs_nobody_out(reader: Reader, question: str) -> None:
    assert reader.opens(f"/sso/callback/?{question}") == "/?all=1"
    assert reader.opens("/help") == "/help"


def test_who_comes_back_as_somebody_else_is_out(reader: Reader, provider: IdentityProvider) -> None:
    provider.claims["sub"] = "another"
    reader.comes_back(late=1)
    assert reader.opens("/help") == "/login/?refused=1&next=%2Fhelp"
    assert reader.opens("/help") == "/login/?next=/help"


def test_anothers_way_back_is_nobodys(reader: Reader, address: str, variables: dict[str, str]) -> None:
    """Whoever is led to the end of a stranger's renewal stays who it is."""
    stranger = Reader(address, variables)
    stranger.comes_back(late=1)
    there = step(stranger, f"{address}/help")["Location"]
    back = step(stranger, there)["Location"]
    visitor = new_browser()
    assert visitor.open(back).url == f"{address}/login/?next=/help"
    assert step(stranger, back)["Location"] == "/?all=1"  # and it holds once


def test_a_renewal_is_no_login_and_a_refusal_names_whom(
    reader: Reader, provider: IdentityProvider, variables: dict[str, str]
) -> None:
    before = len(trail(variables))
    reader.comes_back(late=1)
    assert reader.opens("/help") == "/help"
    assert trail(variables)[before:] == []
    provider.claims["groups"] = ["gardeners"]
    reader.comes_back(late=1)
    reader.opens("/help")
    assert trail(variables)[before:] == [[NAME, "logout", "/sso/callback/"]]


def test_refusals_lock_nobody_else_of_the_address_out(address: str, provider: IdentityProvider) -> None:
    provider.claims = {**PERSON, "groups": ["gardeners"]}
    for _ in range(6):
        assert log_in(address)[0].startswith("/login/?refused=1")
    provider.claims = {**PERSON, "groups": ["security"]}
    assert log_in(address)[0] == "/?all=1"


def test_a_session_holds_nothing_of_renewals(reader: Reader, variables: dict[str, str]) -> None:
    reader.comes_back(late=1)
    for _ in range(3):
        step(reader, f"{reader.address}/help")
    cookies = (each for handler in reader.browser.handlers for each in getattr(handler, "cookiejar", ()))
    own = next(each for each in cookies if each.name == "sessionid")
    code = (
        "from django.contrib.sessions.backends.db import SessionStore\n"
        f"print(SessionStore({own.value!r}).get('oidc_states'))"
    )
    assert shell(variables, code) == "{}"


@pytest.mark.parametrize("path", ["//evil.example/x", "/%5Cevil.example/x", "/login/?next=//evil.example"])
def test_it_leads_nowhere_else(reader: Reader, path: str) -> None:
    reader.comes_back(late=1)
    there = step(reader, reader.address + path)["Location"]
    back = step(reader, there)["Location"]
    assert re.match(r"/(?![/\\])", step(reader, back)["Location"])


def test_what_is_saved_is_opened(pytestconfig: pytest.Config) -> None:
    """A link with the attribute `download` asks as a script does, and would save the form to log in."""
    pages = [*(pytestconfig.rootpath / "templates").rglob("*.html")]
    assert len(pages) > 50
    assert [page.name for page in pages if re.search(r"<a\s[^>]*\sdownload\b", page.read_text())] == []


def test_a_password_asks_no_provider(address: str, variables: dict[str, str]) -> None:
    shell(variables, "User.objects.create_user('lee', password='a long password')")
    browser = new_browser()
    browser.addheaders = [("Accept", "text/html")]
    page = browser.open(f"{address}/login/").read().decode()
    proof = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    form = f"csrfmiddlewaretoken={proof}&username=lee&password=a+long+password"
    browser.open(f"{address}/login/", form.encode())
    assert browser.open(f"{address}/settings").url == f"{address}/settings"
