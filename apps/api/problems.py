"""Errors as problem documents (RFC 9457): one shape for everything under `/api/`."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from http import HTTPStatus
from typing import Any

from django.core.exceptions import BadRequest, RequestDataTooBig, SuspiciousOperation
from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.template import loader
from django.urls import Resolver404
from django.views import defaults
from psycopg.errors import DiskFull
from rest_framework.exceptions import APIException, ErrorDetail, ValidationError
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import exception_handler

from apps.reachability.names import UnknownName
from apps.snapshots.queries import NothingStored

MEDIA_TYPE = "application/problem+json"
_TOO_LARGE = "The request is larger than this server accepts"
_RETRY_AFTER = 5  # seconds, while the database is away


class Refusal(APIException):
    """An answer that is a problem document of its own: `status`, what is wrong, and where."""

    def __init__(self, status: int, detail: str, errors: Sequence[Mapping[str, Any]] = ()) -> None:
        super().__init__(detail)
        self.status_code = status
        self.errors = list(errors)


def answer_problem(error: Exception, context: Mapping[str, Any]) -> Response | None:
    """DRF's exception handler. None leaves an unforeseen error to `server_error`, which logs it."""
    error = _as_refusal(error)
    response = exception_handler(error, dict(context))
    if response is not None:
        response.data = _document(response.status_code, *_tell(error, response.data))
        response.content_type = MEDIA_TYPE
    return response


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler400, for requests refused before a view saw them."""
    if isinstance(exception, RequestDataTooBig):
        return _plain_answer(413, _TOO_LARGE) if _is_api(request) else _page(413)
    if not _is_api(request):
        return defaults.bad_request(request, exception)
    return _plain_answer(400, "The request could not be read")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler404."""
    if not _is_api(request):
        return defaults.page_not_found(request, exception)
    told = str(exception) if isinstance(exception, Http404) and not isinstance(exception, Resolver404) else ""
    return _plain_answer(404, told or f"There is nothing at {request.path}")


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """Django's handler403, for what the gate refuses (apps/access/gate.py)."""
    if not _is_api(request):
        return defaults.permission_denied(request, exception)
    return _plain_answer(403, str(exception) or "Not allowed")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """Django's handler500; what went wrong is in the log, never in the answer."""
    error = sys.exception()
    if isinstance(error, OperationalError | InterfaceError):
        return _without_database(request, error)
    if not _is_api(request):
        return defaults.server_error(request)
    return _plain_answer(500, "This is a fault of Portolan's; its log says more")


def _without_database(request: HttpRequest, error: Exception) -> HttpResponse:
    """No fault of Portolan's: it is well again when the database is."""
    told = "The disk of the database is full" if _is_full(error) else "The database does not answer"
    if _is_api(request):
        response = _plain_answer(503, f"{told}. Try again when it is well: /readyz says so")
    else:
        response = _page(503, told=told)
    response["Retry-After"] = str(_RETRY_AFTER)
    return response


def _is_full(error: Exception) -> bool:
    """As PostgreSQL says it (SQLSTATE 53100), or SQLite (SQLITE_FULL)."""
    return isinstance(error.__cause__, DiskFull) or "disk is full" in str(error)


def _as_refusal(error: Exception) -> Exception:
    """The errors of other rooms, in the terms of HTTP."""
    match error:
        case UnknownName():
            return Refusal(404, str(error), [{"field": error.field, "message": str(error)}])
        case NothingStored():
            return Refusal(409, str(error))
        case RequestDataTooBig():
            return Refusal(413, _TOO_LARGE)
        case SuspiciousOperation() | BadRequest():
            return Refusal(400, "The request could not be read")
    return error


def _tell(error: Exception, data: Any) -> tuple[str, list[Any]]:
    """The sentence and the list of errors for what DRF made of an exception."""
    if isinstance(error, Refusal):
        return str(error.detail), error.errors
    if isinstance(error, ValidationError):
        errors = [{"field": field, "message": message} for field, message in _flatten(error.detail)]
        named = ", ".join(dict.fromkeys(error["field"] for error in errors if error["field"]))
        return f"Not accepted: {named}" if named else errors[0]["message"], errors
    return str(data.get("detail", "")), []


def _flatten(detail: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """DRF's nested errors as (field, message): `assumptions.own-node`, `files[1]`."""
    if isinstance(detail, ErrorDetail | str):
        yield path, str(detail)
    elif isinstance(detail, Mapping):
        for key, value in detail.items():
            if isinstance(key, int):  # the item of a list field
                yield from _flatten(value, f"{path}[{key}]")
            else:
                name = "" if key == api_settings.NON_FIELD_ERRORS_KEY else str(key)
                yield from _flatten(value, ".".join(filter(None, (path, name))))
    else:
        for index, value in enumerate(detail):
            nested = isinstance(value, Mapping) or not isinstance(value, str)
            yield from _flatten(value, f"{path}[{index}]" if nested else path)


def _document(status: int, detail: str, errors: Sequence[Any]) -> dict[str, Any]:
    title = HTTPStatus(status).phrase
    return {"type": "about:blank", "title": title, "status": status, "detail": detail, "errors": list(errors)}


def _plain_answer(status: int, detail: str) -> HttpResponse:
    return JsonResponse(_document(status, detail, ()), status=status, content_type=MEDIA_TYPE)


def _is_api(request: HttpRequest) -> bool:
    return request.path.startswith("/api/")


def _page(status: int, **context: str) -> HttpResponse:
    """The template of this status."""
    return HttpResponse(loader.get_template(f"{status}.html").render(context), status=status)
