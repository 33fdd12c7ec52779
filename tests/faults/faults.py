"""What may go wrong. Each fault gets the run and a source of chance, and returns what an operator saw of it.

A fault lasts until its function returns; an empty answer means that nothing of it could be seen.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import Random
from typing import TYPE_CHECKING, Any

from tests.fakes.kube_api import Fault

if TYPE_CHECKING:
    from tests.faults.run import Run

Break = Callable[["Run", Random], str]
PATHS = (
    "/api/v1/pods",
    "/api/v1/namespaces",
    "/api/v1/services",
    "/apis/networking.k8s.io/v1/networkpolicies",
)


def kill_worker(run: Run, dice: Random) -> str:
    return f"{run.processes.kill('worker', dice)} killed: the process ended"


def kill_beat(run: Run, dice: Random) -> str:
    return f"{run.processes.kill('beat', dice)} killed: the process ended"


def kill_web(run: Run, dice: Random) -> str:
    return f"{run.processes.kill('web', dice)} killed: the process ended"


def restart_postgresql_fast(run: Run, dice: Random) -> str:
    return _stop_postgresql(run, dice, "fast")


def restart_postgresql_immediate(run: Run, dice: Random) -> str:
    return _stop_postgresql(run, dice, "immediate")


def _stop_postgresql(run: Run, dice: Random, mode: str) -> str:
    run.postgresql.stop(mode)
    try:
        time.sleep(dice.uniform(0, 2))
        return run.seen_in_health("the database does not answer")
    finally:
        run.postgresql.start()


def flush_redis(run: Run, dice: Random) -> str:
    run.redis.flush()
    return "a flush: nothing is lost but messages"


def restart_redis(run: Run, dice: Random) -> str:
    run.redis.kill()
    try:
        time.sleep(dice.uniform(0, 2))
        return run.seen_in_health("the broker does not answer")
    finally:
        run.redis.start()


def pause_redis(run: Run, dice: Random) -> str:
    run.redis.pause()
    try:
        return run.seen_in_health("the broker does not answer")
    finally:
        run.redis.pause(go_on=True)


def fill_disk(run: Run, dice: Random) -> str:
    try:
        return run.seen_of_full_disk()
    finally:
        run.postgresql.empty()


def stall_api(run: Run, dice: Random) -> str:
    """An answer comes later than a dead worker's snapshot is handed to another one."""
    run.world.api.faults[dice.choice(("*", *PATHS))] = Fault(delay=7.0, times=1)
    return run.seen_running()


def _api(name: str, **fault: Any) -> Break:
    def break_api(run: Run, dice: Random) -> str:
        path = dice.choice(("*", *PATHS))
        run.world.api.faults[path] = Fault(**fault)
        return run.seen_in_snapshot()

    break_api.__name__ = name
    return break_api


FAULTS: tuple[Break, ...] = (
    kill_worker,
    kill_worker,
    kill_beat,
    kill_web,
    restart_postgresql_fast,
    restart_postgresql_immediate,
    flush_redis,
    restart_redis,
    pause_redis,
    fill_disk,
    _api("api_resets", reset=True),
    stall_api,
    _api("api_truncates", cut=300),
    _api("api_answers_403", status=403, message="forbidden"),
    _api("api_answers_410", status=410, message="expired"),
    _api("api_answers_429", status=429, message="slow down", headers=(("Retry-After", "1"),)),
    _api("api_answers_500", status=500, message="etcd is down"),
    _api("api_answers_garbage", garbage=b"<html>not what you asked for</html>" * 200),
)
