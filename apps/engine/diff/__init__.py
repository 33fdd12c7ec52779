"""What differs between two states of a cluster, and which object changes caused it."""

from __future__ import annotations

from apps.engine.diff.alterations import Alteration
from apps.engine.diff.changes import ObjectChange, list_changes
from apps.engine.diff.result import ReachDiff
from apps.engine.diff.states import Outcome, PortDiff
from apps.engine.diff.undo import undo
from apps.engine.diff.values import Cause, DnsChange, EdgeChange, EdgeState

__all__ = [
    "Alteration",
    "Cause",
    "DnsChange",
    "EdgeChange",
    "EdgeState",
    "ObjectChange",
    "Outcome",
    "PortDiff",
    "ReachDiff",
    "list_changes",
    "undo",
]
