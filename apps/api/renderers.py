"""Answers that are no JSON: manifests as text, and files."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from rest_framework.renderers import BaseRenderer


class YamlRenderer(BaseRenderer):
    media_type = "text/yaml"
    format = "yaml"
    charset = "utf-8"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Text as it is; a problem document, which is what else there can be, as JSON."""
        text = data if isinstance(data, str) else json.dumps(data)
        return text.encode()


class FileRenderer(BaseRenderer):
    """For views that answer with a file of their own; a problem document is JSON."""

    media_type = "application/octet-stream"
    format = "file"

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        return json.dumps(data).encode()


class PdfRenderer(FileRenderer):
    media_type = "application/pdf"
    format = "pdf"
