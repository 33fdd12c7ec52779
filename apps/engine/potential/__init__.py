"""The best verdict that any choice of pod labels in a namespace could get, by an exact search."""

from apps.engine.potential.best import Potential, TargetPod, best_potential

__all__ = ["Potential", "TargetPod", "best_potential"]
