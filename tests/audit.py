"""Whether a package that is used has a known vulnerability: `python -m tests.audit [--if-reachable]`.

Asks pip-audit about every Python package of this environment, and npm about the front-end packages. Both ask
a service; what it did not answer about was not audited, and is told as that: pip-audit by itself calls a
package that the service does not know free of vulnerabilities. Exit status 1: something is known; 2:
something was not audited (0 with `--if-reachable`: `make check` also runs where no service is reached).
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

PATIENCE = 300  # seconds for each tool
_PIP = ["pip-audit", "--local", "--progress-spinner=off", "--format=json", "--timeout=15"]
_NPM = ["npm", "audit", "--json"]


@dataclass(frozen=True, slots=True)
class Audit:
    """`known`: what was found, a line each. `missing`: why something was not audited; empty: all was."""

    tool: str
    audited: int
    known: tuple[str, ...] = ()
    missing: str = ""

    @property
    def told(self) -> list[str]:
        lines = [f"audit: {self.tool}: {each}" for each in self.known]
        if self.missing:
            lines.append(f"audit: {self.tool}: NOT AUDITED: {self.missing}")
        return [
            *lines,
            f"audit: {self.tool}: packages audited: {self.audited}, flaws known: {len(self.known)}",
        ]


def main(arguments: list[str]) -> int:
    audits = [audit_python(), audit_front_end()]
    for audit in audits:
        print("\n".join(audit.told), flush=True)
    if any(audit.known for audit in audits):
        return 1
    return 2 if any(audit.missing for audit in audits) and "--if-reachable" not in arguments else 0


def audit_python() -> Audit:
    told = _ask(_PIP)
    if "dependencies" not in told:
        return Audit("pip-audit", 0, missing=_reason(told))
    skipped = [each["name"] for each in told["dependencies"] if "skip_reason" in each]
    audited = [each for each in told["dependencies"] if "skip_reason" not in each]
    known = tuple(
        f"{each['name']} {each['version']}: {flaw['id']}, mended in {flaw['fix_versions'] or 'no version'}"
        for each in audited
        for flaw in each["vulns"]
    )
    missing = f"the service did not answer about {_some(skipped)}" if skipped else ""
    return Audit("pip-audit", len(audited), known, missing)


def audit_front_end() -> Audit:
    told = _ask(_NPM)
    if "vulnerabilities" not in told:
        return Audit("npm audit", 0, missing=_reason(told))
    known = tuple(f"{name}: {each['severity']}" for name, each in told["vulnerabilities"].items())
    return Audit("npm audit", told["metadata"]["dependencies"]["total"], known)


def _ask(command: list[str]) -> dict[str, Any]:
    """What the tool says as JSON; it ends with 1 both when it found something and when it failed."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        told = json.loads(done.stdout)
    except (OSError, subprocess.TimeoutExpired) as error:
        return {"message": str(error)}
    except ValueError:
        return {"message": (done.stderr.strip().splitlines() or ["it said nothing"])[-1]}
    return told if isinstance(told, dict) else {"message": "it said something else than expected"}


def _reason(told: dict[str, Any]) -> str:
    """Without the address that was asked, which may be a private one."""
    return str(told.get("message", "no reason was given")).partition(" - ")[0][:200]


def _some(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
