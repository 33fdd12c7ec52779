"""Text from a cluster can do nothing to the layout or to the renderer."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from apps.reachability.take import snapshot_from_reading
from apps.reports.contents import tell_report
from apps.reports.make import draw_report
from apps.reports.options import Options
from apps.reports.paper.printable import LONGEST, ZERO_WIDTH_SPACE, printable, show
from apps.reports.render import RenderFailed, render_pdf
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.reading import Reading, ReadObject
from tests.fakes.kube_objects import namespace, pod, policy, service
from tests.reports.made import make_pdf, text_of
from tests.reports.pages import faults_of

HOSTILE = [
    '#panic("no") *a* _b_ `c` $x^2$ <label> @cite = heading',
    '#import "/etc/passwd": x',
    '"); #read("/etc/passwd")',
    "</text><script>alert(1)</script> \\u{41} \\end{document}",
    "中文 日本語 한국어 😀 ✕",
    "left \u202eright to left\u2066 isolated\u2069",
    "nul \0 bell \a escape \x1b[31m del \x7f",
    "lone \ud800 surrogate",
    "a" * 5_000,
    "x" * 253,
]


# What no reader lets in: a NUL and half of a surrogate pair.
STORABLE = [text for text in HOSTILE if "\0" not in text and "\ud800" not in text]


def hostile_cluster() -> Snapshot:
    """Labels, annotations-like texts and a cluster name that mean something to renderers."""
    long = "n" * 63
    deny = policy(long, "p" * 253)
    deny["spec"] |= {
        "policyTypes": ["Ingress"],
        "ingress": [{"from": [{"podSelector": {"matchLabels": {"evil": text}}} for text in STORABLE]}],
    }
    objects: list[dict[str, Any]] = [namespace(long), namespace("lab")]
    objects[0]["metadata"]["labels"] = {f"k{n}": text for n, text in enumerate(STORABLE[:6])}
    objects += [pod(long, "web-1", number=1), pod("lab", "web-2", number=2)]
    objects += [service(long, "s" * 63), service("lab", "web"), deny]
    reading = Reading(objects=[ReadObject(body) for body in objects])
    cluster = add_cluster(
        name='#panic("x") *b* 中文 \u202e </p>', slug="hostile", source=Cluster.Source.MANIFESTS
    )
    return snapshot_from_reading(cluster, reading)


@pytest.mark.django_db
def test_hostile_names_stay_text_and_inside_the_page() -> None:
    pdf = make_pdf(hostile_cluster())
    text = text_of(pdf)
    assert "Network reach review of #panic" in text
    assert "\\u{4E2D}\\u{6587}" in text
    assert "\\u{202E}" in text
    assert "root:" not in text
    assert "n" * 63 in text
    assert "p" * 253 in text.replace(" ", "")
    assert faults_of(pdf) == []


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["full", "executive"])
def test_every_text_of_the_content_may_be_hostile(kind: str) -> None:
    """As if each reason, owner, message and name came from an attacker."""
    snapshot = hostile_cluster()
    content = _poison(tell_report(snapshot, Options(kind=kind)))
    pdf = render_pdf(content, paper="letter")
    assert [fault for fault in faults_of(pdf) if "outside the margins" in fault] == []
    assert len(PdfReader(BytesIO(pdf)).pages) >= 3


@given(st.text(max_size=300))
def test_what_is_shown_can_be_set_by_the_fonts(text: str) -> None:
    shown = show(text)
    assert not re.search(r"[^ -~\u00a1-\u017f\u0391-\u045f–—‘’“”…→●◆◩✓\u200b]", shown)
    assert all(len(run) <= 40 for run in re.split(rf"[\s{ZERO_WIDTH_SPACE}]", shown))


def test_plain_text_stays_as_it_is() -> None:
    assert (
        show("payments/db on 5432/TCP → Übung, Ελλάδα, Москва")
        == "payments/db on 5432/TCP → Übung, Ελλάδα, Москва"
    )
    assert show("a" * (LONGEST + 7)).endswith("… (7 more characters)")
    assert printable({"a": ["\0", 1, None]}) == {"a": ["\\u{0}", 1, None]}


@pytest.mark.django_db
def test_every_character_that_is_shown_has_a_glyph_in_both_fonts() -> None:
    """The standards refuse a report with a glyph that no font has, so one report with all of them will do."""
    every = "".join(chr(code) for code in range(0x20, 0x3000) if show(chr(code)) == chr(code))
    assert len(every) > 450
    content = tell_report(hostile_cluster(), Options())
    content["method"]["limits"] = [every]
    content["evidence"]["policies"][0]["text"] = [
        every[start : start + 80] for start in range(0, len(every), 80)
    ]
    with pikepdf.open(BytesIO(render_pdf(content, paper="a4"))) as pdf:
        assert len(pdf.pages) > 3


@pytest.mark.django_db
def test_a_renderer_that_dies_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.reports.render.TIMEOUT", 0.01)
    with pytest.raises(RenderFailed, match="was not set after"):
        draw_report(hostile_cluster(), Options(kind="executive"))


_KEPT = {
    "kind",
    "sets",
    "verdict",
    "state",
    "outcome",
    "severity",
    "sources",
    "dns",
    "ingress",
    "egress",
    "outside",
}
_KEPT |= {"cells", "letters", "started", "finished", "signed", "accepted", "expires", "backend", "options"}


def _poison(value: Any, key: str = "") -> Any:
    if key in _KEPT:
        return value
    if isinstance(value, str):
        return f"{value} {HOSTILE[len(value) % len(HOSTILE)]}"
    if isinstance(value, dict):
        return {name: _poison(each, name) for name, each in value.items()}
    return [_poison(each, key) for each in value] if isinstance(value, list) else value
