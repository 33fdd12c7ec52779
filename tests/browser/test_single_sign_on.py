"""Renewing single sign-on goes unseen: from a link, from a form, and from what a page fetches by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.access.test_renewal import let_renewals_be_due
from tests.access.test_single_sign_on import PERSON, SECRET, environment, serving
from tests.fakes.identity_provider import IdentityProvider

Expire = Callable[[], None]
FETCH = "async ([kind, url]) => { void (await import('/static/js/api.js'))[kind]('once', url); }"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Expire]]:
    with IdentityProvider("portolan", SECRET, **PERSON, groups=["platform"]) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            yield address, lambda: let_renewals_be_due(variables, late=1)


def test_a_renewal_is_unseen(site: tuple[str, Expire], open_page: Callable[..., Page]) -> None:
    address, expire = site
    page = open_page()
    page.goto(f"{address}/login/?next=/help")
    page.get_by_role("link", name="Log in with single sign-on").click()
    page.wait_for_url(f"{address}/help")

    expire()
    page.goto(f"{address}/audit/?who=jo")
    expect(page).to_have_url(f"{address}/audit/?who=jo")

    expire()
    page.get_by_label("Who").fill("sso:248289761001")
    page.get_by_role("button", name="Filter").click()
    page.wait_for_url("**/audit/?who=sso*")

    expire()
    with page.expect_download() as download:
        page.get_by_role("link", name="CSV").click()
    assert download.value.suggested_filename == "audit-trail.csv"

    page.goto(f"{address}/settings")
    expire()
    with page.expect_response(lambda answer: "/sso/callback/" in answer.url):
        page.get_by_role("button", name="Keep").click()
    expect(page).to_have_url(f"{address}/settings")

    expire()
    with page.expect_navigation(url=f"{address}/settings"):
        page.evaluate(FETCH, ["fetchFragment", "/help/verdicts"])

    other = page.context.new_page()  # REST's 401 stands in its console
    other.goto(f"{address}/help")
    expire()
    with other.expect_navigation(url=f"{address}/help"):
        other.evaluate(FETCH, ["fetchJson", "/api/v1/clusters/"])
