"""Changes as they come about in a running cluster, one at a time, on decoded objects."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Address
from random import Random

from benchmarks.generate import Object
from benchmarks.policies import generate_policies

_FIRST_ADDRESS = IPv4Address("10.192.0.1")


class Editor:
    """Edits a list of objects in place, so that equal seeds give equal histories."""

    def __init__(self, objects: list[Object], seed: int) -> None:
        self.objects = objects
        self._random = Random(seed)
        self._made = 0
        self._names = [body["metadata"]["name"] for body in self._of("Namespace")]

    def edit(self, count: int) -> None:
        """Makes so many changes: of twenty 6 replaced pods, 8 policies, 4 labels and 2 Services."""
        for _ in range(count):
            self._random.choices(*_choices())[0](self)

    def replace_pod(self) -> None:
        """A rollout: another name and another address."""
        self._move(self._any("Pod"))

    def add_policy(self) -> None:
        (policy,) = generate_policies(self._names, 1, self._random)
        policy["metadata"]["name"] = f"made-{self._next()}"
        self.objects.append(policy)

    def remove_policy(self) -> None:
        gone = self._any("NetworkPolicy")
        self.objects[:] = [body for body in self.objects if body is not gone]

    def change_policy(self) -> None:
        """Another policy's rules under the same name."""
        (fresh,) = generate_policies(self._names, 1, self._random)
        self._any("NetworkPolicy")["spec"] = fresh["spec"]

    def relabel_namespace(self) -> None:
        labels = self._any("Namespace")["metadata"]["labels"]
        labels["stage"] = self._random.choice(("dev", "test", "prod"))

    def relabel_workload(self) -> None:
        """All pods of one workload take another role."""
        app = self._any("Pod")["metadata"]["labels"].get("app")
        role = self._random.choice(("web", "api", "worker", "db"))
        for pod in self._of("Pod"):
            if app and pod["metadata"]["labels"].get("app") == app:
                pod["metadata"]["labels"]["role"] = role

    def change_service(self) -> None:
        port = self._any("Service")["spec"]["ports"][0]
        port["targetPort"] = self._random.choice((8080, 9090, 5432))

    def _move(self, pod: Object) -> None:
        number = self._next()
        pod["metadata"]["name"] = f"{pod['metadata']['name'].rpartition('-')[0]}-{number:06x}"
        address = str(_FIRST_ADDRESS + number)
        pod["status"] |= {"podIP": address, "podIPs": [{"ip": address}]}

    def _any(self, kind: str) -> Object:
        return self._random.choice(self._of(kind))

    def _of(self, kind: str) -> list[Object]:
        return [body for body in self.objects if body["kind"] == kind]

    def _next(self) -> int:
        self._made += 1
        return self._made


def _choices() -> tuple[list[Callable[[Editor], None]], list[int]]:
    weights = {
        Editor.replace_pod: 6,
        Editor.add_policy: 2,
        Editor.remove_policy: 2,
        Editor.change_policy: 4,
        Editor.relabel_namespace: 3,
        Editor.relabel_workload: 1,
        Editor.change_service: 2,
    }
    return list(weights), list(weights.values())
