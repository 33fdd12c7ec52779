"""The form of what an administrator may change about a cluster."""

from __future__ import annotations

from typing import Any

from django import forms

from apps.engine import PROFILES, VALUES
from apps.snapshots.models import Cluster

_QUESTIONS = {
    "ip-block-matches-pods": "Do ipBlock rules match addresses of pods?",
    "host-network": "Pods on their node's network count as",
    "own-node": "A pod's way to its own node is",
}


class ClusterForm(forms.Form):
    """Empty fields of the network plugin take its profile; without a plugin what hangs on them is unknown."""

    name = forms.CharField(label="Name", max_length=120)
    domain = forms.CharField(label="Cluster domain", max_length=253)
    plugin = forms.ChoiceField(
        label="Network plugin",
        required=False,
        choices=[("", "not said"), *((name, name) for name in PROFILES)],
        help_text="“none” enforces no policy at all. Counts from the next snapshot on.",
    )
    retention = forms.CharField(
        label="Keep snapshots",
        required=False,
        max_length=12,
        help_text="“all”, days such as “90d”, or a number such as “500”. Empty: as the server is set.",
    )
    interval = forms.IntegerField(
        label="Seconds between two snapshots",
        required=False,
        min_value=30,
        help_text="Empty: by hand only.",
    )
    enabled = forms.BooleanField(label="Take snapshots on schedule", required=False)
    watch = forms.BooleanField(
        label="Watch it",
        required=False,
        help_text="Take a snapshot whenever something changes, beside the schedule.",
    )
    context = forms.CharField(label="Context of the kubeconfig", required=False, max_length=253)
    kubeconfig = forms.CharField(
        label="New kubeconfig",
        required=False,
        strip=False,
        widget=forms.Textarea({"rows": 6, "autocomplete": "off", "spellcheck": "false"}),
        help_text="Empty: the stored one stays. It is never shown.",
    )

    def __init__(self, data: Any, cluster: Cluster) -> None:
        super().__init__(data, initial=_initial(cluster))
        for key, question in _QUESTIONS.items():
            choices = [("", "as the plugin does"), *((value, value) for value in VALUES[key])]
            self.fields[key] = forms.ChoiceField(label=question, required=False, choices=choices)
        if cluster.source != Cluster.Source.KUBECONFIG:
            del self.fields["kubeconfig"], self.fields["context"]
        if cluster.source == Cluster.Source.MANIFESTS:
            del self.fields["interval"], self.fields["enabled"], self.fields["watch"]

    @property
    def changes(self) -> dict[str, Any]:
        """The arguments of `change_cluster`."""
        given: dict[str, Any] = dict(self.cleaned_data)
        assumptions = {key: given.pop(key) for key in VALUES}
        if not given.get("kubeconfig"):
            given.pop("kubeconfig", None)
        return {**given, "assumptions": {key: value for key, value in assumptions.items() if value}}


def _initial(cluster: Cluster) -> dict[str, Any]:
    plain = ("name", "domain", "plugin", "retention", "interval", "enabled", "watch", "context")
    return {**{name: getattr(cluster, name) for name in plain}, **cluster.assumptions}
