"""API discovery: asking the API server which policy kinds it serves (`/apis`, `/apis/<group>/<version>`)."""

from __future__ import annotations

import msgspec

from apps.engine.model import ObjectRef, Unevaluated
from apps.snapshots.asking import ClusterUnreachable, NotReadable
from apps.snapshots.paging import Ask, Progress, Resource
from apps.snapshots.policy_kinds import ServedKind, choose_policies, unread_version, versions_to_ask

STEP = "API groups"


class GroupVersion(msgspec.Struct, rename="camel"):
    group_version: str


class ApiGroup(msgspec.Struct, rename="camel"):
    name: str
    versions: list[GroupVersion]
    preferred_version: GroupVersion | None = None

    def in_order(self) -> list[str]:
        """All versions, the preferred one first."""
        preferred = self.preferred_version.group_version if self.preferred_version else ""
        return sorted(
            (each.group_version for each in self.versions), key=lambda version: version != preferred
        )


class ApiGroupList(msgspec.Struct):
    groups: list[ApiGroup] | None


class ApiResource(msgspec.Struct):
    name: str
    kind: str
    verbs: list[str] | None = None


class ApiResourceList(msgspec.Struct):
    resources: list[ApiResource] | None


_groups = msgspec.json.Decoder(ApiGroupList)
_resources = msgspec.json.Decoder(ApiResourceList)


def find_policy_kinds(ask: Ask, *, progress: Progress) -> tuple[list[Resource], list[Unevaluated]]:
    """The policy kinds to list, and what cannot be known of others.

    This is the first question to a cluster, so a server that answers it with anything but its groups, or a
    plain "forbidden", is no API server that can be read: ClusterUnreachable.
    """
    try:
        groups = ask("/apis", _groups.decode).groups or []
    except NotReadable as refusal:
        if refusal.status != 403:
            raise ClusterUnreachable(_no_api(refusal)) from None
        reason = f"API discovery: {refusal}; policies of other kinds may exist"
        return [], [Unevaluated(ObjectRef("APIGroup", "", ""), f"not readable: {reason}")]
    versions = [each for group in groups for each in versions_to_ask(group.name, group.in_order())]
    served: list[ServedKind] = []
    silent: dict[str, str] = {}  # versions that do not tell their kinds, and why
    for done, version in enumerate(versions, start=1):
        try:
            served += _kinds(ask, version)
        except NotReadable as refusal:
            silent[version] = str(refusal)
        progress(STEP, done, len(versions))
    chosen, unread = choose_policies(served)
    for version, reason in silent.items():
        unread += unread_version(version, reason, chosen)
    return chosen, unread


def _kinds(ask: Ask, version: str) -> list[ServedKind]:
    found = ask(f"/apis/{version}", _resources.decode).resources or []
    return [
        ServedKind(Resource(version, resource.name, resource.kind), frozenset(resource.verbs or ()))
        for resource in found
    ]


def _no_api(refusal: NotReadable) -> str:
    if refusal.status == 404:
        return (
            "The server answers, but there is no Kubernetes API at this address (HTTP 404 for /apis). "
            "Check the server address and its path."
        )
    return f"The API server does not answer /apis ({refusal}). Try again when it is well."
