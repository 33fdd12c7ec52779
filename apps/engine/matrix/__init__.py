"""The fast evaluator: for one target and port, all sources at once, by set algebra on bitmaps.

Each row is a lower and an upper bound: sources that are surely allowed and sources that possibly are.
Between the two the answer is unknown. `explain` reads the same rules one pair at a time; the two agree.

Most targets of a large cluster are alike: the same rules match them. So a row is looked up by what it is
made from, and only computed where that is new; targets that no rule tells apart are given the same object.
"""

from __future__ import annotations

from apps.engine.matrix.worlds import Matrix, World

__all__ = ["Matrix", "World"]
