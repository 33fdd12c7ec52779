"""Publishes chosen files of front-end packages under `/static/vendor/`.

`package.json` names the packages and `package-lock.json` pins them. A package holds sources, tests and build
scripts too, so what a browser may fetch is listed here file by file, each package with its licence.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

# Published path -> path in node_modules.
PUBLISHED = {
    "vendor/cytoscape/cytoscape.min.js": "cytoscape/dist/cytoscape.min.js",
    "vendor/cytoscape/LICENSE": "cytoscape/LICENSE",
    "vendor/inter/inter-latin-wght-normal.woff2": (
        "@fontsource-variable/inter/files/inter-latin-wght-normal.woff2"
    ),
    "vendor/inter/LICENSE": "@fontsource-variable/inter/LICENSE",
    "vendor/jetbrains-mono/jetbrains-mono-latin-wght-normal.woff2": (
        "@fontsource-variable/jetbrains-mono/files/jetbrains-mono-latin-wght-normal.woff2"
    ),
    "vendor/jetbrains-mono/LICENSE": "@fontsource-variable/jetbrains-mono/LICENSE",
}

Messages = list[CheckMessage]  # inside the finder, `list` is the finder's own method


class NodeAssetsFinder(BaseFinder):
    """Finds the files of `PUBLISHED` and nothing else."""

    def __init__(self, app_names: object = None, *args: Any, **kwargs: Any) -> None:
        self.storage = _Published(settings.NODE_MODULES, base_url=settings.STATIC_URL)
        super().__init__(*args, **kwargs)

    def find(self, path: str, find_all: bool = False, **kwargs: Any) -> Any:
        file = self.storage.path(path) if path in PUBLISHED and self.storage.exists(path) else None
        if find_all:
            return [file] if file else []
        return file

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, _Published]]:
        return ((path, self.storage) for path in PUBLISHED)

    def check(self, **kwargs: Any) -> Messages:
        missing = [source for path, source in PUBLISHED.items() if not self.storage.exists(path)]
        if not missing:
            return []
        return [
            Error(
                f"{len(missing)} front-end files are missing, {missing[0]} first",
                hint="Run `make setup`.",
                id="node_assets.E001",
            )
        ]


class _Published(FileSystemStorage):
    """node_modules, read by the published paths."""

    def path(self, name: str) -> str:
        return super().path(PUBLISHED[name])
