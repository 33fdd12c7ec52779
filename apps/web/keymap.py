"""The keyboard shortcuts, as the help lists them. Elements are bound to them by `data-key`."""

from __future__ import annotations

from typing import NamedTuple


class Shortcut(NamedTuple):
    keys: tuple[str, ...]  # any of them
    does: str


KEYMAP = {
    "Everywhere": (
        Shortcut(("/", "Ctrl K", "⌘ K"), "ask, filter or go to a page"),
        Shortcut(("g o",), "go to the overview"),
        Shortcut(("g m",), "go to the reach map"),
        Shortcut(("g n",), "go to the namespaces"),
        Shortcut(("g f",), "go to the findings"),
        Shortcut(("g c",), "go to the changes"),
        Shortcut(("g w",), "go to what-if"),
        Shortcut(("g u",), "go to the suggested policies"),
        Shortcut(("g p",), "go to the policies"),
        Shortcut(("g r",), "go to the reports"),
        Shortcut(("g s",), "go to the snapshots"),
        Shortcut(("[",), "the older snapshot, same question"),
        Shortcut(("]",), "the newer snapshot, same question"),
        Shortcut(("?",), "this list"),
        Shortcut(("Esc",), "close what is open, then clear the selection"),
    ),
    "On the reach map": (
        Shortcut(("1", "2", "3", "4"), "graph, split, matrix, table"),
        Shortcut(("x",), "flip the question: who reaches it, or what it reaches"),
        Shortcut(
            ("f",), "ask about what is selected: what the namespace can reach, or who can reach the Service"
        ),
        Shortcut(("e",), "show or fold the Services of the selected namespace"),
        Shortcut(("l",), "to the legend, which is the filter by verdict"),
        Shortcut(("y",), "copy the link to what is on screen"),
        Shortcut(("d",), "mark what is new or closed since the compared snapshot, or stop"),
        Shortcut(("0",), "fit the drawing"),
        Shortcut(("+",), "zoom in"),
        Shortcut(("-",), "zoom out"),
        Shortcut(("Arrow keys",), "move the drawing, in the matrix, and from tab to tab in a proof"),
        Shortcut(("Enter",), "explain"),
    ),
}
