"""Settings, help, and the zone that times are printed in."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from apps.snapshots.models import Snapshot
from apps.web.keymap import KEYMAP

SNAPSHOTS = "/c/quay/snapshots/"
_TIME = re.compile(r'<time datetime="([^"]+)"( title="[^"]+")?>([^<]+)</time>')


def test_settings_are_kept_in_cookies(visitor: Client) -> None:
    given = {"zone": "Asia/Tokyo", "theme": "dark", "shortcuts": "off"}
    assert visitor.post("/settings", given).headers["Location"] == "/settings"
    assert {name: visitor.cookies[name].value for name in given} == given
    page = visitor.get("/settings").content.decode()
    assert 'data-theme="dark"' in page
    assert 'data-shortcuts="off"' in page
    assert '<option value="Asia/Tokyo" selected>' in page


@pytest.mark.parametrize("field", ["zone", "theme", "shortcuts"])
def test_what_is_no_setting_is_said_by_its_field(visitor: Client, field: str) -> None:
    given = {"zone": "UTC", "theme": "auto", "shortcuts": "on"} | {field: "../../etc/passwd"}
    response = visitor.post("/settings", given)
    assert response.status_code == 400
    assert "Select a valid choice" in response.content.decode()
    assert field not in visitor.cookies


def test_times_are_utc_unless_a_zone_was_chosen(visitor: Client, quay: Snapshot) -> None:
    printed, title, text = _time(visitor)
    assert text.endswith(" UTC")
    assert not title
    visitor.cookies["zone"] = "Asia/Tokyo"
    again, title, text = _time(visitor)
    assert again == printed
    assert text.endswith(" JST")
    assert "UTC" in title


@pytest.mark.parametrize("name", ["browser", "../../../etc/passwd", "Nowhere/Land", "/etc/localtime", ""])
def test_a_zone_that_is_none_leaves_utc(visitor: Client, quay: Snapshot, name: str) -> None:
    visitor.cookies["zone"] = name
    assert _time(visitor)[2].endswith(" UTC")


def test_help_lists_every_key_of_filters_and_of_the_keyboard(visitor: Client) -> None:
    page = visitor.get("/help").content.decode()
    for token in ("from:dev", "changed:new", "missing:default-deny-ingress", "type:LoadBalancer"):
        assert token in page
    for shortcuts in KEYMAP.values():
        assert all(shortcut.does in page for shortcut in shortcuts)
    assert "Allowed by rule" in visitor.get("/help/verdicts").content.decode()


@pytest.mark.parametrize("path", ["/help", "/help/verdicts", "/settings"])
def test_they_need_a_login(client: Client, path: str) -> None:
    assert client.get(path).status_code == 302


def _time(visitor: Client) -> tuple[str, str, str]:
    found = _TIME.search(visitor.get(SNAPSHOTS).content.decode().split("<main")[1])
    assert found
    return found[1], found[2] or "", found[3]
