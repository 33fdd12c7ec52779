"""What a workload or a namespace reaches in so many hops: lateral movement.

A hop leads from a workload to one behind a Service port. What was reached is taken to be in an attacker's
hands and then speaks with its own pods' rights: a path is a possible pivot, not a direct connection.
"""

from apps.engine.paths.finder import PathFinder
from apps.engine.paths.steps import Path, Paths, Step

__all__ = ["Path", "PathFinder", "Paths", "Step"]
