"""How large a request may be at all. What is larger is not read: reading it would fill disk or memory, also
for somebody who has not logged in."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

_AROUND = 1024 * 1024  # bytes beside the files of an upload: other fields, and the lines between


class Size:
    """Middleware, before all that looks at what was sent. Of a body without a length Django reads nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if length.isdigit() and int(length) > settings.UPLOAD_LIMIT + _AROUND:
            raise RequestDataTooBig("The request is larger than UPLOAD_LIMIT")
        return self.get_response(request)
