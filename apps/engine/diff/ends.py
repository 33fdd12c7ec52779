"""The target side of a question: what decides it there, and so which changes can have touched it."""

from __future__ import annotations

from dataclasses import dataclass

from apps.engine.diff.states import PortKey
from apps.engine.diff.touch import Spaces, Touch
from apps.engine.dns import find_dns_service
from apps.engine.labels import equality, selects
from apps.engine.model import Selector
from apps.engine.reach import PortReach
from apps.engine.services import ServiceIndex

_DNS_SPACES = frozenset(("kube-system", "openshift-dns"))
_EVERYWHERE: Spaces = None


@dataclass(frozen=True, slots=True)
class Ends:
    """`spaces`: where the targets may stand; None: anywhere. `service`: (namespace, name) of the one that
    leads there; None: any in `spaces`. `selectors`: by which it chooses pods; None: not known.
    `near_nodes`: whether it matters on which node something is."""

    spaces: Spaces
    service: tuple[str, str] | None = None
    selectors: tuple[Selector, ...] | None = None
    near_nodes: bool = True

    def met_by(self, touch: Touch) -> bool:
        """Whether such a change may have changed what stands at this end."""
        if touch.near_nodes and not self.near_nodes:
            return False
        return any(map(self._is_served_by, touch.services)) or self._stands_in(touch)

    def _is_served_by(self, service: tuple[str, str]) -> bool:
        if self.service is not None:
            return service == self.service
        return self.spaces is None or service[0] in self.spaces

    def _stands_in(self, touch: Touch) -> bool:
        if touch.targets is not None and not touch.targets:
            return False
        if self.spaces is not None and touch.targets is not None and not self.spaces & touch.targets:
            return False
        if touch.labels is None or self.selectors is None:
            return True
        return any(selects(selector, labels) for selector in self.selectors for labels in touch.labels)


def ends_of_port(
    key: PortKey,
    indexes: tuple[ServiceIndex, ServiceIndex],
    reaches: tuple[PortReach | None, PortReach | None],
) -> Ends:
    """The targets of a Service port on both sides."""
    place = (key.namespace, key.service)
    services = [index.by_key[place] for index in indexes if place in index.by_key]
    if any(service.type == "ExternalName" for service in services):
        return Ends(_EVERYWHERE)
    near_nodes = any(service.internal_local for service in services) or any(
        unit.workload is None or unit.workload.host_network
        for each in reaches
        if each is not None
        for unit in each.units
    )
    if any(service.selector is None for service in services):
        return Ends(_EVERYWHERE, place, None, near_nodes)
    selectors = tuple(equality(service.selector or {}) for service in services)
    return Ends(frozenset((key.namespace,)), place, selectors, near_nodes)


def ends_of_dns(indexes: tuple[ServiceIndex, ServiceIndex]) -> Ends:
    """The cluster's DNS on both sides, wherever it is looked for."""
    services = [find_dns_service(index) for index in indexes]
    far = any(
        service and (service.selector is None or service.type == "ExternalName") for service in services
    )
    return Ends(_EVERYWHERE if far else _DNS_SPACES)
