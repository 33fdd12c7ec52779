"""What the pages tell the browser to fetch ahead."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.template import Context, Template

from apps.web.templatetags.modules import needed_by

SCRIPTS = sorted(path.name for path in Path(settings.BASE_DIR, "static/js").glob("*.js"))


def test_every_module_of_the_map_is_told_of_once() -> None:
    needed = needed_by("js/map.js")
    assert len(needed) == len(set(needed))
    assert {"js/drawing.js", "js/graph.js", "js/badges.js"} <= set(needed), "three levels down"
    assert "js/map.js" not in needed


@pytest.mark.parametrize("name", SCRIPTS)
def test_no_import_is_overlooked(name: str) -> None:
    text = Path(settings.BASE_DIR, "static/js", name).read_text()
    direct = {f"js/{other}" for other in re.findall(r'from\s+"\./([^"]+)"', text)}
    assert direct <= set(needed_by(f"js/{name}"))


def test_the_tag_writes_links_before_the_script() -> None:
    html = Template("{% load modules %}{% module 'js/map.js' %}").render(Context())
    assert html.index('rel="modulepreload"') < html.index('type="module"')
    assert html.count("<script") == 1
