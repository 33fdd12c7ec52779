"""Random faults on the whole set-up: `python -m tests.faults [--count 30] [--seed N] [--minutes M]`.

Starts web, worker and scheduler over a PostgreSQL and a Redis of its own, and a fake API server with a
changing cluster. At a random moment of a snapshot something goes wrong (`faults.py`); then everything must be
right again within two minutes (`check.py`). Prints a line a fault and a table; exit status 1 if it was not.
"""

from __future__ import annotations

import argparse
import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from random import Random, SystemRandom
from statistics import median
from typing import TYPE_CHECKING

from tests.dashboard.running import ROOT
from tests.faults.processes import LEASE, Processes
from tests.services import PostgreSQL, Redis, fresh_services

if TYPE_CHECKING:
    from tests.faults.run import Round

DISK = "192m"  # of the database: soon full


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=30)
    parser.add_argument("--seed", type=int, default=SystemRandom().randrange(10**6))
    parser.add_argument("--minutes", type=float, default=600, help="begin no fault after so long")
    parser.add_argument("--only", default="", help="faults whose name has this word")
    options = parser.parse_args()
    print(f"seed {options.seed}", flush=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # ends all that was started, too
    with fresh_services(DISK) as services, ExitStack() as open_until_the_end:
        rounds, wrong = run(*services, options, open_until_the_end)
    print_table(rounds)
    print("\n".join(wrong) or "All that was stored is what a computation from scratch says.")
    return 1 if wrong or any(each.wrong for each in rounds) else 0


def run(
    folder: Path, postgresql: PostgreSQL, redis: Redis, options: argparse.Namespace, stack: ExitStack
) -> tuple[list[Round], list[str]]:
    environment = {
        "DATABASE_URL": postgresql.url,
        "REDIS_URL": redis.url,
        "PORTOLAN_DATA_DIR": str(folder / "data"),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "SNAPSHOT_LEASE": str(LEASE),
        "SCHEDULER_TICK": "1",
        "WORK_PER_MINUTE": "100000",
    }
    os.environ |= environment
    prepare_django()
    from tests.faults.faults import FAULTS
    from tests.faults.run import Run
    from tests.faults.world import World

    world = World(options.seed)
    stack.enter_context(world.api)
    processes = Processes(folder, environment)
    stack.callback(processes.close)
    whole = Run(postgresql, redis, processes, world)
    whole.prepare()
    dice, rounds = Random(options.seed), []
    chosen = [each for each in FAULTS if options.only in each.__name__]
    end = time.monotonic() + options.minutes * 60
    while len(rounds) < options.count and time.monotonic() < end:
        rounds.append(whole.round(dice.choice(chosen), dice))
        print_round(len(rounds), rounds[-1])
        if rounds[-1].wrong:
            keep_logs(folder)
    return rounds, whole.check_all()


def prepare_django() -> None:
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, check=True)
    import django

    django.setup()
    logging.disable(logging.CRITICAL)  # this process looks; what the others log is in their files
    import dashboard.celery  # noqa: F401  (what is ordered here goes to its broker)


def keep_logs(folder: Path) -> None:
    kept = Path(tempfile.mkdtemp(prefix="portolan-faults-"))
    for log in folder.glob("*.log"):
        (kept / log.name).write_bytes(log.read_bytes())
    print(f"      logs: {kept}")


def print_round(number: int, done: Round) -> None:
    print(f"{number:4} {done.name:32} {done.recovered:5.1f} s  {done.saw}", flush=True)
    for each in done.wrong:
        print(f"     WRONG: {each[:1000]}", flush=True)


def print_table(rounds: Sequence[Round]) -> None:
    by_name = defaultdict(list)
    for each in rounds:
        by_name[each.name].append(each)
    print(f"\n{'fault':32} {'times':>5} {'held':>5} {'seen':>5} {'right again, median':>20} {'longest':>8}")
    for name, group in sorted(by_name.items()):
        times = [each.recovered for each in group]
        held, seen = sum(not each.wrong for each in group), sum(bool(each.saw) for each in group)
        print(f"{name:32} {len(group):5} {held:5} {seen:5} {median(times):18.1f} s {max(times):6.1f} s")
    print(f"{'in all':32} {len(rounds):5} {sum(not each.wrong for each in rounds):5}")


if __name__ == "__main__":
    sys.exit(main())
