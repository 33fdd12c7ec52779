"""Connections that look where they have come to before they say a word.

A look at the name alone is not enough: a name server may answer differently a moment later, and two readers
of one odd address may find different hosts in it.
"""

from __future__ import annotations

import socket

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from apps.snapshots.destinations import Destinations


def guard(pools: urllib3.PoolManager, destinations: Destinations) -> None:
    """Lets `pools` speak to what `destinations` admit; a request to others raises ClusterUnreachable.

    A proxy was chosen by whoever runs this machine, and looks for the host itself: it is left alone.
    """
    if type(pools) is not urllib3.PoolManager:  # of proxies there are several, and not all know of each other
        return

    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self.host, destinations)

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return _checked(super()._new_conn(), self.host, destinations)

    class PlainPool(urllib3.HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(urllib3.HTTPSConnectionPool):
        ConnectionCls = Secure

    pools.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}


def _checked(sock: socket.socket, host: str, destinations: Destinations) -> socket.socket:
    try:
        destinations.check_peer(host, str(sock.getpeername()[0]))
    except BaseException:
        sock.close()
        raise
    return sock
