"""When what was seen of a watched cluster orders a snapshot.

What people write (policies, namespaces, Services) does at once. What the cluster itself changes all the time
(pods, EndpointSlices, nodes) does after a while, together, so that a busy cluster is not read without end.
"""

from __future__ import annotations

import time
from threading import Lock

from django.db import DatabaseError

from apps.reachability.tasks import request_snapshot
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.paging import Resource

AT_MOST_EVERY = 2.0  # seconds between two orders
CALM = 30.0  # seconds in which what changes by itself is gathered
AFTER_FAILURE = 15.0  # seconds after a snapshot that failed
_RESTLESS = frozenset({"Pod", "EndpointSlice", "Node"})


class Orders:
    """Those of one cluster. `note` may be called from any thread, the rest from one.

    A change counts as ordered once a snapshot waits that no worker has begun, and as done when that one is
    stored: one that is being read already may have read the kind before the change, and one may fail.
    """

    def __init__(self, cluster: Cluster) -> None:
        self._cluster = cluster
        self._lock = Lock()
        self._due: float | None = None
        self._last = float("-inf")
        self._ordered: int | None = None

    def note(self, resource: Resource) -> None:
        self._make_due(CALM if resource.kind in _RESTLESS else 0.0)

    def tick(self) -> Snapshot | None:
        """Orders a snapshot if one is due; returns it. Raises ClusterRefused, and DatabaseError,
        after which it is still due."""
        self._see_to_ordered()
        now = time.monotonic()
        with self._lock:
            if self._due is None or now < max(self._due, self._last + AT_MOST_EVERY):
                return None
            self._due = None
        try:
            snapshot = request_snapshot(self._cluster)
        except DatabaseError:
            self._make_due(0.0)
            raise
        if snapshot.state != Snapshot.State.QUEUED:
            self._make_due(0.0)  # when it has ended, another one
            return None
        self._last, self._ordered = now, snapshot.pk
        return snapshot

    def _see_to_ordered(self) -> None:
        if self._ordered is None:
            return
        state = Snapshot.objects.filter(pk=self._ordered).values_list("state", flat=True).first()
        if state in Snapshot.UNFINISHED:
            return
        self._ordered = None
        if state not in Snapshot.STORED:
            self._make_due(AFTER_FAILURE)

    def _make_due(self, wait: float) -> None:
        due = time.monotonic() + wait
        with self._lock:
            self._due = due if self._due is None else min(self._due, due)
