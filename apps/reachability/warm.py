"""Works out the newest snapshots before anybody asks, in the process that will be asked.

The first question about a snapshot reads and evaluates it, which takes seconds at thousands of namespaces;
later ones are answered from what is kept. A thread of each web process does the first part in advance.
"""

from __future__ import annotations

import logging
import os
import threading
import time

from django.db import close_old_connections, connection

from apps.reachability.matrix_names import structure_of
from apps.reachability.queries import load_reach
from apps.reachability.summary import summarise
from apps.snapshots.models import Snapshot

EVERY = 15  # seconds between two looks
MOST = 2  # snapshots, of the clusters with the newest ones; more are not kept anyway

_log = logging.getLogger(__name__)
_lock = threading.Lock()
_started_in = 0  # the process; a fork has no threads


def keep_warm() -> None:
    """Starts the thread unless this process has it."""
    global _started_in  # noqa: PLW0603 - one a process, as threads are
    if _started_in == os.getpid():
        return
    with _lock:
        if _started_in != os.getpid():
            _started_in = os.getpid()
            threading.Thread(target=_watch, name="warm", daemon=True).start()


def warm_newest() -> list[Snapshot]:
    """Evaluates what is newest and not evaluated yet; the snapshots that are warm now."""
    newest: dict[int, Snapshot] = {}
    stored = Snapshot.objects.filter(state__in=Snapshot.STORED).select_related("cluster")
    for snapshot in stored.order_by("-pk")[:50]:
        newest.setdefault(snapshot.cluster_id, snapshot)
    chosen = list(newest.values())[:MOST]
    for snapshot in chosen:
        structure_of(load_reach(snapshot))
        summarise(snapshot)  # with the findings
    return chosen


def _watch() -> None:
    while True:
        try:
            close_old_connections()
            warm_newest()
        except Exception:  # it must not end with the first hiccup of the database
            _log.exception("the newest snapshots could not be worked out in advance")
        finally:
            connection.close()
        time.sleep(EVERY)
