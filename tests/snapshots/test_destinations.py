"""An uploaded kubeconfig does not lead the worker to addresses that are none of its business."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest
import urllib3

from apps.snapshots import destinations
from apps.snapshots.clusters import access_of, add_cluster
from apps.snapshots.destinations import DENIED, Destinations
from apps.snapshots.guarded_pools import guard
from apps.snapshots.live import Access, ClusterUnreachable, read_cluster
from apps.snapshots.models import Cluster
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import namespace

BY_DEFAULT = Destinations(tuple(map(ip_network, DENIED.split())))


@pytest.mark.parametrize(
    "server",
    [
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1%25eth0]:6443",
        "https://[::ffff:169.254.169.254]:443",
        "https://2852039166",  # 169.254.169.254 as one number
        "https://100.100.100.200",
        "https://0.0.0.0:6443",
        "https://[fd00:ec2::254]",
        "https://[fd00:ec2::23]",  # which gives pods of EKS their credentials
        "https://[fd20:ce::254]",
        "https://[fd00:42::42]",
        "https://[64:ff9b::169.254.169.254]",
        "https://192.0.0.192",
        "https://224.0.0.1",
    ],
)
def test_metadata_services_are_out_of_reach(server: str) -> None:
    with pytest.raises(ClusterUnreachable, match="does not connect to"):
        BY_DEFAULT.check(server)


@pytest.mark.parametrize(
    "server", ["https://10.0.0.1:6443", "https://127.0.0.1:6443", "https://no.such.host.invalid"]
)
def test_others_are_not(server: str) -> None:
    BY_DEFAULT.check(server)


def test_only_what_is_allowed() -> None:
    inside = Destinations(denied=(ip_network("10.9.0.0/16"),), allowed=(ip_network("10.0.0.0/8"),))

    inside.check("https://10.0.0.1")
    for server in ("https://192.0.2.1", "https://10.9.0.1"):
        with pytest.raises(ClusterUnreachable):
            inside.check(server)


def test_nothing_is_sent_to_what_is_denied() -> None:
    with KubeApi([namespace("shop")]) as api:
        access = Access(kubeconfig=api.kubeconfig(), destinations=Destinations((ip_network("127.0.0.0/8"),)))
        with pytest.raises(ClusterUnreachable, match="API_SERVERS_DENY"):
            read_cluster(access, progress=lambda *step: None)
        assert api.asked == []


def test_a_name_that_leads_elsewhere_a_moment_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name server answers the check with one address, and the connection with another."""
    with KubeApi([namespace("shop")]) as api:
        monkeypatch.setattr(destinations, "addresses_of", lambda host: [ip_address("198.51.100.7")])
        access = Access(kubeconfig=api.kubeconfig(), destinations=Destinations((ip_network("127.0.0.0/8"),)))
        with pytest.raises(ClusterUnreachable, match="does not connect to"):
            read_cluster(access, progress=lambda *step: None)
        assert api.asked == []


def test_a_proxy_of_the_operator_is_left_alone() -> None:
    """It is asked for the host, whatever its own address is."""
    with KubeApi([namespace("shop")]) as api:
        pools = urllib3.ProxyManager(api.url, cert_reqs="CERT_NONE", use_forwarding_for_https=True)
        guard(pools, Destinations((ip_network("127.0.0.0/8"),)))
        assert pools.request("GET", f"{api.url}/api", retries=False).status in (200, 401)


@pytest.mark.django_db
def test_a_cluster_is_read_within_the_settings(settings: Any) -> None:
    settings.API_SERVERS_DENY = ["192.0.2.0/24"]
    settings.API_SERVERS_ALLOW = ["198.51.100.0/24"]
    with KubeApi([namespace("shop")]) as api:
        cluster = add_cluster(name="far", source=Cluster.Source.KUBECONFIG, kubeconfig=api.kubeconfig())

    access = access_of(cluster)

    assert access.destinations == Destinations(
        (ip_network("192.0.2.0/24"),), (ip_network("198.51.100.0/24"),)
    )
