"""Python's garbage collector, at rest while many values are made that all stay.

It looks for circles whenever enough new objects have come up, and again and again at all of the old ones.
Half of the time of reading a large cluster would go there, and no object of the engine stands in a circle.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collector_at_rest() -> Iterator[None]:
    """No automatic collection inside; after it, collection is as it was before.

    Only who found it running starts it again, so threads that do this at the same time leave it running.
    What was made inside is counted as old at once (that is what freeze and unfreeze come to): it is looked at
    when all of the old objects are, and not three times before.
    """
    was_running = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_running:
            gc.freeze()
            gc.unfreeze()
            gc.enable()
