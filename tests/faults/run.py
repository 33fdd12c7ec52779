"""One run: the whole set-up, and rounds of change, fault, healing and checking."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from django.contrib.auth.models import User
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone

from apps.access.models import ApiToken, Role
from apps.reachability.tasks import request_snapshot
from apps.review.models import FollowUp
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.dashboard.running import until
from tests.faults.check import check_history, check_newest, check_rows
from tests.faults.faults import Break
from tests.faults.processes import LEASE, Processes
from tests.faults.world import World
from tests.services import PostgreSQL, Redis

T = TypeVar("T")
BOUND = 120.0  # seconds from the end of a fault until everything is right again
# What PostgreSQL says in a statement, and to who connects anew.
_FULL = ("No space left on device", "could not write init file")
_SHORTEST_WAIT = 2  # seconds; longer waits of the schedule are cut to this, as if time had passed


@dataclass
class Round:
    name: str
    saw: str
    recovered: float  # seconds
    wrong: list[str]


@dataclass
class Run:
    postgresql: PostgreSQL
    redis: Redis
    processes: Processes
    world: World

    def prepare(self) -> None:
        kubeconfig = self.world.api.kubeconfig()
        self.cluster = add_cluster(name="Live", source=Cluster.Source.KUBECONFIG, kubeconfig=kubeconfig)
        operator = User.objects.create(username="operator", is_staff=True)
        _, self._token = ApiToken.objects.create(operator, name="faults", role=Role.ADMINISTRATOR)
        self._checked = 0
        self._began = {}
        until(lambda: '"ready"' in self.processes.health(), 90, "all parts to be up")
        self._recover()

    def round(self, fault: Break, dice: Random) -> Round:
        self.world.change()
        self._note_logs()
        self._order()
        time.sleep(dice.uniform(0, 1.2))
        try:
            saw = fault(self, dice)
        finally:
            self.world.heal()
        began = time.monotonic()
        wrong = self._recover()
        if not saw:
            wrong.append("nothing of it was to be seen")
        return Round(fault.__name__, saw, time.monotonic() - began, wrong)

    def check_all(self) -> list[str]:
        """Everything that was ever stored, once more from the beginning."""
        return [*check_rows(self.cluster), *check_history(self._stored_after(0))]

    # --- what an operator sees ---------------------------------------------------------------------

    def seen_in_health(self, words: str) -> str:
        return self._seen(lambda: words if words in self.processes.health() else "", 30, "/readyz: ")

    def seen_of_full_disk(self) -> str:
        """In the worker's log, or by whoever orders a snapshot when not even the order finds room."""

        def look() -> str:
            self.postgresql.fill()
            log = self.processes.log("worker")[self._began["worker"] :]
            if words := next((words for words in _FULL if words in log), ""):
                return f"the worker's log: {words}"
            status, told = self.processes.post(
                f"/api/v1/clusters/{self.cluster.slug}/snapshots/", self._token
            )
            return f"{status}: the disk of the database is full" if "database is full" in told else ""

        return self._seen(look, 30, "")

    def seen_running(self) -> str:
        """For longer than a worker may be silent, with the step that takes so long."""

        def step() -> str:
            self._order()
            running = self.cluster.snapshots.filter(state=Snapshot.State.RUNNING).first()
            if running is None or not running.started:
                return ""
            lasts = (timezone.now() - running.started).total_seconds()
            return f"running for {lasts:.0f} s: {running.step}" if lasts > LEASE + 1 else ""

        return self._seen(step, 40, "the snapshot: ")

    def seen_in_snapshot(self) -> str:
        def error() -> str:
            self._hurry()
            self._order()
            for each in self.cluster.snapshots.order_by("-number")[:2]:
                unread = each.coverage.get("unread") or []
                if each.pk > self._last_right and (each.error or unread):
                    return each.error or str(unread[0])
            return ""

        return self._seen(error, 60, "the snapshot: ")

    def _seen(self, look: Callable[[], str], seconds: float, where: str) -> str:
        found = ""
        deadline = time.monotonic() + seconds
        while not found and time.monotonic() < deadline:
            found = _tolerant(look) or ""
            time.sleep(0.1)
        return f"{where}{found[:90]}" if found else ""

    # --- after it ----------------------------------------------------------------------------------

    def _recover(self) -> list[str]:
        """Until the newest snapshot was asked for after the end of the fault, is right and is followed up."""
        after = self._newest_number()
        try:
            until(lambda: _tolerant(lambda: self._is_right_after(after)), BOUND, "a snapshot that is right")
        except TimeoutError as late:
            last = list(self.cluster.snapshots.order_by("-number").values("number", "state", "error")[:3])
            return [f"{late}; the last ones: {last}"]
        stored = self._stored_after(self._checked)
        wrong = [*check_rows(self.cluster), *check_history(stored), *self._check_health()]
        if stored:
            self._checked = stored[-1].number
        return wrong

    def _is_right_after(self, after: int) -> bool:
        self._hurry()
        newest = self.cluster.snapshots.order_by("-pk").first()
        if newest is None or newest.number <= after:
            self._order()
            return False
        if newest.state in Snapshot.UNFINISHED:
            return False
        if any(check_newest(newest, self.world.reach())):
            self._order()
            return False
        self._last_right = newest.pk
        return FollowUp.objects.filter(snapshot=newest).exists()

    def _newest_number(self) -> int:
        """As soon as the database says so: what is asked for from now on does not know the fault."""
        found: list[int] = []

        def look() -> bool:
            found[:] = [0, *self.cluster.snapshots.values_list("number", flat=True)]
            return True

        until(lambda: _tolerant(look), BOUND, "the database")
        return max(found)

    def _check_health(self) -> list[str]:
        try:
            until(lambda: '"ready"' in self.processes.health(), 60, "/readyz to say ready")
        except TimeoutError as late:
            return [f"{late}: {self.processes.health()}"]
        return []

    def _order(self) -> None:
        _tolerant(lambda: request_snapshot(self.cluster))

    def _hurry(self) -> None:
        """Retries of the schedule wait up to a minute; here that time passes faster."""
        with connection.cursor() as cursor:
            cursor.execute(
                "UPDATE snapshots_snapshot SET wake_at = now() + interval '%s seconds' "
                "WHERE state = 'queued' AND wake_at > now() + interval '%s seconds'",
                [_SHORTEST_WAIT, _SHORTEST_WAIT + 1],
            )

    def _note_logs(self) -> None:
        self._began = {name: len(self.processes.log(name)) for name in ("worker", "web", "beat")}

    def _stored_after(self, number: int) -> list[Snapshot]:
        found = self.cluster.snapshots.filter(state__in=Snapshot.STORED, number__gt=number)
        return list(found.select_related("cluster", "placement__base").order_by("number"))


def _tolerant(ask: Callable[[], T]) -> T | None:
    """None while the database does not answer."""
    try:
        return ask()
    except (DatabaseError, InterfaceError):
        connection.close()
        return None
