"""The process that watches: which clusters, and what comes of it. Any number of such processes may run."""

from __future__ import annotations

import logging
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.db import DatabaseError, close_old_connections

from apps.reachability.watch_orders import Orders
from apps.snapshots.clusters import ClusterRefused, access_of
from apps.snapshots.credentials import CredentialLost
from apps.snapshots.models import Cluster
from apps.snapshots.watching.lease import LEASE, give_up_lease, keep_lease, watched_clusters
from apps.snapshots.watching.session import Session

GLANCE = 0.25  # seconds between two looks at what is due
_LOOK = LEASE.total_seconds() / 5  # seconds between two looks at which clusters there are
_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Watched:
    session: Session
    orders: Orders
    way: tuple[str, str, bool]  # how the cluster was reached when it began


class Watcher:
    """Watches the clusters whose lease it gets, until `run` is told to end."""

    def __init__(self) -> None:
        self._holder = uuid.uuid4().hex
        self._watched: dict[int, _Watched] = {}
        self._looked = float("-inf")

    def run(self, *, ends: Callable[[], bool], alive: Callable[[], None]) -> None:
        """`alive` is called again and again as long as the process gets on."""
        try:
            while not ends():
                try:
                    self.tick()
                except DatabaseError:
                    _log.warning("the database does not answer", exc_info=True)
                    close_old_connections()
                alive()
                time.sleep(GLANCE)
        finally:
            self.end()

    def tick(self) -> None:
        now = time.monotonic()
        if now - self._looked >= _LOOK:
            self._look()
            self._looked = now
        for each in list(self._watched.values()):
            try:
                each.orders.tick()
            except ClusterRefused:
                self._looked = float("-inf")  # it is another cluster now, or none

    def end(self) -> None:
        for cluster_id in list(self._watched):
            self._drop(cluster_id)
            give_up_lease(cluster_id, self._holder)

    def _look(self) -> None:
        """Begins with what is new and free, and leaves what is no longer to be watched."""
        wanted = {cluster.pk: cluster for cluster in watched_clusters()}
        for cluster_id in self._watched.keys() - wanted.keys():
            self._drop(cluster_id)
            give_up_lease(cluster_id, self._holder)
        for cluster in wanted.values():
            self._see_to(cluster)

    def _see_to(self, cluster: Cluster) -> None:
        watched = self._watched.get(cluster.pk)
        trouble = watched.session.trouble if watched else ""
        if not keep_lease(cluster, self._holder, trouble=trouble):
            self._drop(cluster.pk)
            return
        if watched and watched.way != _way(cluster):
            self._drop(cluster.pk)  # its kubeconfig was changed
        if cluster.pk not in self._watched:
            self._begin(cluster)

    def _begin(self, cluster: Cluster) -> None:
        try:
            access = access_of(cluster)
        except (ClusterRefused, CredentialLost) as refusal:
            keep_lease(cluster, self._holder, trouble=str(refusal))
            return
        orders = Orders(cluster)
        session = Session(cluster.slug, access, orders.note)
        self._watched[cluster.pk] = _Watched(session, orders, _way(cluster))
        session.start()

    def _drop(self, cluster_id: int) -> None:
        watched = self._watched.pop(cluster_id, None)
        if watched:
            watched.session.stop()


def _way(cluster: Cluster) -> tuple[str, str, bool]:
    return cluster.credential, cluster.context, cluster.allow_insecure
