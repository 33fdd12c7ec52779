"""Following all kinds of one cluster, from threads of its own. No thread asks the database."""

from __future__ import annotations

import logging
from collections.abc import Callable
from threading import Event, Thread

from apps.snapshots.asking import ClusterUnreachable, NotReadable
from apps.snapshots.discovery import find_policy_kinds
from apps.snapshots.live import Access, Line, open_line
from apps.snapshots.paging import Resource
from apps.snapshots.policy_kinds import CORE
from apps.snapshots.watching.kind import KindWatch

REDISCOVER = 600.0  # seconds after which kinds that were installed meanwhile are followed too
_LONGEST_WAIT = 60.0  # seconds until a cluster that cannot be reached is tried again; doubles from one
_log = logging.getLogger(__name__)


class Session:
    """Follows a cluster from `start` to `stop`. `changed` is called from several threads."""

    def __init__(self, name: str, access: Access, changed: Callable[[Resource], None]) -> None:
        self._name = name
        self._access = access
        self._changed = changed
        self._stopped = Event()
        self._kinds: list[KindWatch] = []
        self._unreachable = ""

    @property
    def trouble(self) -> str:
        """Why the cluster, or some kind of it, cannot be followed now; empty if all is well."""
        return self._unreachable or "; ".join(filter(None, (each.trouble for each in self._kinds)))

    def start(self) -> None:
        Thread(target=self._run, name=f"watch {self._name}", daemon=True).start()

    def stop(self) -> None:
        """Returns at once; what the server still sends is dropped."""
        self._stopped.set()

    def _run(self) -> None:
        wait = 1.0
        while not self._stopped.is_set():
            try:
                with open_line(self._access) as line:
                    self._follow(line)
                wait = 1.0
            except (ClusterUnreachable, NotReadable) as failure:
                self._unreachable = str(failure)
                _log.warning("watching %s: %s", self._name, failure)
                self._stopped.wait(wait)
                wait = min(2 * wait, _LONGEST_WAIT)

    def _follow(self, line: Line) -> None:
        """Starts a thread a kind, and looks from time to time whether there are more kinds.

        Raises ClusterUnreachable or NotReadable as long as nothing is followed yet.
        """
        followed: set[Resource] = set()
        while not self._stopped.is_set():
            try:
                policies, _ = find_policy_kinds(line.ask, progress=lambda *_: None)
                self._unreachable = ""
            except (ClusterUnreachable, NotReadable) as failure:
                if not followed:
                    raise
                policies, self._unreachable = [], str(failure)
            for resource in (*CORE, *policies):
                if resource not in followed:
                    followed.add(resource)
                    self._start(KindWatch(line, resource, self._tell))
            self._stopped.wait(_LONGEST_WAIT if self._unreachable else REDISCOVER)

    def _start(self, kind: KindWatch) -> None:
        self._kinds.append(kind)
        Thread(target=kind.run, args=(self._stopped,), name=f"watch {kind.resource}", daemon=True).start()

    def _tell(self, resource: Resource) -> None:
        if not self._stopped.is_set():
            self._changed(resource)
