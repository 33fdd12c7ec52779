"""The proof of one answer, made ready for the page: out of the same explanation that REST gives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from apps.engine.model import Verdict
from apps.snapshots.models import Snapshot
from apps.web.evidence import Evidence, Library
from apps.web.gates import GATES, Gate, Miss, Side, make_gate, make_miss
from apps.web.question import Question
from apps.web.words import word_of

_QUESTIONS = {
    "denied": "Why is this denied?",
    "partial": "Why for some only?",
    "unknown": "Why is this unknown?",
    "empty": "Who would ask?",
}


@dataclass(frozen=True, slots=True)
class Tab:
    """`evidence`: policies with their YAML. `others`: policies that are only named."""

    id: str
    title: str
    evidence: Sequence[Evidence]
    nothing: str
    others: Sequence[Evidence] = ()


class Proof:
    """What `_proof.html` shows of one explanation (`docs/architecture.md`, explain)."""

    def __init__(self, snapshot: Snapshot, explanation: Mapping[str, Any]) -> None:
        self._told = explanation
        self.snapshot = snapshot
        self._library = Library(snapshot)
        self._base = (snapshot.cluster.slug, snapshot.number)
        self._domain = snapshot.evaluated_with.get("domain") or snapshot.cluster.domain
        self.source: str = explanation["source"]
        self.target: str = explanation["target"]
        self.port = f"{explanation['port']}/{explanation['protocol']}"
        self.verdict: str = explanation["verdict"]
        self.sentence: str = explanation["sentence"]
        self.source_name = self.source.rpartition("/")[2]
        self.target_name = self.target.rpartition("/")[2]
        self._sides = [(name, explanation[name]) for name in GATES if explanation.get(name)]

    @property
    def question(self) -> str:
        return _QUESTIONS.get(self.verdict, "Why is this allowed?")

    @property
    def headline(self) -> str:
        if self.verdict == Verdict.PARTIAL and self._told["pairs"] is not None:
            return f"Partly: {self._told['allowed_pairs']} of {self._told['pairs']} pairs are allowed"
        return word_of(self.verdict)

    @property
    def gates(self) -> list[Gate]:
        return [make_gate(self._library, name, side) for name, side in self._sides]

    @property
    def reasons(self) -> list[str]:
        """Each gate's own; without a pair there is none, and the edge's reason stands instead."""
        told = [side["reason"] for _, side in self._sides] or [self._told["reason"]]
        told += [self._name_lookup(), self._potential()]
        return list(dict.fromkeys(filter(None, told)))

    @property
    def misses(self) -> list[Miss]:
        """What the pairs that cannot lack; of a partial edge, those of the first such group."""
        closed = next((group for group in self._told["groups"] if group["verdict"] == "denied"), self._told)
        return [
            make_miss(self._library, name, closed[name]["nearest"])
            for name in GATES
            if closed[name] and closed[name]["verdict"] != "allowed" and closed[name]["nearest"]
        ]

    @property
    def draft_from(self) -> str:
        """The policy to try a change of: what came nearest, else what decides; `Kind/NAMESPACE/NAME`."""
        near = [side["nearest"]["citation"] for _, side in self._sides if side["nearest"]]
        cited = [citation for _, side in reversed(self._sides) for citation in side["citations"]]
        chosen = next(iter(near + cited), None)
        return "/".join(filter(None, map(chosen.get, ("kind", "namespace", "name")))) if chosen else ""

    @property
    def namespaces(self) -> str:
        """Of both ends, as a report's scope takes them."""
        ends = (self.source, self.target)
        return ",".join(dict.fromkeys(end.partition("/")[0] for end in ends))

    @property
    def tabs(self) -> list[Tab]:
        ruling = [self._side_tab(name, side) for name, side in reversed(self._sides)]
        # What closed the door comes first.
        ruling.sort(key=lambda tab: tab.title.split()[0].lower() not in self._closed())
        return [*ruling, self._all_tab()] if ruling else []

    @property
    def pairs(self) -> list[dict[str, Any]]:
        return [{**pair, "word": word_of(pair["verdict"])} for pair in self._told["groups"]]

    @property
    def pairs_title(self) -> str:
        total = self._told["pairs"]
        if total is None:
            return "Pairs that you do not see"
        return f"{total} pair{'' if total == 1 else 's'} of workloads and backends"

    @property
    def url(self) -> str:
        query = Question(source=self.source, to=self.target).fields()
        address = "&".join(f"{name}={value}" for name, value in query if name in {"from", "to"})
        return f"{reverse('explain', args=self._base)}?{address}&port={self.port}"

    @property
    def map_url(self) -> str:
        edge = f"{self.source.partition('/')[0]}>{self.target}:{self.port}"
        return reverse("map", args=self._base) + Question(to=self.target, sel=edge).address()

    def _closed(self) -> set[str]:
        return {name for name, side in self._sides if side["verdict"] != "allowed"}

    def _side_tab(self, name: str, side: Side) -> Tab:
        nothing = (
            f"No policy decides the {name} side." if side["isolated"] else f"No policy isolates {name} here."
        )
        evidence = self._library.quote(side["citations"])
        return Tab(f"proof-{name}", f"{name.capitalize()} rule", evidence, nothing)

    def _all_tab(self) -> Tab:
        cited = _named(side["citations"] for _, side in self._sides)
        others = _named(side["others"] for _, side in self._sides)
        quiet = [each for key, each in others.items() if key not in cited]
        evidence = self._library.quote(cited.values())
        count = len(cited) + len(quiet)
        title = f"All {count} policies" if count != 1 else "The one policy"
        return Tab("proof-all", title, evidence, "No policy.", [self._library.name(each) for each in quiet])

    def _name_lookup(self) -> str:
        service, namespace = self.target_name, self.target.partition("/")[0]
        name = f"{service}.{namespace}.svc.{self._domain}"
        told = {
            "resolves": f"Name lookup works: {self.source} may ask the cluster's DNS for {name}.",
            "blocked": f"Name lookup is blocked: {self.source} may not ask the cluster's DNS for {name}; "
            "only the address could work.",
            "unknown": f"Whether {self.source} may ask the cluster's DNS for {name} cannot be decided.",
        }
        return told.get(self._told["dns"], "")

    def _potential(self) -> str:
        best = self._told.get("potential") or self.verdict
        if best == self.verdict:
            return ""
        who = f"Whoever may create pods in {self.source} may choose their labels"
        return f"{who}: at best the answer is “{word_of(best)}”."


def _named(lists: Iterable[Sequence[Mapping[str, Any]]]) -> dict[tuple[str, ...], Mapping[str, Any]]:
    """Citations by the policy that they name, the first of each."""
    named: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for citations in lists:
        for citation in citations:
            named.setdefault((citation["kind"], citation["namespace"], citation["name"]), citation)
    return named
