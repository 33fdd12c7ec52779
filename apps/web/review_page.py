"""One page of what is new in a review, ready to be decided about."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

from django.http import HttpRequest

from apps.review.items import EdgeItem, Item
from apps.review.review_items import EVERYTHING, Group, ReviewItems
from apps.web.pages import Page, page_of
from apps.web.review_forms import DecisionForm
from apps.web.words import word_of

ROWS = 20
MOST_SOURCES = 60
MOST_GROUPS = 40


class ReviewPage:
    """`failed`: the form that was sent and is wrong; it stands at its item with what is wrong."""

    everything = EVERYTHING

    def __init__(self, request: HttpRequest, found: ReviewItems, failed: DecisionForm | None) -> None:
        self._request = request
        self._found = found
        self.failed = failed
        self.group = next((g for g in found.groups if g.id == request.GET.get("group")), None)
        self.only_left = request.GET.get("left") == "1"
        items = found.of_group(self.group.id if self.group else "")
        self._items = [item for item in items if found.left(item)] if self.only_left else items
        self.page: Page = page_of(request, len(self._items), ROWS, len(items) - len(self._items))

    @property
    def groups(self) -> list[Group]:
        return self._found.groups[:MOST_GROUPS]

    @property
    def more_groups(self) -> int:
        return max(0, len(self._found.groups) - MOST_GROUPS)

    @property
    def size(self) -> int:
        return self._found.size

    @property
    def left(self) -> int:
        return self._found.all_left

    @property
    def decided(self) -> int:
        return self.size - self.left

    @property
    def group_failed(self) -> DecisionForm | None:
        """The form of a group, which names no item."""
        return self.failed if self.failed and not self.failed.data.get("item") else None

    @cached_property
    def rows(self) -> list[dict[str, Any]]:
        return [self._row(item) for item in self._items[self.page.window]]

    def _row(self, item: Item) -> dict[str, Any]:
        decisions = self._found.decisions.get(item.id, {})
        is_failed = self.failed is not None and self.failed.data.get("item") == item.id
        return {
            "item": item,
            "left": self._found.left(item),
            "version": self._found.version(item),
            "form": self.failed if is_failed else None,
            "chosen": set(self._request.POST.getlist("sources")) if is_failed else set(),
            "turns": list(_turns(item)),
            "more": max(0, item.size - MOST_SOURCES),
            "decisions": sorted(decisions.values(), key=lambda each: each.source)[:MOST_SOURCES],
        }


def _turns(item: Item) -> Iterator[dict[str, str]]:
    if isinstance(item, EdgeItem):
        for source, before, after in item.turns(item.numbers[:MOST_SOURCES]):
            yield {
                "source": source,
                "before": word_of(before) if before else "",
                "after": word_of(after),
                "verdict": after,
            }
