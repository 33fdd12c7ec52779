"""Many questions at once: one JSON object a line in, one a line out, in order.

A line that cannot be answered gives `{"id", "error"}` and does not stop the rest.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from apps.engine import assumptions_for, parse_cluster
from apps.engine.model import Assumptions, Cluster
from apps.reachability.asks import Asker, BadAsk
from apps.reachability.results import by_service, by_workload, only_notes
from apps.reachability.source_lines import SourceLines
from apps.snapshots.check import find_problems
from apps.snapshots.contents import objects_in
from apps.snapshots.manifests import read_paths
from apps.snapshots.reading import Reading, ReadObject

_KEYS = {"id", "objects", "paths", "assume", "plugin", "by", "asks"}
_FORMS: Mapping[str, Callable[[Cluster, Assumptions], dict[str, Any]]] = {
    "service": by_service,
    "workload": by_workload,
    "none": only_notes,
}


class BadLine(ValueError):
    """A line that cannot be answered; the message names the key."""


def answer_text(text: str, *, domain: str = "cluster.local") -> dict[str, Any]:
    """The answer to one line of JSON."""
    try:
        line = json.loads(text)
    except (ValueError, RecursionError) as error:
        return {"id": None, "error": f"not JSON: {error}"}
    if not isinstance(line, dict):
        return {"id": None, "error": "must be a JSON object"}
    return answer_line(line, domain=domain)


def answer_line(line: Mapping[str, Any], *, domain: str = "cluster.local") -> dict[str, Any]:
    """The answer to one decoded line: `{"id", "result", "answers"}` or `{"id", "error"}`."""
    try:
        return _answer(line, domain)
    except (BadLine, BadAsk) as error:
        return {"id": line.get("id"), "error": str(error)}


def _answer(line: Mapping[str, Any], domain: str) -> dict[str, Any]:
    form = line.get("by", "service")
    if form not in _FORMS:
        raise BadLine(f"by: must be one of {', '.join(_FORMS)}, not {form!r}")
    assumptions = _assumptions(line)
    reading = _reading(line)
    problems = find_problems(reading) if reading.objects or reading.problems else []
    if problems:
        raise BadLine("; ".join(map(str, problems)))
    cluster = parse_cluster((each.body for each in reading.objects), domain=domain)
    asker = Asker(cluster, assumptions, SourceLines(reading).find)
    return {
        "id": line.get("id"),
        "result": _FORMS[form](cluster, assumptions),
        "answers": [_ask(asker, index, ask) for index, ask in enumerate(_list(line, "asks"))],
    }


def _ask(asker: Asker, index: int, ask: Any) -> dict[str, Any]:
    if not isinstance(ask, dict):
        raise BadLine(f"asks[{index}]: must be an object, not {ask!r}")
    try:
        return asker.answer(ask)
    except BadAsk as error:
        raise BadLine(f"asks[{index}].{error}") from None


def _assumptions(line: Mapping[str, Any]) -> Assumptions:
    chosen, plugin = line.get("assume") or {}, line.get("plugin") or "generic"
    if not isinstance(chosen, dict) or not isinstance(plugin, str):
        raise BadLine("assume must be an object and plugin text")
    try:
        return assumptions_for(plugin, chosen)
    except ValueError as error:
        raise BadLine(str(error)) from None


def _reading(line: Mapping[str, Any]) -> Reading:
    """The objects of `objects` or of the files and folders of `paths`."""
    if "paths" in line:
        paths = _list(line, "paths")
        if not all(isinstance(path, str) and path != "-" for path in paths):
            raise BadLine("paths: must be names of files and folders")
        return read_paths(paths)
    reading = Reading()
    for index, body in enumerate(_list(line, "objects")):
        if not isinstance(body, dict):
            raise BadLine(f"objects[{index}]: must be an object, not {body!r}")
        for each in objects_in(body):
            if each.body is None and each.message:
                raise BadLine(f"objects[{index}]: {each.object} {each.field} {each.message}")
            if each.body is not None:
                reading.objects.append(ReadObject(each.body))
    return reading


def _list(line: Mapping[str, Any], key: str) -> list[Any]:
    found = [] if line.get(key) is None else line[key]
    if not isinstance(found, list):
        raise BadLine(f"{key}: must be a list, not {found!r}")
    return found
