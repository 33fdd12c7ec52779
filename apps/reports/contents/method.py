"""How the answers come about, and what they do not say."""

from __future__ import annotations

VERDICTS = {
    "allowed": "Every pair of a workload of the source namespace and one behind the Service is allowed, and "
    "some policy isolates one of the two sides of at least one pair.",
    "partial": "Some of these pairs are allowed and others are not; the table gives both numbers.",
    "unrestricted": "Every pair is allowed, and no policy of any kind isolates either side of any of them.",
    "unknown": "A pair could not be decided, and deciding it would change the verdict.",
    "denied": "No pair is allowed.",
    "empty": "No pair: the source namespace has no workload, or nothing stands behind the Service.",
}

STEPS = (
    "The cluster's objects were read once, in the interval on the cover. What could not be read is on the "
    "cover, and the verdicts that it could change are unknown.",
    "Pods that differ in nothing a policy can see count as one workload. The port of a Service is "
    "translated to the port of each backend before policies are asked.",
    "A connection is allowed when the egress side of its source and the ingress side of its target both "
    "allow it. A side that no policy isolates allows everything.",
    "DNS is judged beside the verdict: may the pods of a namespace ask the cluster's DNS over UDP and TCP? "
    "Where they may not, an address works that a name does not lead to.",
    "Where Kubernetes leaves the answer to the network plugin, the assumptions on the cover decide.",
)

LIMITS = (
    "The report says what is allowed by policy. Whether packets arrive is up to the network plugin, which "
    "enforces the policies, and to routing, service meshes, node firewalls and cloud security groups, "
    "which were not looked at.",
    "A NetworkPolicy cannot express who a user is, which path of a URL is asked for or how often, and it "
    "does not end connections that were open before it came.",
    "Addresses in policies (ipBlock) are compared with addresses, not with the names that people use.",
    "Whoever may create pods in a namespace chooses their labels, and so may match policies that select by "
    "pod label. An edge that is allowed in part may then be opened to the whole namespace.",
)


def tell_method() -> dict[str, object]:
    return {"verdicts": VERDICTS, "steps": list(STEPS), "limits": list(LIMITS)}
