"""One review as screen and REST ask for it: its items, what is decided, what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from apps.review.decide import by_item, open_count, version_of
from apps.review.find_items import find_items
from apps.review.items import Item, item_id
from apps.review.models import Decision, Review
from apps.review.queries import last_signed_review
from apps.snapshots.models import Snapshot

EVERYTHING = "all"  # in place of the id of a group


class Group(NamedTuple):
    """Items that are new for one reason. `size`: edges or findings; `left`: of them not decided."""

    id: str
    title: str
    items: int
    size: int
    left: int


@dataclass(frozen=True)
class ReviewItems:
    """The items of one review. Raises NothingStored, and LookupError if a snapshot of it is gone."""

    review: Review

    @cached_property
    def after(self) -> Snapshot:
        return self._snapshot(self.review.snapshot_number)

    @cached_property
    def before(self) -> Snapshot | None:
        return None if self.review.against is None else self._snapshot(self.review.against)

    @cached_property
    def items(self) -> Sequence[Item]:
        last = last_signed_review(self.review.cluster, before=self.review.snapshot_number)
        return find_items(self.after, self.before, last.signed if last else None)

    @cached_property
    def decisions(self) -> Mapping[str, Mapping[str, Decision]]:
        return by_item(self.review)

    @cached_property
    def groups(self) -> list[Group]:
        """In the order of the items."""
        by_title: dict[str, list[Item]] = {}
        for item in self.items:
            by_title.setdefault(item.group, []).append(item)
        return [
            Group(
                id=item_id("group", title),
                title=title,
                items=len(items),
                size=sum(item.size for item in items),
                left=sum(self.left(item) for item in items),
            )
            for title, items in by_title.items()
        ]

    @property
    def size(self) -> int:
        return sum(group.size for group in self.groups)

    @property
    def all_left(self) -> int:
        return sum(group.left for group in self.groups)

    def left(self, item: Item) -> int:
        return open_count(item, self.decisions.get(item.id, {}))

    def version(self, item: Item) -> int:
        """What a decision about the item has to name, so that it overwrites nothing unseen."""
        return version_of(self.decisions.get(item.id, {}).values())

    def of_group(self, group: str) -> list[Item]:
        """The items of a group by its id, or of all of them."""
        if group in ("", EVERYTHING):
            return list(self.items)
        titles = {item.group for item in self.items}
        chosen = {title for title in titles if item_id("group", title) == group}
        return [item for item in self.items if item.group in chosen]

    def again(self, review: Review) -> ReviewItems:
        """The same review after a decision: its items are the same, and dear to find."""
        anew = ReviewItems(review)
        vars(anew)["items"] = self.items
        return anew

    def find(self, item: str) -> Item | None:
        return next((each for each in self.items if each.id == item), None)

    def _snapshot(self, number: int) -> Snapshot:
        found = Snapshot.objects.select_related("cluster").filter(
            cluster=self.review.cluster_id, number=number
        )
        snapshot = found.first()
        if snapshot is None:
            raise LookupError(f"snapshot {number} is no longer kept")
        return snapshot
