"""The form of a draft: manifests pasted or uploaded, and what to delete."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.http import QueryDict

from apps.reachability.trial import Deletion
from apps.snapshots.documents import Unreadable, decode
from apps.snapshots.manifests import read_bytes
from apps.snapshots.reading import Reading
from apps.web.forms import ManyFilesField

MOST = 2_000_000  # characters of a draft: the page carries it from one answer to the next
_TEXT = {"spellcheck": "false", "autocomplete": "off", "autocapitalize": "off"}


class DraftForm(forms.Form):
    """`reading` and `deletions` hold what the draft says once the form is valid.

    Uploaded files become part of the text, so that the page keeps them and problems name its documents.
    """

    manifests = forms.CharField(
        label="Manifests to add, or to put in the place of what they name",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 16, **_TEXT}),
        help_text="YAML or JSON, several documents with --- between.",
    )
    uploads = ManyFilesField(
        label="Files to add to the text",
        required=False,
        help_text="Several may be chosen: .yaml, .yml or .json.",
    )
    delete = forms.CharField(
        label="Objects to delete",
        required=False,
        widget=forms.Textarea({"rows": 3, **_TEXT}),
        help_text="One a line: Kind/NAMESPACE/NAME, or Kind/NAME for what has no namespace.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = Reading()
        self.deletions: list[Deletion] = []

    def clean_delete(self) -> str:
        text: str = self.cleaned_data["delete"]
        for number, line in enumerate(text.splitlines(), start=1):
            parts = line.strip().split("/")
            if parts == [""]:
                continue
            if len(parts) not in (2, 3) or not all(parts):
                raise forms.ValidationError(f"Line {number}: {line.strip()} is not Kind/NAMESPACE/NAME.")
            namespace = parts[1] if len(parts) == 3 else ""
            self.deletions.append(Deletion(kind=parts[0], name=parts[-1], namespace=namespace))
        return text

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "manifests" in cleaned and "uploads" in cleaned:
            self._read(self._with_files(cleaned["manifests"], cleaned["uploads"]))
        if not self.errors and not self.reading.objects and not self.deletions:
            self.add_error("manifests", "There is nothing to try: give manifests, or something to delete.")
        return cleaned

    def _with_files(self, text: str, files: list[Any]) -> str:
        parts = [text] if text.strip() else []
        for file in files:
            try:
                parts.append(f"# {file.name}\n{decode(file.read())}")
            except Unreadable as error:
                self.add_error("uploads", f"{file.name}: {error.message}")
        whole = "\n---\n".join(part.strip("\n") for part in parts)
        data = cast(QueryDict, self.data).copy()
        data["manifests"] = whole
        self.data = data
        return whole

    def _read(self, text: str) -> None:
        if len(text) > MOST:
            self.add_error(
                "manifests", f"A draft of more than {MOST:,} characters is not accepted here; REST is."
            )
        elif text.strip():
            self.reading = read_bytes("draft", text.encode("utf-8", "surrogatepass"))
            if self.reading.problems:
                self.add_error("manifests", [str(problem) for problem in self.reading.problems])
