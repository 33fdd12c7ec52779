"""One address says how mail is sent; a wrong one stops the start."""

from __future__ import annotations

import pytest
from django.core.exceptions import ImproperlyConfigured

from dashboard.mail_server import read_mail_server


def test_addresses_are_read() -> None:
    assert read_mail_server("").backend.endswith("dummy.EmailBackend")
    plain = read_mail_server("smtp://ann:p%40ss@mail.example:587?tls=start")
    assert plain[1:] == ("mail.example", 587, "ann", "p@ss", True, False)
    assert read_mail_server("smtps://mail.example")[1:] == ("mail.example", 465, "", "", False, True)
    assert read_mail_server("smtp://mail.example").port == 25


@pytest.mark.parametrize(
    "url", ["mail.example", "http://mail.example", "smtp://", "smtp://mail:x", "smtp://mail?tls=yes"]
)
def test_wrong_ones_stop_the_start(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL"):
        read_mail_server(url)
