"""Method and limits, the evidence, and the place to sign."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from apps.reports.paper.blocks import Block, heading, listed, text
from apps.reports.paper.words import VERDICTS, object_name, when

_ROLES = ("Reviewer", "Platform owner", "Auditor")


def lay_method(content: dict[str, Any]) -> Iterator[Block]:
    method = content["method"]
    yield heading("Method and limits", "method")
    yield listed(method["steps"])
    yield heading("What the verdicts mean", "verdicts", 2)
    yield {
        "block": "facts",
        "rows": [[VERDICTS[verdict], meaning] for verdict, meaning in method["verdicts"].items()],
    }
    yield heading("What this report cannot say", "limits", 2)
    yield listed(method["limits"])
    yield text(
        "Characters that the fonts of this report lack, or that steer the direction of text, are written "
        "out as \\u{…}. The attached JSON holds every text as it was read.",
        "note",
    )


def lay_evidence(content: dict[str, Any]) -> Iterator[Block]:
    evidence = content["evidence"]
    yield heading("Evidence", "evidence")
    yield text(
        f"The policies that decide {evidence['edges_proved']:,} of the edges above, or that a finding cites, "
        "with the deciding lines barred. For every Service port and verdict at least one edge is proved, as "
        "far as the number goes."
    )
    for number, policy in enumerate(evidence["policies"], 1):
        yield {"block": "policy", "label": f"policy-{number}", **_policy(policy)}
    if evidence["left_out"]:
        names = evidence["left_out"]
        yield text(f"Cited too, and without room for their text: {', '.join(names[:100])}.", "note")


def lay_sign_off(content: dict[str, Any]) -> Iterator[Block]:
    number, signed = content["cover"]["snapshot"]["number"], content["signed"]
    yield heading("Sign-off", "sign-off")
    if signed:
        yield text(
            f"The review of this snapshot was signed in Portolan by {signed['signed_by']} on "
            f"{when(signed['signed'])}; sha256 of its seal: {signed['seal']}."
        )
    yield {
        "block": "signatures",
        "text": f"The signers have read this report on snapshot #{number}.",
        "roles": [f"{role}: name, date (UTC)" for role in _ROLES],
    }


def _policy(policy: dict[str, Any]) -> dict[str, Any]:
    version = policy["resource_version"]
    known = f"resourceVersion {version}" if version else "no resourceVersion in what was read"
    return {
        "title": object_name(policy),
        "about": f"{policy['api_version']} · {known} · unchanged since snapshot #{policy['first_snapshot']}",
        "marks": [_mark(mark) for mark in policy["marks"]],
        "lines": policy["text"],
        "marked": sorted(
            {line for mark in policy["marks"] for line in range(mark["lines"][0], mark["lines"][1] + 1)}
        ),
    }


def _mark(mark: dict[str, Any]) -> str:
    first, last = mark["lines"]
    lines = f"Line {first}" if first == last else f"Lines {first} to {last}"
    more = f"; and {mark['more']:,} more" if mark["more"] else ""
    return f"{lines}: {'; '.join(mark['says'])}{more}"
