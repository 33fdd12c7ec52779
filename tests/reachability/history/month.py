"""A month of a changing cluster, taken through the worker, and beside it what each snapshot should say."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, field
from random import Random

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from apps.engine.model import Cluster as Parsed
from apps.reachability.history.rows import Key
from apps.reachability.take import run_snapshot
from apps.snapshots.clusters import change_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.queries import unread_of
from apps.snapshots.schedule import order_snapshot
from benchmarks.edits import Editor
from benchmarks.generate import Object, generate_cluster
from tests.fakes.kube_api import Fault, KubeApi
from tests.fakes.kube_store import Store

POLICIES = "/apis/networking.k8s.io/v1/networkpolicies"
Edge = tuple[str, Key]


@dataclass
class Day:
    """One snapshot, and what was computed from scratch out of the objects that the API server held."""

    snapshot: Snapshot
    world: Parsed
    reach: Reach
    verdicts: dict[Edge, str] = field(default_factory=dict)


class Month:
    """Edits a cluster between snapshots: policies, labels, pods, Services and whole namespaces; now and then
    policies cannot be read, a plugin is set, or nothing changes."""

    def __init__(self, api: KubeApi, cluster: Cluster, seed: int) -> None:
        self._api = api
        self._cluster = cluster
        self._random = Random(seed)
        made = generate_cluster(7, 24, 40, 12, 16, seed)
        self._objects = [body for body in made if body["kind"] != "Deployment"]
        self._editor = Editor(self._objects, seed)
        self._away: list[Object] = []

    def take(self, count: int) -> list[Day]:
        days = []
        for _ in range(count):
            days.append(self._take())
            self._edit()
        return days

    def _take(self) -> Day:
        self._api.store = Store(deepcopy(self._objects))
        snapshot, _ = order_snapshot(self._cluster)
        run_snapshot(snapshot.pk)
        snapshot.refresh_from_db()
        assert snapshot.is_stored, snapshot.error
        unread = unread_of(snapshot)
        hidden = {entry.ref.kind for entry in unread}
        world = parse_cluster([body for body in self._objects if body["kind"] not in hidden], unread=unread)
        day = Day(snapshot, world, compute_reach(world, assumptions_for(self._cluster.plugin, {})))
        for edge in day.reach.edges():
            namespace, _, service = edge.target.partition("/")
            day.verdicts[edge.source, Key(namespace, service, edge.port, edge.protocol)] = edge.verdict.value
        return day

    def _edit(self) -> None:
        self._api.faults.clear()
        draw = self._random.random()
        if draw < 0.1:
            return
        if draw < 0.2:
            self._api.faults[POLICIES] = Fault(status=403, message="forbidden")
        elif draw < 0.25:
            plugin = self._random.choice(("", "calico", "none"))
            self._cluster = change_cluster(self._cluster, plugin=plugin)
        elif draw < 0.35:
            self._move("a namespace")
        elif draw < 0.45:
            self._move("a Service")
        elif draw < 0.55:
            self._move("the pods of a namespace")
        self._editor.edit(self._random.randrange(1, 5))

    def _move(self, what: str) -> None:
        """It goes with all that is in it; or what went last time comes back."""
        if self._away:
            self._objects += self._away
            self._away = []
            return
        name = self._random.choice(sorted({body["metadata"].get("namespace", "") for body in self._objects}))
        inside = [body for body in self._objects if body["metadata"].get("namespace") == name]
        if what == "a namespace" and name != "kube-system":
            self._away = inside + [body for body in self._objects if body["metadata"]["name"] == name]
        elif what == "a Service":
            self._away = [body for body in inside if body["kind"] == "Service"][:1]
        else:
            self._away = [body for body in inside if body["kind"] == "Pod"]
        gone = set(map(id, self._away))
        self._objects[:] = [body for body in self._objects if id(body) not in gone]
