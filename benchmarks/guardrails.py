"""Checking guardrails: `python -m benchmarks.guardrails`. CPU time, without parsing and reach."""

from __future__ import annotations

import time
from collections.abc import Iterator

from apps.engine import assumptions_for, compute_reach, parse_cluster
from apps.review.guardrails import Checker, Guardrail, read_guardrail
from benchmarks.generate import generate_cluster

NAMESPACES, SERVICES, GUARDRAILS = 5_000, 5_000, 200


def main() -> None:
    objects = generate_cluster(NAMESPACES, 10_000, 20_000, SERVICES, 10_000, seed=7)
    cluster, assumptions = parse_cluster(objects), assumptions_for("generic", {})
    reach = compute_reach(cluster, assumptions)
    guardrails = list(_guardrails())
    started = time.process_time()
    checker = Checker(cluster, reach, assumptions)
    results = [checker.check(guardrail) for guardrail in guardrails]
    seconds = time.process_time() - started
    edges = sum(result.checked for result in results)
    print(f"{NAMESPACES} namespaces, {len(reach.ports)} Service ports, {len(results)} guardrails:")
    print(f"{seconds:.2f} s for {edges:,} edges looked at")


def _guardrails() -> Iterator[Guardrail]:
    """Half about one team, half about everybody."""
    for number in range(GUARDRAILS):
        source = {"namespace": f"team-{number:03d}-*"} if number % 2 else {}
        deny = {"from": [source], "to": [{"namespace": f"team-{(number * 7) % 1000:03d}-?"}]}
        only = {"from": [{"sameNamespace": True}, {"namespace": f"team-{number:03d}-*"}], "to": [{}]}
        spec = {"only": only} if number % 10 == 0 else {"deny": deny}
        meta = {"name": f"rule-{number}"}
        yield read_guardrail(
            {"apiVersion": "portolan/v1", "kind": "Guardrail", "metadata": meta, "spec": spec}
        )


if __name__ == "__main__":
    main()
