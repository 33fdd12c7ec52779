"""Whether manifests from people can be used: all that is wrong with them, each with its place."""

from __future__ import annotations

from apps.engine import parse_cluster

from .gather import gather
from .reading import Problem, Reading


def find_problems(reading: Reading) -> list[Problem]:
    """What the reader found, then what the objects say wrongly; empty: all of it can be used."""
    if not reading.objects:
        return reading.problems or [Problem("", 0, "", "", "there is no Kubernetes object in it")]
    parsed = parse_cluster(each.body for each in reading.objects)
    problems = reading.problems + [
        _placed(reading, problem.index, str(problem.ref), problem.field, problem.message)
        for problem in parsed.problems
    ]
    # The engine passes over kinds that have no part in reachability; what is stored of them needs a name too.
    return problems or [Problem("", 0, "", "", message) for message in gather(reading).problems]


def _placed(reading: Reading, index: int, ref: str, field: str, message: str) -> Problem:
    origin = reading.objects[index].origin
    file, document = (origin.file, origin.document) if origin else ("", 0)
    return Problem(file, document, ref, field, message)
