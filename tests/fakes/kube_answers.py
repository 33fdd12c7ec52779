"""What the fake API server answers: API discovery, lists, single objects, and Status for what goes wrong."""

from __future__ import annotations

from tests.fakes.kube_store import Kind, Object, Store


def discovery(store: Store, path: str) -> Object | None:
    groups = sorted({kind.group for kind in store.kinds} - {""})
    match path.strip("/").split("/"):
        case ["api"]:
            return {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        case ["apis"]:
            return {
                "kind": "APIGroupList",
                "apiVersion": "v1",
                "groups": [_group(store, each) for each in groups],
            }
        case ["version"]:
            return {"major": "1", "minor": "37", "gitVersion": "v1.37.0-fake"}
        case ["api", version]:
            return _resource_list(store, version)
        case ["apis", group, version]:
            return _resource_list(store, f"{group}/{version}")
    return None


def _group(store: Store, name: str) -> Object:
    apis = dict.fromkeys(kind.api for kind in store.kinds if kind.group == name)
    versions = [{"groupVersion": api, "version": api.rpartition("/")[2]} for api in apis]
    preferred = [each for each in versions if each["groupVersion"] in store.preferred]
    return {"name": name, "versions": versions, "preferredVersion": [*preferred, *versions][0]}


def _resource_list(store: Store, api: str) -> Object | None:
    resources = [
        {
            "name": kind.plural,
            "singularName": kind.kind.lower(),
            "namespaced": kind.namespaced,
            "kind": kind.kind,
            "verbs": list(kind.verbs),
            "shortNames": list(kind.short),
        }
        for kind in store.kinds
        if kind.api == api
    ]
    return (
        {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": api, "resources": resources}
        if resources
        else None
    )


def objects(store: Store, path: str, query: dict[str, str]) -> Object | None:
    root, *rest = path.strip("/").split("/")
    depth = 1 if root == "api" else 2
    api, where = "/".join(rest[:depth]), rest[depth:]
    namespace = ""
    if where[:1] == ["namespaces"] and len(where) > 2:
        namespace, where = where[1], where[2:]
    kind = next((each for each in store.kinds if where and (each.api, each.plural) == (api, where[0])), None)
    if kind is None or "watch" in query or len(where) > 2:
        return None
    if len(where) == 2:
        return _one(kind, namespace, where[1])
    return store.page(kind, namespace, int(query.get("limit", 0)), query.get("continue", ""))


def _one(kind: Kind, namespace: str, name: str) -> Object | None:
    body = kind.objects.get((namespace, name))
    return {"apiVersion": kind.api, "kind": kind.kind, **body} if body else None


def status(code: int, message: str) -> Object:
    texts = {
        401: ("Unauthorized", "Unauthorized"),
        404: ("NotFound", "the server could not find the requested resource"),
        405: ("MethodNotAllowed", "the server does not allow this method on the requested resource"),
        410: ("Expired", "The provided continue parameter is too old"),
    }
    reason, default = texts.get(code, ("Failure", "failure"))
    return {
        "kind": "Status",
        "apiVersion": "v1",
        "metadata": {},
        "status": "Failure",
        "message": message or default,
        "reason": reason,
        "code": code,
    }
