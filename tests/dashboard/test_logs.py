"""Log lines go to standard error, with the ids of request and task."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from tests.dashboard.running import ROOT

PROGRAM = """
import logging, django, django_guid
django.setup()
django_guid.set_guid("0123456789abcdef0123456789abcdef")
try:
    1 / 0
except ZeroDivisionError:
    logging.getLogger("django.request").error("It broke", exc_info=True)
"""


def log(tmp_path: Path, form: str) -> str:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "PORTOLAN_DATA_DIR": str(tmp_path),
        "LOG_FORMAT": form,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    return done.stderr


def test_as_json(tmp_path: Path) -> None:
    (line,) = log(tmp_path, "json").splitlines()

    told = json.loads(line)
    assert (told["level"], told["message"]) == ("ERROR", "It broke")
    assert told["request"] == "0123456789abcdef0123456789abcdef"
    assert "ZeroDivisionError" in told["exc_info"]


def test_as_text(tmp_path: Path) -> None:
    text = log(tmp_path, "text")

    assert "request=0123456789abcdef0123456789abcdef" in text.splitlines()[0]
    assert "ZeroDivisionError" in text


@pytest.mark.django_db
def test_an_answer_carries_its_request_id(client: Client) -> None:
    made = client.get("/login/")["X-Request-ID"]
    assert len(made) == 32
    sent = "00112233445566778899aabbccddeeff"
    assert client.get("/login/", headers={"X-Request-ID": sent})["X-Request-ID"] == sent
    # What is no id is not repeated into logs.
    assert client.get("/login/", headers={"X-Request-ID": "x\\ny"})["X-Request-ID"] != "x\\ny"
