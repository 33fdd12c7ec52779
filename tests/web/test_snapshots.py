"""Uploads, live clusters and the progress of a snapshot."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from apps.reachability.take import run_snapshot
from apps.snapshots.clusters import change_cluster
from apps.snapshots.models import Cluster, Snapshot
from apps.snapshots.watching.lease import keep_lease
from tests.fakes.kube_api import Fault, KubeApi
from tests.web.pages import text_of
from tests.web.quay import FILE

BAD = b"""\
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: x, namespace: y}
spec: [1]
"""


def upload(*files: tuple[str, bytes]) -> list[SimpleUploadedFile]:
    return [SimpleUploadedFile(name, data) for name, data in files]


def test_manifests_become_a_cluster(administrator: Client, db: None) -> None:
    form = {"name": "New quay", "manifests": upload((FILE.name, FILE.read_bytes()))}
    response = administrator.post("/c/new/manifests", form, follow=True)
    assert response.redirect_chain == [("/c/new-quay/snapshots/1", 302)]
    page = response.content.decode()
    assert 'class="state complete"' in page
    assert "<dt>Policies</dt><dd>4</dd>" in page
    assert 'href="/c/new-quay/s/1/map"' in page


def test_several_files_are_one_snapshot(administrator: Client, quay: Snapshot) -> None:
    lab = b"{apiVersion: v1, kind: Namespace, metadata: {name: lab}}"
    files = upload((FILE.name, FILE.read_bytes()), ("lab.yaml", lab))
    response = administrator.post("/c/quay/snapshots/", {"manifests": files})
    assert response.headers["Location"] == "/c/quay/snapshots/2"
    assert Snapshot.objects.get(number=2).counts["namespaces"] == 8


def test_every_problem_stands_at_the_field_and_nothing_is_stored(administrator: Client, db: None) -> None:
    files = upload(("torn.yaml", b"a: [1"), ("policy.yaml", BAD))
    response = administrator.post("/c/new/manifests", {"name": "Torn", "manifests": files})
    errors = response.content.decode().partition('id="id_manifests_error"')[2].partition("</ul>")[0]
    assert "torn.yaml" in errors
    assert not Cluster.objects.exists()


def test_what_the_engine_refuses_stands_at_the_field_too(administrator: Client, quay: Snapshot) -> None:
    response = administrator.post("/c/quay/snapshots/", {"manifests": upload(("policy.yaml", BAD))})
    errors = response.content.decode().partition('id="id_manifests_error"')[2].partition("</ul>")[0]
    assert "policy.yaml: document 1: NetworkPolicy/y/x: spec" in errors
    assert Snapshot.objects.count() == 1


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ([], "This field is required."),
        ([("empty.yaml", b"# nothing\n")], "empty.yaml: holds no Kubernetes object"),
        (
            [("secret.yaml", b"{apiVersion: v1, kind: Secret, metadata: {name: x}}")],
            "There is no Kubernetes object in what was uploaded.",
        ),
    ],
)
def test_an_upload_of_nothing(
    administrator: Client, quay: Snapshot, files: list[tuple[str, bytes]], message: str
) -> None:
    response = administrator.post("/c/quay/snapshots/", {"manifests": upload(*files)})
    assert message in response.content.decode()


def test_an_upload_beyond_the_limit(administrator: Client, quay: Snapshot, settings: Settings) -> None:
    settings.UPLOAD_LIMIT = 100
    response = administrator.post("/c/quay/snapshots/", {"manifests": upload((FILE.name, FILE.read_bytes()))})
    assert "More than 100 bytes are not accepted at once." in response.content.decode()
    assert Snapshot.objects.count() == 1


def test_a_live_cluster_is_added_and_read(administrator: Client, db: None, kube_api: KubeApi) -> None:
    form = {"name": "Harbour", "kubeconfig": kube_api.kubeconfig()}
    response = administrator.post("/c/new/kubeconfig", form)
    assert response.headers["Location"] == "/c/harbour/snapshots/1"
    waiting = administrator.get("/c/harbour/snapshots/1").content.decode()
    assert 'data-poll="/c/harbour/snapshots/1?fragment=1"' in waiting
    assert "Queued" in waiting
    run_snapshot(Snapshot.objects.get().pk)
    done = administrator.get("/c/harbour/snapshots/1?fragment=1").content.decode()
    assert "data-poll" not in done
    assert 'class="state complete"' in done
    assert administrator.get("/c/harbour/s/1/map").status_code == 200


def test_the_cluster_around_it_is_added_where_there_is_one(
    administrator: Client, db: None, settings: Settings
) -> None:
    settings.IN_KUBERNETES = False
    assert "that Portolan runs in" not in administrator.get("/c/new").content.decode()
    refused = administrator.post("/c/new/inside", {"name": "Home"}).content.decode()
    assert "Portolan does not run in a Kubernetes cluster here." in refused

    settings.IN_KUBERNETES = True
    assert "that Portolan runs in" in administrator.get("/c/new").content.decode()
    assert "This field is required." in administrator.post("/c/new/inside").content.decode()
    assert not Cluster.objects.exists()

    added = administrator.post("/c/new/inside", {"name": "Home"})
    assert added.headers["Location"] == "/c/home/snapshots/1"
    assert Cluster.objects.get().source == Cluster.Source.IN_CLUSTER
    assert Snapshot.objects.get().state == Snapshot.State.QUEUED


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"kubeconfig": "users: ["}, "kubeconfig", "is not YAML"),
        ({"kubeconfig": ""}, "kubeconfig", "This field is required."),
        ({"context": "elsewhere"}, "context", "the kubeconfig has no context"),
        ({"name": ""}, "name", "This field is required."),
    ],
)
def test_a_kubeconfig_that_cannot_be_used(
    administrator: Client, db: None, kube_api: KubeApi, change: dict[str, str], field: str, message: str
) -> None:
    form = {"name": "Harbour", "kubeconfig": kube_api.kubeconfig()} | change
    response = administrator.post("/c/new/kubeconfig", form)
    errors = response.content.decode().partition(f'id="id_{field}_error"')[2].partition("</ul>")[0]
    assert message in errors
    assert not Cluster.objects.exists()


def test_a_failed_snapshot_says_why(administrator: Client, live_cluster: Cluster, kube_api: KubeApi) -> None:
    kube_api.faults["*"] = Fault(status=401, message="no")
    location = administrator.post("/c/live/snapshots/").headers["Location"]
    snapshot = Snapshot.objects.get()
    for _ in range(3):
        run_snapshot(snapshot.pk)
    page = administrator.get(location).content.decode()
    assert 'class="state failed"' in page
    assert 'role="alert"' in page
    assert "401" in page
    assert "failed" in administrator.get("/c/live/snapshots/").content.decode()


def test_progress_names_the_step(administrator: Client, live_cluster: Cluster) -> None:
    Snapshot.objects.create(
        cluster=live_cluster,
        number=1,
        state=Snapshot.State.RUNNING,
        step="pods",
        done=1500,
        total=2000,
        started=datetime(2026, 11, 14, 9, 12, 3, tzinfo=UTC),
    )
    page = administrator.get("/c/live/snapshots/1").content.decode()
    assert '<progress max="100" value="53"' in page
    assert 'aria-current="step"><span aria-hidden="true">▸</span> Reading objects' in page
    assert "pods · 1500 of 2000" in page
    assert "14 Nov 2026, 09:12:03 UTC" in page
    assert "<title>Snapshot #1 (53 %) · Portolan</title>" in page


def test_the_list_says_whether_the_cluster_is_watched(administrator: Client, live_cluster: Cluster) -> None:
    def said() -> str:
        return administrator.get("/c/live/snapshots/").content.decode()

    assert "watched" not in text_of(said())
    cluster = change_cluster(live_cluster, watch=True)
    assert "No process watches it." in said()
    keep_lease(cluster, "one")
    assert "It is watched: a change is read at once, and shown when its snapshot is stored." in said()
    began = timezone.now()
    ended = began + timedelta(seconds=6.2)
    Snapshot.objects.create(cluster=cluster, number=1, state="complete", started=began, finished=ended)
    assert "is stored, which took 7 seconds the last time." in said()
    keep_lease(cluster, "one", trouble="pods: HTTP 403 (<b>)")
    assert "meets trouble:</strong> pods: HTTP 403 (&lt;b&gt;)" in said()
