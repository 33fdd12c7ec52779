"""Why an edge is not as it was to be, once the suggested policies are in place."""

from __future__ import annotations

from apps.engine.edges import EdgeExplainer, EdgeExplanation
from apps.engine.model import PairExplanation, Verdict
from apps.engine.pairs import Unit
from apps.engine.suggest.ask import Ask, edge_name
from apps.engine.suggest.openings import Place, labels_of
from apps.engine.suggest.suggestion import EdgeKey


class Reasons:
    """Reasons from the evidence for the edges after, and from what else was kept."""

    def __init__(self, ask: Ask, explainer: EdgeExplainer) -> None:
        self._ask = ask
        self._explainer = explainer

    def find(self, key: EdgeKey) -> str:
        explained = self._explainer.explain(*key)
        if not explained.pairs:
            return f"there is nothing to open or close: {explained.reason}"
        if key in self._ask.kept:
            return self._refused(key, explained)
        if not self._ask.scene.assumptions.enforced:
            return "the cluster's network plugin enforces no NetworkPolicy"
        return self._shared(key) or self._elsewhere(key) or self._opened(explained)

    def _refused(self, key: EdgeKey, explained: EdgeExplanation) -> str:
        pair = _first(explained, lacking=(Verdict.ALLOWED, Verdict.UNRESTRICTED))
        target = pair.target.workload
        if key.source == self._ask.namespace and target and not self._ask.pods.governs(target):
            return f"{target.key} uses its node's network, where no selector finds it"
        return f"it stays {explained.verdict}: {pair.reason}"

    def _opened(self, explained: EdgeExplanation) -> str:
        return f"it stays {explained.verdict}: {_first(explained, lacking=(Verdict.DENIED,)).reason}"

    def _elsewhere(self, key: EdgeKey) -> str | None:
        """A Service elsewhere in front of the namespace's pods is closed with them, asked or not."""
        home = self._ask.namespace
        if home in (key.source, key.target.partition("/")[0]):
            return None
        return f"it leads to pods of {home}, which now let in only what is kept"

    def _shared(self, key: EdgeKey) -> str | None:
        """The kept edge that opens this one too: policies see pods by their labels, and their ports, and
        not the Service by which they were called (S1)."""
        own = {self._seen(unit): unit for unit in self._units((key.target, key.port, key.protocol))}
        for other in sorted(edge for edge in self._ask.kept if edge.source == key.source):
            for unit in self._units((other.target, other.port, other.protocol)):
                found = own.get(self._seen(unit))
                if found is None:
                    continue
                if found.workload and unit.workload and found.workload.key != unit.workload.key:
                    told = f"labels do not tell {found.workload.key} from {unit.workload.key}"
                    return f"{told}, where {edge_name(other)} leads, which is kept"
                return f"it leads to the same pods and port as {edge_name(other)}, which is kept"
        return None

    def _units(self, place: Place) -> tuple[Unit, ...]:
        return self._ask.places[place].units

    def _seen(self, unit: Unit) -> tuple[object, ...]:
        """What policies see of a unit."""
        if unit.workload is None:
            return self._ask.scene.address_of(unit.party), unit.port, unit.protocol
        return unit.workload.namespace, labels_of(unit.workload), unit.port, unit.protocol


def _first(explained: EdgeExplanation, *, lacking: tuple[Verdict, ...]) -> PairExplanation:
    """The most telling pair that has none of these verdicts."""
    return next(pair.explanation for pair in explained.pairs if pair.verdict not in lacking)
