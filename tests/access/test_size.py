"""What is too large is not read."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files import uploadhandler
from django.test import Client

from tests.api.problems import problem_of

REST = "/api/v1/clusters/quay/snapshots/"
LENGTH = "100000000000"  # bytes that are said to come


class Unread(io.BytesIO):
    def read(self, *args: Any) -> bytes:
        raise AssertionError("somebody began to read")


def sent(client: Client, address: str, length: str) -> Any:
    kind = "multipart/form-data; boundary=here"
    body: dict[str, Any] = {"CONTENT_LENGTH": length, "wsgi.input": Unread()}
    return client.generic("POST", address, b"", kind, **body)


@pytest.mark.django_db
def test_the_length_is_looked_at_first(client: Client) -> None:
    problem_of(sent(client, REST, LENGTH), 413)
    page = sent(client, "/login/", LENGTH)
    assert page.status_code == 413
    assert "too much at once" in page.content.decode()


def test_the_limit_is_that_of_uploads(client: Client, db: None, settings: Any) -> None:
    settings.UPLOAD_LIMIT = int(LENGTH)

    assert sent(client, REST, LENGTH).status_code == 401


def test_nothing_is_kept_of_what_nobody_sends(
    client: Client, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []
    monkeypatch.setattr(
        uploadhandler.MemoryFileUploadHandler, "new_file", lambda *args, **more: kept.append(args)
    )

    assert client.post(REST, {"files": io.BytesIO(b"kind: Pod")}).status_code == 401
    assert kept == []
