"""The sections that are tables: changes, findings, exceptions, guardrails, namespaces."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.reports.paper.blocks import Block, Cell, Paper, heading, text
from apps.reports.paper.words import DEFAULTS, OUTCOMES, OUTSIDE, VERDICTS, object_name, when

MOST_FINDINGS, MOST_NAMESPACES = 400, 500
MOST_OTHERS = 300


def lay_changes(content: dict[str, Any], paper: Paper, most: int = MOST_OTHERS) -> Iterator[Block]:
    changes = content["changes"]
    yield heading("Changes", "changes")
    if changes is None:
        yield text("There is no earlier signed review, and no other snapshot was named to compare with.")
        return
    counts = changes["counts"]
    yield text(
        f"Since snapshot #{changes['against']}: {counts['opened']:,} edges opened, {counts['closed']:,} "
        f"closed, {counts['changed']:,} changed otherwise."
    )
    for note in changes["notes"]:
        yield text(note, "note")
    if changes["causes"]:
        rows = [[cause["sentence"], *(f"{cause[k]:,}" for k in counts)] for cause in changes["causes"]]
        columns = ["Cause:1fr", "Opened:", "Closed:", "Changed:"]
        yield from paper.table(
            "Changes by cause", columns, rows, most=most, total=max(changes["cause_count"], len(rows))
        )
    if changes["edges"] and most > 10:
        columns = ["Source:1fr", "Target:1fr", "What:", "Before:", "After:"]
        rows = [_changed_edge(edge) for edge in changes["edges"]]
        yield from paper.table("Edges that differ", columns, rows, most=most, total=sum(counts.values()))


def lay_findings(content: dict[str, Any], paper: Paper, most: int = MOST_FINDINGS) -> Iterator[Block]:
    found = content["findings"]
    yield heading("Findings", "findings")
    said = ", ".join(f"{count:,} {severity}" for severity, count in found["by_severity"].items())
    yield text(f"By severity: {said}.", "lead" if found["findings"] else "plain")
    if not found["findings"]:
        return
    labels = _evidence_labels(content)
    rows = [_finding(number, each, labels) for number, each in enumerate(found["findings"], 1)]
    yield from paper.table(
        "Findings, the gravest first",
        ["No.:", "Severity:", "Finding:1.5fr", "Object:1fr", "What to do:1.2fr"],
        rows,
        most=most,
    )


def lay_exceptions(content: dict[str, Any], paper: Paper, most: int = MOST_OTHERS) -> Iterator[Block]:
    yield heading("Accepted exceptions", "exceptions")
    if not content["exceptions"]:
        yield text("No exception is recorded.")
        return
    rows = [
        [each["what"], each["reason"], each["owner"], when(each["expires"]), each["state"]]
        for each in content["exceptions"]
    ]
    columns = ["What:1.3fr", "Why:1.3fr", "Owner:1fr", "Until:", "State:"]
    yield from paper.table("Exceptions, the expired ones first", columns, rows, most=most)


def lay_guardrails(content: dict[str, Any], paper: Paper, most: int = MOST_OTHERS) -> Iterator[Block]:
    yield heading("Guardrails", "guardrails")
    if not content["guardrails"]:
        yield text("No guardrails are declared.")
        return
    rows = [_guardrail(each) for each in content["guardrails"]]
    columns = ["Guardrail:1fr", "Result:", "Checked:", "Broken:", "Undecided:", "Shown by:1.4fr"]
    yield from paper.table("Guardrails, those that fail first", columns, rows, most=most)


def lay_namespaces(content: dict[str, Any], paper: Paper) -> Iterator[Block]:
    yield heading("Namespaces", "namespaces")
    yield text(
        "Default deny: whether pods of the namespace, those of tomorrow too, are denied what no rule "
        "allows. Outside: what its workloads may send to addresses outside the cluster.",
        "lead",
    )
    rows = [_namespace(row) for row in content["namespaces"]]
    columns = [
        *("Namespace:1fr", "Deny in:", "Deny out:", "DNS:", "Outside:"),
        *("Workloads:", "Services:", "Policies:"),
    ]
    yield from paper.table("Namespaces", columns, rows, most=MOST_NAMESPACES)


def _changed_edge(edge: dict[str, Any]) -> list[Cell]:
    sides = [VERDICTS[side["verdict"]] if side else "–" for side in (edge["before"], edge["after"])]
    return [edge["source"], f"{edge['target']}:{edge['port']}/{edge['protocol']}", edge["kind"], *sides]


def _evidence_labels(content: dict[str, Any]) -> dict[str, str]:
    policies = content.get("evidence", {"policies": []})["policies"]
    return {object_name(policy): f"policy-{number}" for number, policy in enumerate(policies, 1)}


def _finding(number: int, finding: dict[str, Any], labels: dict[str, str]) -> list[Cell]:
    name = object_name(finding["object"])
    label = labels.get(name, "")
    where: Cell = {"text": name, "to": label} if label else name
    return [str(number), finding["severity"].capitalize(), finding["message"], where, finding["advice"]]


def _guardrail(each: dict[str, Any]) -> list[Cell]:
    numbers = [f"{each[name]:,}" for name in ("checked", "broken_count", "unknown_count")]
    return [each["name"], OUTCOMES[each["outcome"]], *numbers, each["shown_by"]]


def _namespace(row: dict[str, Any]) -> list[Cell]:
    denies = [DEFAULTS[row[direction]] for direction in ("ingress", "egress")]
    numbers = [str(row[name]) for name in ("workloads", "services", "policies")]
    return [row["name"], *denies, row["dns"], OUTSIDE[row["outside"]], *numbers]
