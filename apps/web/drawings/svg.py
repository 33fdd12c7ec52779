"""Making SVG. Every text becomes text of the document, whatever it holds."""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, tostring

FONT = "Inter, system-ui, sans-serif"
INK, MUTED, LINE, PAPER = "#17202b", "#51606f", "#aab4bf", "#ffffff"
TITLE_ROOM = 56  # above the drawing: title and what it is of
FOOT_ROOM = 40  # below it: the legend


def picture(width: float, height: float, title: str, caption: str) -> Element:
    """An SVG document with its title; the drawing begins at `TITLE_ROOM`."""
    root = Element(
        "svg",
        xmlns="http://www.w3.org/2000/svg",
        width=number(width),
        height=number(height),
        viewBox=f"0 0 {number(width)} {number(height)}",
        role="img",
    )
    root.set("font-family", FONT)
    SubElement(root, "title").text = _printable(title)
    add(root, "rect", width=width, height=height, fill=PAPER)
    write(root, title, 16, 24, size=16, weight="600")
    write(root, caption, 16, 44, fill=MUTED)
    return root


def add(parent: Element, tag: str, **attributes: object) -> Element:
    """A shape; `stroke_width` stands for `stroke-width`."""
    child = SubElement(parent, tag)
    for name, value in attributes.items():
        text = number(value) if isinstance(value, float) else str(value)
        child.set(name.replace("_", "-"), text)
    return child


def write(
    parent: Element, text: str, x: float, y: float, *, size: int = 12, fill: str = INK, **more: object
) -> Element:
    """A line of text; `anchor` and `weight` as in `text-anchor` and `font-weight`."""
    named = {"anchor": "text_anchor", "weight": "font_weight"}
    rest = {named.get(name, name): value for name, value in more.items()}
    child = add(parent, "text", x=x, y=y, font_size=size, fill=fill, **rest)
    child.text = _printable(text)
    return child


def shorten(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def number(value: float) -> str:
    return f"{value:.1f}".rstrip("0").rstrip(".")


def as_text(root: Element) -> str:
    return tostring(root, encoding="unicode", xml_declaration=True)


def _printable(text: str) -> str:
    """XML has no way to write control characters."""
    return "".join(char for char in text if char.isprintable())
