"""Plants faults in the rules, one at a time, and checks that the suite catches each.

`python -m tests.mutants` works on a copy of the checkout, prints a line a fault and ends with status 1 if one
survives; words behind it name the rules to try (`N17 A4`). A fault is a line of the engine as it is and as it would be if somebody had misread the spec.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
COPIED = ("apps", "dashboard", "docs", "examples", "tests", "manage.py", "pyproject.toml")
# What is run for each fault, the quickest to fail first.
SUITE = (
    "tests/engine/test_cases.py",
    "tests/engine/parse",
    "tests/engine/explain",
    "tests/engine/test_reach.py",
    "tests/engine/test_agreement.py",
    "tests/engine/test_renewal.py",
)


class Fault(NamedTuple):
    rule: str
    file: str  # below apps/engine
    was: str
    planted: str


FAULTS = (
    Fault("N1 isolated without a policy", "gates.py", "self.isolated = self._union(", "self.isolated = sets.pods | self._union("),
    Fault("N2 directions confused", "parse/network_policy.py", "return frozenset(given)", "return frozenset(Direction)"),
    Fault("N3 egress not isolated by default", "parse/network_policy.py", 'return frozenset(Direction) if (spec / "egress").entries() else', "return"),
    Fault("N3 ingress not isolated by an egress policy", "parse/network_policy.py", "return frozenset(Direction) if", "return frozenset({Direction.EGRESS}) if"),
    Fault("N4 dead rules live", "parse/network_policy.py", "if rule.direction in types", "if rule"),
    Fault("N7 an empty from matches nobody", "parse/network_policy.py", "direction, Action.ALLOW, peers or None,", "direction, Action.ALLOW, peers,"),
    Fault("N8 empty ports match none", "parse/network_policy.py", "ports or None)", "ports)"),
    Fault("N8 protocol ignored", "ports.py", "if entry.protocol and entry.protocol != protocol:", "if False:"),
    Fault("N8 UDP by default", "parse/network_policy.py", '(part / "protocol").text("TCP")', '(part / "protocol").text("UDP")'),
    Fault("N9 endPort exclusive", "ports.py", "return entry.first <= number <= entry.last", "return entry.first <= number < max(entry.last, entry.first + 1)"),
    Fault("N10 names without protocol", "ports.py", "port.name == entry.name and port.protocol == protocol and", "port.name == entry.name and"),
    Fault("N11 own namespace forgotten", "parse/network_policy.py", "return PodPeer(read_selector(pods), namespace)", "return PodPeer(read_selector(pods))"),
    Fault("N11 podSelector beside namespaceSelector ignored", "parse/network_policy.py", "return PodPeer(read_selector(pods), namespaces=", "return PodPeer(read_selector(pods / 'x'), namespaces="),
    Fault("N12 NotIn needs the key", "labels.py", "return key not in labels or labels[key] not in values", "return key in labels and labels[key] not in values"),
    Fault("N12 NotIn needs the key, by index", "peer_sets.py", 'if operator == "In" else self.everything - listed', 'if operator == "In" else self._keys[key] - listed'),
    Fault("N13 no name label", "parse/cluster.py", "{**labels, NAME_LABEL: ref.name}", "labels"),
    Fault("N14 except ignored", "addresses.py", "for cut in map(parse_block, block.excepts):", "for cut in ():"),
    Fault("N14 families mixed", "addresses.py", "return address.family == self.family and", "return"),
    Fault("N15 blocks always match pods", "peer_sets.py", "None: self._blocks_match_pods}", 'None: "yes"}'),
    Fault("N16 selectors see host-network pods", "peer_sets.py", "self._pod_labels.select(peer.pods) & self.pods", "self._pod_labels.select(peer.pods)"),
    Fault("N17 a node cannot enter", "matrix/ingress.py", "return Row(row.surely | same, row.possibly | same | maybe)", "return row"),
    Fault("N19 one gate is enough", "matrix/worlds.py", "Row(into.surely & out.surely, into.possibly & out.possibly)", "Row(into.surely | out.surely, into.possibly | out.possibly)"),
    Fault("N24 finished pods live", "parse/pods.py", '_FINISHED = ("Succeeded", "Failed")', "_FINISHED = ()"),
    Fault("S1 the Service's port is judged", "services.py", "return port.target.number", "return port.number"),
    Fault("S2 names without protocol", "services.py", "if (declared.name, declared.protocol) == (port.target.name, port.protocol):", "if declared.name == port.target.name:"),
    Fault("S4 selectors reach other namespaces", "services.py", "return [each for each in min(listed, key=len, default=[]) if selects(selector, each.labels)]", "return [each for each in self.cluster.workloads if labels and selects(selector, each.labels)]"),
    Fault("S5 headless translates", "services.py", "if service.headless:\n        return port.number", "if False:\n        return port.number"),
    Fault("S6 unready addresses are used", "parse/services.py", 'return (conditions / "ready").absent or (conditions / "ready").flag()', "return True"),
    Fault("S7 aliases are not followed", "services.py", 'if service.type != "ExternalName":\n                return service, ""', 'if True:\n                return service, ""'),
    Fault("S8 not-ready pods answer", "services.py", "return {PodState.READY}", "return {PodState.READY, PodState.NOT_READY}"),
    Fault("S9 nodes ignored", "pairs.py", "if service.internal_local and party.node:", "if False:"),
    Fault("D1 TCP forgotten", "dns.py", 'PROTOCOLS = ("UDP", "TCP")', 'PROTOCOLS = ("UDP",)'),
    Fault("D3 host-network pods ask the cluster", "dns.py", 'if policy == "ClusterFirst" and workload.host_network:', "if False:"),
    Fault("D5 no search path", "dns.py", 'yield from [*searched, name] if name.count(".") < _NDOTS else [name, *searched]', "yield name"),
    Fault("A2 Pass allows", "gates.py", "return Outcomes(allowed, denied, open_ | passed)", "return Outcomes(allowed | passed, denied, open_)"),
    Fault("A3 later rules count", "gates.py", "left = left - match.must", "left = left"),
    Fault("A3 priorities reversed", "parse/cluster.py", "(policy.tier, policy.priority, policy.ref)", "(policy.tier, -policy.priority, policy.ref)"),
    Fault("A4 baseline before NetworkPolicies", "matrix/ingress.py", "inner = Tier.NAMESPACE if target in self._gate.isolated else Tier.BASELINE", "inner = Tier.BASELINE"),
    Fault("A7 networks spare pods", "parse/admin_policy.py", "return BlockPeer(part.texts(), pods=True)", "return BlockPeer(part.texts(), pods=False)"),
    Fault("A9 what is not understood is open", "parse/admin_policy.py", "action, peers, ports = Action.DENY, None, None", "peers, ports = (), None"),
    Fault("C2 one tier for both", "parse/cluster_policy.py", '"Baseline": Tier.BASELINE', '"Baseline": Tier.ADMIN'),
    Fault("renewed: who is governed", "renewal.py", "if any(unit.party in self._governed for unit in units):", "if False:"),
    Fault("renewed: who is confined", "renewal.py", "self._confines = _confined(before) != _confined(after)", "self._confines = False"),
    Fault("renewed: what a gate says", "gates.py", "policy.subjects, shuts, rules", "policy.subjects, shuts, ()"),
    Fault("renewed: whom changed rules match", "renewal.py", "hits = frozenset(map(self._hits, units))", "hits = frozenset()"),
    Fault("renewed: blocks between pods", "classes.py", "return all(self._span(atom) == other._span(atom) for atom in atoms)", "return True"),
    Fault("unevaluated kinds ignored", "gates.py", "doubted |= touched", "pass"),
    Fault("the literal evaluator forgets egress", "explain/pair.py", "for verdict in (Verdict.DENIED, Verdict.UNKNOWN):\n        if verdict in (egress, ingress):", "for verdict in (Verdict.DENIED, Verdict.UNKNOWN):\n        if verdict == ingress:"),
)  # fmt: skip


def main(rules: list[str]) -> int:
    faults = [fault for fault in FAULTS if not rules or fault.rule.partition(" ")[0] in rules]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "copy"
        copy.mkdir()
        for name in COPIED:
            source = ROOT / name
            (shutil.copytree if source.is_dir() else shutil.copy)(source, copy / name)
        survived = [fault.rule for fault in faults if not _is_caught(copy, fault)]
    print(f"{len(faults) - len(survived)} of {len(faults)} planted faults were caught")
    return 1 if survived else 0


def _is_caught(copy: Path, fault: Fault) -> bool:
    file = copy / "apps" / "engine" / fault.file
    text = file.read_text()
    if text.count(fault.was) != 1:
        print(f"cannot be planted: {fault.rule}: {fault.file} has {text.count(fault.was)} such places")
        return False
    file.write_text(text.replace(fault.was, fault.planted))
    try:
        caught = _suite_fails(copy)
    finally:
        file.write_text(text)
    print(f"{'caught' if caught else 'SURVIVED'}: {fault.rule}", flush=True)
    return caught


def _suite_fails(copy: Path) -> bool:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-x", "-q", "-p", "no:cacheprovider", *SUITE],
        cwd=copy,
        capture_output=True,
        env={**os.environ, "PORTOLAN_DATA_DIR": str(copy / "var"), "HYPOTHESIS_PROFILE": "usual"},
        check=False,
    )
    return done.returncode == 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
