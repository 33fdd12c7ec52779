"""What somebody is told who asks too often."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render


def too_many(
    request: HttpRequest, detail: str, seconds: int, template: str = "access/too_many.html"
) -> HttpResponse:
    """429 (RFC 6585), as a page or as a problem document (RFC 9457). `seconds`: when to ask again."""
    if request.path.startswith("/api/"):
        body = {
            "type": "about:blank",
            "title": "Too Many Requests",
            "status": 429,
            "detail": detail,
            "errors": [],
        }
        answer: HttpResponse = JsonResponse(body, content_type="application/problem+json")
    else:
        answer = render(request, template, {"detail": detail, "seconds": seconds})
    answer.status_code = 429
    answer["Retry-After"] = str(seconds)
    return answer
