"""The words of the engine: frozen values for what a cluster holds and what its policies say.

Names are Kubernetes' own. Nothing here computes; `docs/glossary.md` explains each word.
"""

from apps.engine.model.answers import (
    Citation,
    Edge,
    Endpoint,
    NearestMiss,
    PairExplanation,
    Side,
)
from apps.engine.model.cluster import (
    Assumptions,
    Cluster,
    Note,
    Problem,
)
from apps.engine.model.holdings import (
    ContainerPort,
    EndpointSlice,
    Namespace,
    Node,
    Pod,
    PodState,
    Service,
    ServicePort,
    SliceEndpoint,
    TargetPort,
    Workload,
)
from apps.engine.model.policies import (
    BlockPeer,
    DomainPeer,
    NodePeer,
    NoPeer,
    Peer,
    PodPeer,
    Policy,
    PortMatch,
    Rule,
    Unevaluated,
)
from apps.engine.model.selectors import (
    EVERYTHING,
    Requirement,
    Selector,
)
from apps.engine.model.words import (
    PROTOCOLS,
    Action,
    Backend,
    Direction,
    Dns,
    ObjectRef,
    Tier,
    Verdict,
)

__all__ = [
    "EVERYTHING",
    "PROTOCOLS",
    "Action",
    "Assumptions",
    "Backend",
    "BlockPeer",
    "Citation",
    "Cluster",
    "ContainerPort",
    "Direction",
    "Dns",
    "DomainPeer",
    "Edge",
    "Endpoint",
    "EndpointSlice",
    "Namespace",
    "NearestMiss",
    "NoPeer",
    "Node",
    "NodePeer",
    "Note",
    "ObjectRef",
    "PairExplanation",
    "Peer",
    "Pod",
    "PodPeer",
    "PodState",
    "Policy",
    "PortMatch",
    "Problem",
    "Requirement",
    "Rule",
    "Selector",
    "Service",
    "ServicePort",
    "Side",
    "SliceEndpoint",
    "TargetPort",
    "Tier",
    "Unevaluated",
    "Verdict",
    "Workload",
]
