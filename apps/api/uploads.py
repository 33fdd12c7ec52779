"""Manifests that come with a request, and what is answered when they cannot be used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, cast

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import QueryDict
from rest_framework.request import Request

from apps.api.asked import read_fields
from apps.api.problems import Refusal
from apps.api.serializers.snapshots import Upload
from apps.snapshots.manifests import read_bytes
from apps.snapshots.reading import Problem, Reading

MOST_PROBLEMS = 500


def is_multipart(request: Request) -> bool:
    return request.content_type.partition(";")[0].strip().lower() == "multipart/form-data"


def uploads_of(request: Request) -> list[UploadedFile[bytes]]:
    """The `files` of a multipart request, which are all that it holds, up to UPLOAD_LIMIT bytes."""
    given = cast(QueryDict, request.data)  # as the multipart parser makes it
    data: dict[str, Any] = {name: given.getlist(name) for name in given}
    files: list[UploadedFile[bytes]] = read_fields(data, Upload)["files"]
    if sum(file.size or 0 for file in files) > settings.UPLOAD_LIMIT:
        raise Refusal(413, f"The files are larger than {settings.UPLOAD_LIMIT} bytes together")
    return files


def read_files(files: Iterable[UploadedFile[bytes]]) -> Reading:
    return read_named((file.name or "", file.read()) for file in files)


def read_named(contents: Iterable[tuple[str, bytes]]) -> Reading:
    """All that these named contents hold, and all that is wrong with them."""
    reading = Reading()
    for name, data in contents:
        part = read_bytes(name, data)
        reading.objects += part.objects
        reading.problems += part.problems
        reading.unread += part.unread
    return reading


def refuse_manifests(problems: Sequence[Problem]) -> Refusal:
    """Every problem with file, document, object, field and message; the first five hundred of very many."""
    count = f"{len(problems)} problem{'' if len(problems) == 1 else 's'}"
    errors = [
        {
            "file": problem.file,
            "document": problem.document,
            "object": problem.object,
            "field": problem.field,
            "message": problem.message,
        }
        for problem in problems[:MOST_PROBLEMS]
    ]
    return Refusal(400, f"The manifests have {count}; nothing was stored", errors)
