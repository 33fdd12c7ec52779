"""Portolan beside other analysers of network policies, in one run: `python -m benchmarks.peers`.

Each reads the same small cluster from the same YAML files and says which workloads may connect to which.
Each is a program of its own, start-up included: CPU seconds (user and system) and wall time. The others are
installed into a temporary folder for the run; one that cannot be had is said so, and the rest goes on.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import venv
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter
from typing import NamedTuple

from benchmarks.engine_small import SIZE, write_manifests
from benchmarks.generate import generate_cluster

LEAST = 50  # lines that an answer for this cluster has in any of the programs
LONGEST = 600  # seconds that one program, or one installation, may take
_ROOT = Path(__file__).resolve().parent.parent
_NCA = "network-config-analyzer==2.1.0"
_NETPOL_ANALYZER = "github.com/np-guard/netpol-analyzer/cmd/netpol-analyzer@latest"

Command = list[str | Path]


class Taken(NamedTuple):
    cpu: float
    wall: float


class CannotInstall(Exception):
    """Why a peer cannot be had here."""


def main() -> None:
    print(", ".join(f"{count} {name}" for name, count in SIZE.items()) + ", as YAML files")
    print(f"{'':<32}{'CPU s':>9}{'wall s':>9}{'CPU, times Portolan':>22}")
    with TemporaryDirectory() as name:
        folder = Path(name)
        manifests = folder / "manifests"
        manifests.mkdir()
        write_manifests(generate_cluster(**SIZE, seed=1), manifests)
        reach: Command = [sys.executable, _ROOT / "manage.py", "reach", manifests, "--by", "workload"]
        ours = _take([*reach, "--format", "json"])
        _print("Portolan", ours, ours)
        for peer, install in _PEERS.items():
            try:
                _print(peer, _take(install(folder, manifests)), ours)
            except CannotInstall as problem:
                print(f"{peer:<32}cannot be installed here: {problem}")
            except subprocess.SubprocessError as problem:
                print(f"{peer:<32}gave no answer: {problem}")


def _print(name: str, taken: Taken, ours: Taken) -> None:
    print(f"{name:<32}{taken.cpu:>9.2f}{taken.wall:>9.2f}{taken.cpu / ours.cpu:>22.1f}", flush=True)


def _take(command: Sequence[str | Path]) -> Taken:
    """Runs the program to its end; SubprocessError when it fails or takes too long."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), perf_counter()
    done = subprocess.run(command, check=True, timeout=LONGEST, capture_output=True)
    if len(done.stdout.splitlines()) < LEAST:
        raise subprocess.SubprocessError(f"{Path(command[0]).name} printed next to nothing")
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Taken(cpu, perf_counter() - start)


def _nca(folder: Path, manifests: Path) -> Command:
    home = folder / "nca"
    venv.create(home, with_pip=True)
    _install([home / "bin" / "pip", "install", "--quiet", _NCA])
    return [home / "bin" / "nca", "--connectivity", manifests, "--resource_list", manifests]


def _netpol_analyzer(folder: Path, manifests: Path) -> Command:
    home = folder / "go"
    _install(["go", "install", _NETPOL_ANALYZER], GOBIN=str(home))
    return [home / "netpol-analyzer", "list", "--quiet", "--dirpath", manifests]


def _install(command: Command, **environment: str) -> None:
    """Runs an installer; the last line of its complaint is the reason why it failed."""
    try:
        done = subprocess.run(
            command,
            check=False,
            env=os.environ | environment,
            timeout=LONGEST,
            capture_output=True,
            text=True,
        )
    except OSError as problem:
        raise CannotInstall(f"{command[0]}: {problem.strerror}") from None
    if done.returncode:
        raise CannotInstall((done.stderr.strip().splitlines() or ["no reason given"])[-1].strip())


_PEERS: dict[str, Callable[[Path, Path], Command]] = {
    "network-config-analyzer 2.1.0": _nca,
    "netpol-analyzer": _netpol_analyzer,
}


if __name__ == "__main__":
    main()
