"""Single questions about one cluster: may this reach that, can it ask names, what does a name mean?

Answered by the literal evaluator, pair by pair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from apps.engine import (
    DNS_PROTOCOLS,
    OPEN,
    Explainer,
    ServiceIndex,
    Target,
    join_pairs,
    parse_address,
    resolve_name,
    resolvers_of,
)
from apps.engine.model import (
    PROTOCOLS,
    Assumptions,
    Citation,
    Cluster,
    Endpoint,
    PairExplanation,
    Service,
    Side,
    Verdict,
)
from apps.reachability.clients import explain_hidden, hides_client

Lines = Callable[[Citation], "tuple[int, int] | None"]


class BadAsk(ValueError):
    """A question that cannot be asked of this cluster; the message says why."""


class Asker:
    """Answers questions about one cluster. `lines` finds the manifest lines of what an answer cites."""

    def __init__(self, cluster: Cluster, assumptions: Assumptions, lines: Lines) -> None:
        self._cluster = cluster
        self._index = ServiceIndex(cluster)
        self._explainer = Explainer(cluster, assumptions)
        self._lines = lines
        self._pods = {
            f"{workload.namespace}/Pod/{pod.name}": Endpoint(workload, pod)
            for workload in cluster.workloads
            for pod in workload.pods
            if pod.name
        }
        self._owners: dict[str, list[Endpoint]] = {}
        for workload in cluster.workloads:
            self._owners.setdefault(workload.key, []).extend(Endpoint(workload, pod) for pod in workload.pods)

    def answer(self, ask: Mapping[str, Any]) -> dict[str, Any]:
        """The answer in the form of the contract; BadAsk names what is wrong with the question."""
        source = _text(ask, "source")
        if "dns" in ask:
            return self._dns(source)
        if "name" in ask:
            return self._name(source, _text(ask, "name"))
        return self._connection(source, _text(ask, "target"), _port(ask), _protocol(ask))

    def _connection(self, source: str, target: str, port: int, protocol: str) -> dict[str, Any]:
        ends = self._ends(source)
        service = self._service(target)
        if service is None:
            targets = [(end, port) for end in self._ends(target)]
            return self._merged([self._explain(end, *aim, protocol) for end in ends for aim in targets])
        resolved = self._index.resolve(service, port, protocol)
        if resolved.problem:
            return {"verdict": resolved.problem, "egress": None, "ingress": None, "reason": resolved.problem}
        final = self._final(service)
        pairs = [
            self._explain_called(final, end, aim, number, protocol)
            for end in ends
            for aim, number in _aims(resolved.targets, end if final.internal_local else None)
        ]
        if not pairs:
            reason = "internalTrafficPolicy is Local and no end point is on the source's node"
            return {"verdict": "no-endpoints", "egress": None, "ingress": None, "reason": reason}
        return self._merged(pairs)

    def _explain(self, source: Endpoint, target: Endpoint, port: int, protocol: str) -> PairExplanation:
        return self._explainer.explain(source, target, port, protocol)

    def _explain_called(
        self, service: Service, source: Endpoint, target: Endpoint, port: int, protocol: str
    ) -> PairExplanation:
        if not hides_client(service, source, self._cluster):
            return self._explain(source, target, port, protocol)
        return explain_hidden(source, self._cluster, lambda seen: self._explain(seen, target, port, protocol))

    def _merged(self, pairs: list[PairExplanation]) -> dict[str, Any]:
        """One answer for all pairs, with the sides of the pair that tells most."""
        verdict = join_pairs([pair.verdict for pair in pairs])
        telling = next((pair for pair in pairs if pair.verdict is verdict), pairs[0])
        if verdict is Verdict.PARTIAL:
            telling = next((pair for pair in pairs if pair.verdict not in OPEN), telling)
        return {
            "verdict": str(verdict),
            "egress": self._side(telling.egress),
            "ingress": self._side(telling.ingress),
            "reason": telling.reason,
        }

    def _side(self, side: Side) -> dict[str, Any]:
        return {
            "verdict": str(side.verdict),
            "isolated": side.isolated,
            "reason": side.reason,
            "policies": [self._citation(citation) for citation in side.citations],
        }

    def _citation(self, citation: Citation) -> dict[str, Any]:
        lines = self._lines(citation)
        return {
            "kind": citation.ref.kind,
            "namespace": citation.ref.namespace,
            "name": citation.ref.name,
            "effect": citation.effect,
            "path": citation.path,
            "line": lines[0] if lines else None,
            "last_line": lines[1] if lines else None,
        }

    def _dns(self, source: str) -> dict[str, Any]:
        """May it ask names? `{"udp", "tcp"}`, each allowed, denied or unknown."""
        ends = self._ends(source)
        found = {protocol.lower(): self._dns_over(ends, protocol) for protocol in DNS_PROTOCOLS}
        return {**found, "dns": found}

    def _dns_over(self, ends: Iterable[Endpoint], protocol: str) -> str:
        verdicts = []
        for end in ends:
            if end.workload is None:
                raise BadAsk("source: an address asks no names here; name a pod or a workload")
            resolvers = resolvers_of(self._index, end.workload)
            targets = resolvers.targets.get(protocol, ())
            verdicts += [
                self._explain(end, aim, number, protocol).verdict for aim, number in _aims(targets, None)
            ] or [Verdict.UNKNOWN]
        together = join_pairs(verdicts)
        if together in OPEN:
            return "allowed"
        return "denied" if together is Verdict.DENIED else "unknown"

    def _name(self, source: str, name: str) -> dict[str, Any]:
        namespace = source.partition("/")[0]
        if namespace not in {space.name for space in self._cluster.namespaces}:
            raise BadAsk(f"source: no namespace {namespace}")
        service = resolve_name(self._index, namespace, name)
        found = {"service": service.key if service else None}
        return {**found, "name": found}

    def _service(self, target: str) -> Service | None:
        """The Service that a target means: `svc:NS/NAME`, or the address of one."""
        if not target.startswith("svc:"):
            return next((s for s in self._cluster.services if target in s.cluster_ips), None)
        namespace, _, name = target.removeprefix("svc:").partition("/")
        if (namespace, name) not in self._index.by_key:
            raise BadAsk(f"target: no Service {namespace}/{name}")
        return self._index.by_key[namespace, name]

    def _final(self, service: Service) -> Service:
        return self._index.follow(service)[0] or service

    def _ends(self, text: str) -> list[Endpoint]:
        """A pod, the pods of a workload, or an address; an address that is a pod's is that pod."""
        if text in self._pods:
            return [self._pods[text]]
        if text in self._owners:
            return self._owners[text]
        if "/" in text:
            raise BadAsk(f"{text}: no such pod or workload")
        try:
            address = parse_address(text)
        except ValueError:
            raise BadAsk(f"{text}: neither NS/Pod/NAME, NS/Kind/NAME nor an address") from None
        for end in self._pods.values():
            own = end.workload is not None and not end.workload.host_network and end.pod is not None
            if own and end.pod and address in map(parse_address, end.pod.addresses):
                return [end]
        return [Endpoint(address=text)]


def _aims(targets: Iterable[Target], near: Endpoint | None) -> list[tuple[Endpoint, int]]:
    """The end points of targets; `near`: only those on this one's node, where both are known."""
    ends = [
        (Endpoint(target.workload, pod) if pod else Endpoint(address=target.address), target.port)
        for target in targets
        for pod in (target.pods or (None,))
    ]
    node = near.pod.node if near and near.pod else ""
    return [(end, port) for end, port in ends if not node or not end.pod or end.pod.node in ("", node)]


def _text(ask: Mapping[str, Any], key: str) -> str:
    value = ask.get(key)
    if not isinstance(value, str) or not value:
        raise BadAsk(f"{key}: must be text, not {value!r}")
    return value


def _port(ask: Mapping[str, Any]) -> int:
    port = ask.get("port")
    if isinstance(port, bool) or not isinstance(port, int) or not 1 <= port <= 65535:
        raise BadAsk(f"port: must be a number from 1 to 65535, not {port!r}")
    return port


def _protocol(ask: Mapping[str, Any]) -> str:
    protocol = ask.get("protocol", "TCP")
    if protocol not in PROTOCOLS:
        raise BadAsk(f"protocol: must be one of {', '.join(PROTOCOLS)}, not {protocol!r}")
    return str(protocol)
