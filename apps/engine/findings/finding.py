"""What a finding is: something in a cluster that a reviewer should look at."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from apps.engine.model import ObjectRef

# More places than this show nothing that the message does not say.
MOST_PLACES = 20


class Severity(StrEnum):
    """`high`: exposed now, or nothing holds. `medium`: probably not what was meant. `low`: to tidy up."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"
    INFO = "info"


class Place(NamedTuple):
    """Where something stands in a manifest, such as `spec.ingress[0]`; an empty path is the whole object."""

    object: ObjectRef
    path: str = ""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at, on one object. `id` names the kind of finding, as `docs/findings.md` lists it.

    `path`: the place in the object's manifest that it is about, where it is not the whole object.
    `evidence`: the places that show it, the most telling first, as far as they are in manifests.
    An `object` without a name is a kind of object, and one without a namespace may be a name shared by many.
    """

    id: str
    severity: Severity
    object: ObjectRef
    message: str
    advice: str
    evidence: tuple[Place, ...] = ()
    path: str = ""

    @property
    def key(self) -> str:
        """The same in every snapshot that has this finding: two findings of one snapshot never share it."""
        return " ".join(part for part in (self.id, str(self.object), self.path) if part)
