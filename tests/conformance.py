"""Runs cases with expected answers, written by others, through `manage.py reach --batch`.

`make conformance` prints per group and feature how many facts agree, disagree and are not evaluated (the
answer is unknown), then every disagreement. It fails on one that `EXPLAINED` does not explain.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parent.parent

# Why a case may disagree, by its id.
EXPLAINED: dict[str, str] = {}

OUTCOMES = ("agreed", "disagreed", "not evaluated")
# Ascending, disjoint (protocol, first, last).
Ports = tuple[tuple[str, int, int], ...]
EVERYTHING = "TCP 1-65535,UDP 1-65535,SCTP 1-65535"
_OPEN = ("allowed", "unrestricted")


class Fact(NamedTuple):
    """One thing that a case expects and what was answered."""

    what: str
    expected: object
    answered: object
    outcome: str


def main(folder: Path) -> int:
    files = sorted(folder.glob("*.jsonl"))
    if not files:
        print(f"conformance: no cases in {folder}: name the folder with CORPUS=...", file=sys.stderr)
        return 2
    failed = False
    for file in files:
        cases = [json.loads(line) for line in file.read_text().splitlines()]
        failed |= _report(file.stem, cases, _answers(cases))
    return 1 if failed else 0


def _answers(cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    keys = ("id", "objects", "assume", "plugin")
    lines = [
        {
            **{key: case[key] for key in keys if key in case},
            "by": "workload",
            "asks": [ask for ask in case["asks"] if "note" not in ask],
        }
        for case in cases
    ]
    done = subprocess.run(
        [sys.executable, "manage.py", "reach", "--batch", "-"],
        input="\n".join(map(json.dumps, lines)),
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [answer["id"] for answer in answers] == [case["id"] for case in cases]
    return answers


def _report(group: str, cases: list[dict[str, Any]], answers: list[dict[str, Any]]) -> bool:
    """Prints the group's table; whether something disagrees that is not explained."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    wrong = []
    for case, answer in zip(cases, answers, strict=True):
        facts = list(check_case(case, answer))
        for feature in (*case["features"], ""):
            counts[feature].update(fact.outcome for fact in facts)
        wrong += [(case["id"], fact) for fact in facts if fact.outcome != "agreed"]
    print(f"\n{group}: {len(cases)} cases, {sum(counts[''].values())} facts")
    print(f"  {'':34}" + "".join(f"{outcome:>15}" for outcome in OUTCOMES))
    for feature in (*sorted(set(counts) - {""}, key=_natural), ""):
        row = "".join(f"{counts[feature][outcome]:>15}" for outcome in OUTCOMES)
        print(f"  {feature or 'all':34}{row}")
    for name, fact in wrong:
        print(
            f"  {fact.outcome}: {name}: {fact.what}: expected {fact.expected}, answered {fact.answered}"[:300]
        )
        if name in EXPLAINED:
            print(f"    explained: {EXPLAINED[name]}")
    return any(fact.outcome == "disagreed" and name not in EXPLAINED for name, fact in wrong)


def check_case(case: dict[str, Any], answer: dict[str, Any]) -> Iterator[Fact]:
    """Every fact of a case beside what was answered."""
    if "error" in answer:
        yield Fact("the whole case", "an answer", answer["error"], "disagreed")
        return
    yield from _check_asks(case, answer)
    yield from _check_connections(case, answer["result"])


def _check_asks(case: dict[str, Any], answer: dict[str, Any]) -> Iterator[Fact]:
    answered = iter(answer["answers"])
    notes = [f"{note['object']} {note['message']}" for note in answer["result"]["notes"]]
    for ask in case["asks"]:
        if "note" in ask:
            found = any(ask["note"] in note for note in notes)
            yield Fact(f"note {ask['note']}", True, found, "agreed" if found else "disagreed")
            continue
        given = next(answered)
        what = json.dumps({key: value for key, value in ask.items() if key != "expect"})
        if "dns" in ask:
            yield _fact(what, ask["expect"], {"udp": given["udp"], "tcp": given["tcp"]})
        elif "name" in ask:
            yield _fact(what, ask["expect"], given["service"])
        else:
            verdict = "allowed" if given["verdict"] in _OPEN else given["verdict"]
            yield _fact(what, ask["expect"], verdict)


def _fact(what: str, expected: object, answered: object) -> Fact:
    if answered == expected:
        return Fact(what, expected, answered, "agreed")
    return Fact(what, expected, answered, "not evaluated" if answered == "unknown" else "disagreed")


def _check_connections(case: dict[str, Any], result: dict[str, Any]) -> Iterator[Fact]:
    universe = _ports(case["universe"]) if case["universe"] else None
    answered = {
        (each["source"], each["target"]): _answered_ports(each["allowed"], universe)
        for each in result["connections"]
    }
    undecided = {
        (note["object"], note["message"].split()[3])
        for note in result["notes"]
        if note["message"].startswith("more connections to ")
    }
    expected = {
        (each["source"], each["target"]): _expected_ports(each["allowed"], universe)
        for each in case["connections"]
    }
    if case["closed"]:
        pairs = {(a, b) for a in result["workloads"] for b in result["workloads"] if a != b}
        expected = dict.fromkeys(pairs, ()) | expected
    for pair, ports in sorted(expected.items()):
        found = answered.get(pair, ())
        outcome = "agreed" if found == ports else "not evaluated" if pair in undecided else "disagreed"
        yield Fact(" > ".join(pair), ports[:6], found[:6], outcome)


def _expected_ports(text: str, universe: Ports | None) -> Ports:
    if text == "none":
        return ()
    return _within(_ports(EVERYTHING if text == "all" else text), universe)


def _answered_ports(allowed: list[dict[str, str]], universe: Ports | None) -> Ports:
    return _within(_ports(",".join(f"{each['protocol']} {each['ports']}" for each in allowed)), universe)


def _within(ports: Ports, universe: Ports | None) -> Ports:
    if universe is None:
        return ports
    return _joined(
        (protocol, max(first, start), min(last, end))
        for protocol, first, last in ports
        for other, start, end in universe
        if protocol == other and max(first, start) <= min(last, end)
    )


def _ports(text: str) -> Ports:
    """`TCP 80,443,8000-8100,UDP 53` as intervals."""
    found, protocol = [], ""
    for part in text.split(","):
        name, _, numbers = part.strip().rpartition(" ")
        protocol = name or protocol
        first, _, last = numbers.partition("-")
        found.append((protocol, int(first), int(last or first)))
    return _joined(found)


def _joined(parts: Iterable[tuple[str, int, int]]) -> Ports:
    found: list[tuple[str, int, int]] = []
    for protocol, first, last in sorted(parts):
        if found and found[-1][0] == protocol and first <= found[-1][2] + 1:
            found[-1] = (protocol, found[-1][1], max(found[-1][2], last))
        else:
            found.append((protocol, first, last))
    return tuple(found)


def _natural(feature: str) -> tuple[str, int, str]:
    """N2 before N10."""
    letters = feature.rstrip("0123456789")
    return letters, int(feature[len(letters) :] or 0), feature


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
