"""A changing cluster behind a fake API server, and what Portolan should say of it."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from random import Random

from apps.engine import Reach, assumptions_for, compute_reach, parse_cluster
from benchmarks.edits import Editor
from benchmarks.generate import generate_cluster
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_store import Store


class World:
    def __init__(self, seed: int) -> None:
        self._random = Random(seed)
        made = generate_cluster(12, 60, 150, 40, 40, seed)
        self._objects = [body for body in made if body["kind"] != "Deployment"]
        self._editor = Editor(self._objects, seed)
        self.api = KubeApi(token="t0ken")
        self._publish()

    def change(self) -> None:
        """One to five edits; sometimes a Service, and what it leads to, comes or goes."""
        self._editor.edit(self._random.randrange(1, 6))
        self._publish()

    def reach(self) -> Reach:
        """From scratch, out of the objects that the API server holds."""
        return compute_reach(parse_cluster(self._bodies()), assumptions_for("", {}))

    def heal(self) -> None:
        self.api.faults.clear()

    def _bodies(self) -> Iterator[dict[str, object]]:
        yield from deepcopy(self._objects)

    def _publish(self) -> None:
        self.api.store = Store(self._bodies())
