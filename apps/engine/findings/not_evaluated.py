"""What may change answers and was not evaluated: a policy kind, or something that could not be read (V5)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from apps.engine.findings.finding import MOST_PLACES, Finding, Place, Severity
from apps.engine.findings.survey import Survey
from apps.engine.findings.wording import count, name_some
from apps.engine.model import ObjectRef, Unevaluated

ID = "not-evaluated"


def find(survey: Survey) -> Iterator[Finding]:
    """One for each kind; and one for each object that is broken, as each is broken in its own way."""
    broken = {problem.ref for problem in survey.cluster.problems}
    kinds: dict[str, list[Unevaluated]] = defaultdict(list)
    for entry in survey.cluster.unevaluated:
        if entry.ref in broken:
            yield _finding(entry.ref, [entry])
        else:
            kinds[entry.ref.kind].append(entry)
    for kind, entries in kinds.items():
        yield _finding(ObjectRef(kind, "", ""), entries)


def _finding(subject: ObjectRef, entries: list[Unevaluated]) -> Finding:
    objects = [entry.ref for entry in entries if entry.ref.name]
    reasons = name_some(list(dict.fromkeys(entry.reason for entry in entries)))
    held = f" ({count(len(objects), 'object')})" if objects and not subject.name else ""
    return Finding(
        id=ID,
        severity=Severity.MEDIUM,
        object=subject,
        message=f"{subject}{held}: {reasons}; what depends on it is unknown.",
        advice="Let it be read if it could not be; else judge by hand what it opens and closes.",
        evidence=tuple(map(Place, objects[:MOST_PLACES])),
    )
