"""One page of a long list, as `_pager.html` shows it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Page:
    """Entries `offset` to `offset + size` of `count`; `path` and `query` lead to the neighbours."""

    count: int
    offset: int
    size: int
    path: str
    query: str
    hidden: int = 0  # entries that a filter takes away

    @property
    def window(self) -> slice:
        return slice(self.offset, self.offset + self.size)

    @property
    def first(self) -> int:
        return min(self.offset + 1, self.count)

    @property
    def last(self) -> int:
        return min(self.offset + self.size, self.count)

    @property
    def shown(self) -> int:
        return max(0, self.last - self.offset)

    @property
    def has_previous_page(self) -> bool:
        return self.offset > 0

    @property
    def has_next_page(self) -> bool:
        return self.last < self.count

    @property
    def has_other_pages(self) -> bool:
        return self.has_previous_page or self.has_next_page

    @property
    def previous_offset(self) -> int:
        return max(0, self.offset - self.size)

    @property
    def next_offset(self) -> int:
        return self.offset + self.size

    @property
    def previous_url(self) -> str:
        return self._url(self.previous_offset)

    @property
    def next_url(self) -> str:
        return self._url(self.next_offset)

    def _url(self, offset: int) -> str:
        return f"{self.path}?{self.query}{'&' if self.query else ''}offset={offset}"


def page_of(request: HttpRequest, count: int, size: int, hidden: int = 0) -> Page:
    """The page that a request's `offset` asks for; an offset that is none, or past the end, is the start."""
    text = request.POST.get("offset", "") if request.method == "POST" else request.GET.get("offset", "")
    offset = int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0
    query = request.GET.copy()
    for name in ("offset", "fragment"):
        query.pop(name, None)
    return Page(
        count, offset if offset < count else 0, size, request.path, query.urlencode(safe="/:,"), hidden
    )
