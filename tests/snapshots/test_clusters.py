"""Clusters are added, changed and removed; what cannot be used is refused by its field."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.utils import timezone

from apps.snapshots.clusters import ClusterRefused, access_of, add_cluster, change_cluster, remove_cluster
from apps.snapshots.collect import store_reading
from apps.snapshots.credentials import CredentialLost
from apps.snapshots.models import Cluster, Content, ObjectVersion, Placement, Snapshot
from apps.snapshots.reading import Reading
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import Object

pytestmark = pytest.mark.django_db
KEYS = ["first-" * 8, "second-" * 8]


def test_kubeconfig_is_encrypted_and_given_to_the_reader(kube_api: KubeApi) -> None:
    text = kube_api.kubeconfig()
    cluster = add_cluster(name="Prod EU", source="kubeconfig", kubeconfig=text, context="fake", interval=300)
    cluster.refresh_from_db()

    assert cluster.slug == "prod-eu"
    assert "t0ken" not in cluster.credential
    access = access_of(cluster)
    assert (access.kubeconfig, access.context, access.in_cluster, access.trusted) == (
        text,
        "fake",
        False,
        False,
    )


def test_in_cluster_and_manifests() -> None:
    assert access_of(add_cluster(name="Here", source="in-cluster")).in_cluster
    with pytest.raises(ClusterRefused, match="source"):
        access_of(add_cluster(name="Files", source="manifests"))


def test_slugs_are_made_unique() -> None:
    names = ["Prod", "prod", "新", "new", "new"]

    assert [add_cluster(name=name, source="in-cluster").slug for name in names] == [
        "prod",
        "prod-2",
        "cluster",
        "new-2",
        "new-3",
    ]


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"name": ""}, "name"),
        ({"source": "magic"}, "source"),
        ({"slug": "new"}, "slug"),
        ({"slug": "taken"}, "slug"),
        ({"slug": "no spaces"}, "slug"),
        ({"plugin": "nonsense"}, "plugin"),
        ({"assumptions": {"host-network": "maybe"}}, "assumptions"),
        ({"assumptions": {"colour": "blue"}}, "assumptions"),
        ({"assumptions": ["host-network"]}, "assumptions"),
        ({"assumptions": {"host-network": 1}}, "assumptions"),
        ({"interval": 5}, "interval"),
        ({"domain": ""}, "domain"),
        ({"kubeconfig": "apiVersion: v1"}, "kubeconfig"),
        ({"source": "kubeconfig"}, "kubeconfig"),
        ({"source": "kubeconfig", "kubeconfig": "apiVersion: v1"}, "kubeconfig"),
        ({"credential": "x"}, "credential"),
        ({"id": 7}, "id"),
    ],
)
def test_what_cannot_be_used_is_refused_by_its_field(fields: dict[str, Any], field: str) -> None:
    add_cluster(name="Taken", source="in-cluster")
    with pytest.raises(ClusterRefused) as refused:
        add_cluster(**{"name": "X", "source": "in-cluster", **fields})

    assert refused.value.field == field
    assert Cluster.objects.count() == 1


def test_context_must_be_one_of_the_kubeconfig(kube_api: KubeApi) -> None:
    with pytest.raises(ClusterRefused, match="it has: fake") as refused:
        add_cluster(name="X", source="kubeconfig", kubeconfig=kube_api.kubeconfig(), context="other")

    assert refused.value.field == "context"


def test_change_writes_what_is_said_and_no_more(kube_api: KubeApi) -> None:
    cluster = add_cluster(name="X", source="kubeconfig", kubeconfig=kube_api.kubeconfig(), interval=60)
    due = timezone.now()
    Cluster.objects.filter(pk=cluster.pk).update(next_due=due)
    changed = change_cluster(cluster, plugin="calico", name="Y")

    assert (changed.plugin, changed.name, changed.next_due, changed.slug) == ("calico", "Y", due, "x")
    assert access_of(changed).kubeconfig == kube_api.kubeconfig()
    assert change_cluster(cluster, interval=90).next_due is None
    for fields in ({"slug": "y"}, {"source": "in-cluster"}, {"interval": 1}, {"kubeconfig": "nonsense"}):
        with pytest.raises(ClusterRefused):
            change_cluster(cluster, **fields)
    assert Cluster.objects.get().interval == 90


def test_removed_cluster_leaves_nothing_that_others_do_not_have(
    manifests_cluster: Cluster, shop: list[Object], read: Callable[..., Reading]
) -> None:
    other = add_cluster(name="Other", source="manifests")
    for cluster, objects in ((manifests_cluster, shop), (other, shop[:2])):
        with transaction.atomic():
            store_reading(Snapshot(cluster=cluster, number=1), read(objects))
    remove_cluster(manifests_cluster)

    assert ObjectVersion.objects.count() == Content.objects.count() == 2
    assert Placement.objects.count() == 1
    remove_cluster(other)
    assert not Content.objects.exists()
    assert not Placement.objects.exists()


def test_keys_are_rotated(settings: Any, kube_api: KubeApi) -> None:
    settings.CREDENTIAL_KEYS = KEYS[:1]
    cluster = add_cluster(name="X", source="kubeconfig", kubeconfig=kube_api.kubeconfig())
    settings.CREDENTIAL_KEYS = KEYS[::-1]
    call_command("rotate_credentials", verbosity=0)
    settings.CREDENTIAL_KEYS = KEYS[1:]

    assert access_of(Cluster.objects.get(pk=cluster.pk)).kubeconfig == kube_api.kubeconfig()
    with pytest.raises(CredentialLost):
        access_of(cluster)  # as it was before


def test_rotation_that_lacks_a_key_changes_nothing(settings: Any, kube_api: KubeApi) -> None:
    settings.CREDENTIAL_KEYS = KEYS[:1]
    cluster = add_cluster(name="X", source="kubeconfig", kubeconfig=kube_api.kubeconfig())
    settings.CREDENTIAL_KEYS = KEYS[1:]

    with pytest.raises(CommandError, match="x: The stored kubeconfig cannot be decrypted"):
        call_command("rotate_credentials")
    assert Cluster.objects.get().credential == cluster.credential
