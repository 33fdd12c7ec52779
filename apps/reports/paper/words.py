"""The words and signs of answers on paper. Signs differ in grey, and no answer rests on a colour."""

from __future__ import annotations

VERDICTS = {
    "allowed": "Allowed by rule",
    "partial": "Partly",
    "unrestricted": "Unrestricted",
    "unknown": "Unknown",
    "denied": "Denied",
    "empty": "No pair",
}
LETTERS = {"A": "allowed", "P": "partial", "U": "unrestricted", "?": "unknown", "D": "denied", "E": "empty"}
OUTCOMES = {"pass": "Pass", "broken": "Fail", "unknown": "Unknown"}
DEFAULTS = {"denied": "yes", "missing": "missing", "unknown": "unknown"}
OUTSIDE = {"any": "any address", "some": "some addresses", "none": "none", "unknown": "unknown", "": "–"}


def count_of(number: int, noun: str) -> str:
    """`1 edge`, `1,204 edges`, `no edges`."""
    plural = f"{noun[:-1]}ies" if noun.endswith("y") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else plural}" if number else f"no {plural}"


def when(moment: str | None) -> str:
    """`2026-11-14 09:12:03 UTC`; a dash for nothing."""
    return "–" if moment is None else moment.replace("T", " ").replace("Z", " UTC")


def interval(first: str | None, last: str | None) -> str:
    """Both ends of one reading, the second shortened where the day is the same."""
    if first is None or last is None or first == last:
        return when(last or first)
    if first[:10] == last[:10]:
        return f"{first[:10]} {first[11:19]} to {last[11:19]} UTC"
    return f"{when(first)} to {when(last)}"


def object_name(ref: dict[str, str]) -> str:
    """`Kind/NS/NAME`."""
    return "/".join(part for part in (ref["kind"], ref["namespace"], ref["name"]) if part)
