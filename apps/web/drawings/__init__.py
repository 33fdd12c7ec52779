"""Graph and matrix as SVG, from what the browser draws; in literal light colours, legible without them."""

from __future__ import annotations

from apps.web.drawings.graph import draw_graph
from apps.web.drawings.matrix import draw_matrix

__all__ = ["draw_graph", "draw_matrix"]
