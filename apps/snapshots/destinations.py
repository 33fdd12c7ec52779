"""Which addresses an uploaded kubeconfig, or a webhook, may lead this server to.

Whoever adds one chooses where the worker connects, so what answers only to this machine's own place in
the network must be out of reach: above all the cloud's metadata service (https://attack.mitre.org/techniques/T1552/005/).
"""

from __future__ import annotations

import socket
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import urlsplit

from apps.snapshots.asking import ClusterUnreachable

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# Link-local (which has the metadata services of most clouds), also through NAT64 (RFC 6052); the others of
# those services; "this host" and what is no single host at all.
DENIED = (
    "169.254.0.0/16 fe80::/10 64:ff9b::a9fe:0/112 fd00:ec2::/64 fd20:ce::254/128 fd00:42::42/128 "
    "100.100.100.200/32 168.63.129.16/32 192.0.0.192/32 "
    "0.0.0.0/32 ::/128 224.0.0.0/4 ff00::/8 255.255.255.255/32"
)


@dataclass(frozen=True, slots=True)
class Destinations:
    """`allowed` empty: all but the denied ones. What is denied stays so, also where it is allowed."""

    denied: tuple[Network, ...] = ()
    allowed: tuple[Network, ...] = ()

    def check(self, server: str) -> None:
        """Raises ClusterUnreachable if one of the server's addresses is out of bounds."""
        host = urlsplit(server).hostname or ""
        for address in addresses_of(host):
            self._check(host, address)

    def check_peer(self, host: str, address: str) -> None:
        """The same of the address that a connection to `host` has come to, as the socket writes it."""
        self._check(host, _read(address))

    def _check(self, host: str, address: Address) -> None:
        if not self.admits(address):
            raise ClusterUnreachable(_refusal(host, address))

    def admits(self, address: Address) -> bool:
        if any(address in network for network in self.denied):
            return False
        return not self.allowed or any(address in network for network in self.allowed)


ANYWHERE = Destinations()


def addresses_of(host: str) -> list[Address]:
    """All addresses of a host; none where it is not known here."""
    try:
        found = socket.getaddrinfo(host.partition("%")[0], None, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        return []
    return [_read(str(entry[4][0])) for entry in found]


def _read(text: str) -> Address:
    """Without its zone; an IPv4 address in IPv6 clothes (RFC 4291, 2.5.5.2) is the IPv4 address."""
    address = ip_address(text.partition("%")[0])
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _refusal(host: str, address: Address) -> str:
    return (
        f"{host} is at {address}, where this server does not connect to. An administrator of the machine "
        "may change API_SERVERS_DENY and API_SERVERS_ALLOW."
    )
