"""How long snapshots are kept: `all`, so many days (`90d`), or so many snapshots (`500`)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

_FORM = re.compile(r"^(?:all|(?P<count>[1-9]\d{0,5})(?P<days>d?))$")


@dataclass(frozen=True, slots=True)
class Retention:
    """Both None: everything is kept."""

    age: timedelta | None = None
    count: int | None = None


def read_retention(text: str) -> Retention:
    """ValueError says how it is written."""
    found = _FORM.match(text.strip())
    if not found:
        raise ValueError("must be all, a number of days such as 90d, or a number of snapshots such as 500")
    if not found["count"]:
        return Retention()
    count = int(found["count"])
    return Retention(age=timedelta(days=count)) if found["days"] else Retention(count=count)
