"""A stored snapshot gives back what was read, for the engine and for people."""

from collections.abc import Callable

import pytest
from django.db import transaction

from apps.engine import parse_cluster
from apps.engine.model import ObjectRef, Unevaluated
from apps.snapshots import queries
from apps.snapshots.collect import store_reading
from apps.snapshots.gather import gather
from apps.snapshots.models import Cluster, ObjectVersion, Snapshot
from apps.snapshots.reading import Reading
from apps.snapshots.schedule import next_number
from tests.fakes.kube_objects import Object, namespace, pod, policy

Read = Callable[..., Reading]


def store(cluster: Cluster, reading: Reading) -> Snapshot:
    with transaction.atomic():
        snapshot = Snapshot(cluster=cluster, number=next_number(cluster))
        store_reading(snapshot, reading)
    return Snapshot.objects.get(pk=snapshot.pk)


def test_stored_snapshot_means_to_the_engine_what_the_reading_meant(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    unread = [Unevaluated(ObjectRef("CiliumNetworkPolicy", "", ""), "HTTP 403", only_restricts=True)]
    reading = read([*shop, pod("shop", "web-5d4f8c7b9-ccccc", number=3)], unread=unread)
    snapshot = store(manifests_cluster, reading)

    assert queries.load_objects(snapshot) == gather(reading).bodies()
    assert queries.unread_of(snapshot) == tuple(unread)
    loaded = queries.load_cluster(snapshot)
    assert loaded == parse_cluster(gather(reading).bodies(), unread=unread)
    assert len(next(each for each in loaded.workloads if each.namespace == "shop").pods) == 2
    assert queries.load_cluster(snapshot) is loaded


def test_every_snapshot_keeps_its_own_answer(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    first = store(manifests_cluster, read(shop))
    second = store(manifests_cluster, read([*shop, namespace("new")]))
    third = store(manifests_cluster, read(shop[1:]))

    def spaces(snapshot: Snapshot) -> list[str]:
        return sorted(each.name for each in queries.standing_versions(snapshot).filter(kind="Namespace"))

    assert spaces(first) == ["lab", "shop"]
    assert spaces(second) == ["lab", "new", "shop"]
    assert spaces(third) == ["lab"]
    assert [each.name for each in queries.load_cluster(first).namespaces] == ["lab", "shop"]
    # A namespace that only objects name is known to the engine all the same.
    assert [each.name for each in queries.load_cluster(third).namespaces] == ["lab", "shop"]


def test_domain_and_assumptions_are_those_of_the_snapshot(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    manifests_cluster.assumptions = {"host-network": "pod"}
    snapshot = store(manifests_cluster, read(shop))
    manifests_cluster.assumptions, manifests_cluster.domain = {"host-network": "node"}, "other.example"
    manifests_cluster.save()
    snapshot.refresh_from_db()

    assert queries.assumptions_of(snapshot).host_network == "pod"
    assert queries.load_cluster(snapshot).domain == "cluster.local"
    assert queries.load_cluster(store(manifests_cluster, read(shop))).domain == "other.example"


def test_lists_and_yaml(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    cilium = policy("lab", "l7", api="cilium.io/v2", kind="CiliumNetworkPolicy")
    first = store(manifests_cluster, read([*shop, cilium]))
    second = store(manifests_cluster, read(shop[:-1]))

    services = queries.standing_versions(first).filter(kind="Service")
    assert sorted(map(str, services)) == ["Service/lab/web", "Service/shop/web"]
    policies = list(queries.list_policies(first))
    assert [str(version) for version in policies] == ["CiliumNetworkPolicy/lab/l7", "NetworkPolicy/shop/deny"]
    text = queries.policy_yaml(first, policies[1].pk)
    assert text.startswith("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\n")
    with pytest.raises(ObjectVersion.DoesNotExist):
        queries.policy_yaml(second, policies[1].pk)
    with pytest.raises(ObjectVersion.DoesNotExist):
        queries.policy_yaml(first, services[0].pk)


def test_latest_complete_passes_over_what_holds_nothing(
    manifests_cluster: Cluster, shop: list[Object], read: Read
) -> None:
    assert queries.latest_complete(manifests_cluster) is None
    stored = store(manifests_cluster, read(shop))
    manifests_cluster.snapshots.create(number=next_number(manifests_cluster), state=Snapshot.State.FAILED)
    manifests_cluster.snapshots.create(number=next_number(manifests_cluster))

    assert queries.latest_complete(manifests_cluster) == stored


@pytest.mark.parametrize("state", ["queued", "running", "failed"])
def test_snapshot_that_holds_nothing_says_so(manifests_cluster: Cluster, state: str) -> None:
    snapshot = manifests_cluster.snapshots.create(number=1, state=state)

    for ask in (queries.load_objects, queries.load_cluster, queries.assumptions_of, queries.list_policies):
        with pytest.raises(queries.NothingStored, match=f"snapshot 1 holds no objects: it is {state}"):
            ask(snapshot)


def test_clusters_do_not_mix(manifests_cluster: Cluster, shop: list[Object], read: Read) -> None:
    other = Cluster.objects.create(slug="other", name="Other")
    mine = store(manifests_cluster, read(shop))
    theirs = store(other, read([namespace("theirs")]))

    assert len(queries.load_objects(mine)) == 7
    assert [body["metadata"]["name"] for body in queries.load_objects(theirs)] == ["theirs"]
