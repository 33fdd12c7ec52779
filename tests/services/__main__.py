"""Runs a command beside a PostgreSQL and a Redis of its own: `python -m tests.services COMMAND...`.

The command finds them by DATABASE_URL and REDIS_URL, and its exit status is this one's. However it ends, they
end with it; at SIGTERM or Ctrl-C all three do.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from typing import NoReturn

from tests.services import fresh_services

CONNECTIONS = 200  # test processes side by side, each with threads


def main(command: Sequence[str]) -> int:
    if not command:
        sys.exit(__doc__)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, leave)
    with fresh_services(max_connections=CONNECTIONS) as (_, postgresql, redis):
        print(postgresql.version, redis.version, sep="\n", flush=True)
        status = run(command, DATABASE_URL=postgresql.url, REDIS_URL=redis.url)
    return status if status >= 0 else 128 - status  # ended by a signal: as a shell says it


def run(command: Sequence[str], **environment: str) -> int:
    process = subprocess.Popen(command, env=os.environ | environment)
    try:
        return process.wait()
    finally:
        process.terminate()
        process.wait()


def leave(number: int, frame: object) -> NoReturn:
    """Once: a second signal shall not keep the services from being ended."""
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, signal.SIG_IGN)
    sys.exit(128 + number)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
