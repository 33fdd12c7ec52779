"""The proof of one answer: a page of its own, and the same as a piece for the side panel."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from apps.access.part import part_seen
from apps.reachability.names import UnknownName
from apps.reachability.queries import explain, explain_within, load_reach
from apps.reachability.within import Within
from apps.snapshots.models import Snapshot
from apps.web.frame import frame, get_snapshot
from apps.web.pickers import services_of
from apps.web.proof import Proof
from apps.web.question import split_port


@login_required
def show_proof(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """`?from=NS[/Kind/NAME]&to=NS/SERVICE&port=5432/TCP`; `fragment=1` gives the panel's piece."""
    snapshot = get_snapshot(slug, number)
    proof = _prove(
        snapshot,
        part_seen(request.user, snapshot),
        request.GET.get("from", ""),
        request.GET.get("to", ""),
        request.GET.get("port", ""),
    )
    is_piece = "fragment" in request.GET
    context = {"proof": proof, "closable": is_piece}
    if is_piece:
        return render(request, "web/_proof.html", context)
    return render(request, "web/explain.html", frame(snapshot.cluster, snapshot, "map") | context)


def _prove(snapshot: Snapshot, seen: Within | None, source: str, target: str, port_text: str) -> Proof:
    if seen is not None and split_port(port_text) is None:
        raise Http404("Name the port: which ones a Service has is not told to a reader of some namespaces.")
    port, protocol = _port(snapshot, target, port_text)
    try:
        # The pages need a policy's key, not an address of REST.
        asked: dict[str, Any] = {"source": source, "target": target, "port": port, "protocol": protocol}
        if seen is None:
            told = explain(snapshot, **asked, yaml_url=str)
        else:
            told = explain_within(snapshot, seen, **asked, yaml_url=str)
    except UnknownName as error:
        raise Http404(f"{error}.") from error
    return Proof(snapshot, told)


def _port(snapshot: Snapshot, target: str, text: str) -> tuple[int, str]:
    """The port asked for. Without one the Service's first; without a protocol the first of that number."""
    ports = [port for each in services_of(load_reach(snapshot)) if each.key == target for port in each.ports]
    if text:
        asked = split_port(text)
        if asked is None:
            raise Http404(f"A port is written 5432 or 5432/TCP, not {text}.")
        number, protocol = asked
        if protocol:
            return number, protocol
        ports = [port for port in ports if port.startswith(f"{number}/")] or [f"{number}/TCP"]
    if not ports:
        raise Http404(f"There is no Service {target or '(none given)'} with a port in this snapshot.")
    first, protocol = ports[0].split("/")
    return int(first), protocol
