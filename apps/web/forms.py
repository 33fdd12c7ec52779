"""The forms that add what Portolan reads. Errors stand at the field that they are about."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from apps.snapshots.manifests import read_bytes
from apps.snapshots.reading import Reading

_NAME_HELP = "Shown in menus; its address is made from it."


class _ManyFiles(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Any number of files; one at least where it is required. Cleans to a list of UploadedFile."""

    widget = _ManyFiles

    def clean(self, data: Any, initial: Any = None) -> Any:
        files = data if isinstance(data, list | tuple) else [data]
        if not self.required:
            files = [file for file in files if file]
        elif not files:
            files = [None]
        return [super(ManyFilesField, self).clean(file, initial) for file in files]


class ManifestsForm(forms.Form):
    """Files of manifests. `reading` holds what they say once the form is valid."""

    manifests = ManyFilesField(label="Files", help_text="Several may be chosen: .yaml, .yml or .json.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reading = Reading()

    def clean_manifests(self) -> Sequence[UploadedFile[bytes]]:
        files: Sequence[UploadedFile[bytes]] = self.cleaned_data["manifests"]
        if sum(file.size or 0 for file in files) > settings.UPLOAD_LIMIT:
            raise forms.ValidationError(f"More than {settings.UPLOAD_LIMIT} bytes are not accepted at once.")
        for file in files:
            one = read_bytes(file.name or "upload", file.read())
            self.reading.objects += one.objects
            self.reading.problems += one.problems
            self.reading.unread += one.unread
        if self.reading.problems:
            raise forms.ValidationError([str(problem) for problem in self.reading.problems])
        if not self.reading.objects:
            raise forms.ValidationError("There is no Kubernetes object in what was uploaded.")
        return files


class NewManifestsForm(ManifestsForm):
    """A new cluster out of manifests."""

    name = forms.CharField(label="Name", max_length=120, help_text=_NAME_HELP)
    field_order = ("name", "manifests")


class InsideForm(forms.Form):
    """The cluster that Portolan runs in: its own account reads it."""

    name = forms.CharField(label="Name", max_length=120, help_text=_NAME_HELP)


class KubeconfigForm(forms.Form):
    """A new live cluster. What the kubeconfig may hold is checked where it is stored."""

    name = forms.CharField(label="Name", max_length=120, help_text=_NAME_HELP)
    kubeconfig = forms.CharField(
        label="Kubeconfig",
        strip=False,
        widget=forms.Textarea({"rows": 10, "autocomplete": "off", "spellcheck": "false"}),
        help_text="With data in it instead of file names, and a token instead of a program to run.",
    )
    context = forms.CharField(
        label="Context", required=False, max_length=253, help_text="Empty: the current context."
    )
    allow_insecure = forms.BooleanField(
        label="Do not check the server's certificate",
        required=False,
        help_text="Only for clusters on this machine.",
    )
