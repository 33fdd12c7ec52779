"""`manage.py up`: all on this machine, without any service: web, worker, scheduler, watcher and a broker."""

from __future__ import annotations

import fcntl
import http.client
import os
import socket
import sys
from argparse import ArgumentParser
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import IO, Any

from celery import Celery
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError, connections

from dashboard.broker import transport_options
from dashboard.celery import app as celery_app
from dashboard.children import Child
from dashboard.embedded_broker import EmbeddedBroker, plan_broker
from dashboard.first_start import login_lines, prepare
from dashboard.supervisor import Supervisor

HOST = "127.0.0.1"


class Command(BaseCommand):
    help = "Runs web, worker, scheduler, watcher and an embedded broker on this machine until Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", default=os.environ.get("PORT") or "8000", help="default: $PORT or 8000")

    def handle(self, *args: Any, port: str, **options: Any) -> None:
        number = _free_port(port)
        with _lock(settings.DATA_DIR / "up.lock"):
            # No broker runs yet; what the sample cluster announces, the first ticks find by themselves.
            celery_app.conf.update(broker_url="memory://localhost")
            try:
                prepare(self._say)
            except DatabaseError as error:
                raise CommandError(f"The database cannot be used: {error}") from None
            except KeyboardInterrupt:
                sys.exit(130)
            sys.exit(self._supervise(number))

    def _supervise(self, port: int) -> int:
        broker = EmbeddedBroker(settings.REDIS_URL) if settings.REDIS_URL else plan_broker(settings.DATA_DIR)
        if broker.url.startswith("files:"):
            self._say("No redis-server found: tasks travel as files, and those that run in a crash are lost.")
        lines = [f"Portolan is up: http://{HOST}:{port}/", *login_lines(), "Ctrl-C ends it."]
        announcement = "\n".join(lines)
        connections.close_all()  # nothing of this process may be shared with its children
        try:
            return Supervisor(
                _children(port, broker),
                environment=_environment(broker),
                folder=settings.BASE_DIR,
                checks={"the web server": _page_check(port), "the worker": _worker_check(broker)},
                up=partial(self._say, announcement),
                say=self._say,
            ).run()
        finally:
            broker.clean_up()

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _free_port(text: str) -> int:
    if not text.isdigit() or not 0 < int(text) < 65536:
        raise CommandError(f"PORT must be a number from 1 to 65535, not {text!r}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, int(text)))
        except OSError as error:
            raise CommandError(
                f"Port {text} of {HOST} cannot be used ({error.strerror}). Choose another one: PORT=8001"
            ) from None
    return int(text)


def _lock(file: Path) -> IO[str]:
    """Held as long as this process lives, however it ends: two would write one Redis store."""
    lock = file.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        raise CommandError(f"Portolan runs already with the data in {file.parent}") from None
    return lock


def _children(port: int, broker: EmbeddedBroker) -> list[Child]:
    """Ended in this order: what makes work, what does it, what carries it."""
    celery = [sys.executable, "-m", "celery", "-A", "dashboard.celery"]
    gunicorn = [sys.executable, "-m", "gunicorn", "dashboard.wsgi:application", "--bind", f"{HOST}:{port}"]
    threads = ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--preload"]
    beat = ["beat", "--schedule", str(settings.DATA_DIR / "beat-schedule"), "--pidfile="]
    worker = ["worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    commands = [
        ("redis", list(broker.command), 3),
        ("worker", [*celery, *worker, "--loglevel", "INFO"], 2),
        ("web", [*gunicorn, *threads, "--graceful-timeout", "10", "--no-control-socket"], 1),
        ("scheduler", [*celery, *beat, "--loglevel", "WARNING"], 1),
        ("watcher", [sys.executable, str(settings.BASE_DIR / "manage.py"), "watch"], 1),
    ]
    logs = settings.DATA_DIR / "logs"
    return [Child(name, command, stops, logs / f"{name}.log") for name, command, stops in commands if command]


def _environment(broker: EmbeddedBroker) -> dict[str, str]:
    return {
        **os.environ,
        "PORTOLAN_DATA_DIR": str(settings.DATA_DIR.resolve()),
        "PORTOLAN_EMBEDDED_BROKER": broker.url,
        "PYTHONUNBUFFERED": "1",
    }


def _page_check(port: int) -> Callable[[], bool]:
    def answers() -> bool:
        connection = http.client.HTTPConnection(HOST, port, timeout=2)
        try:
            connection.request("GET", "/healthz")
            return connection.getresponse().status < 500
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return answers


def _worker_check(broker: EmbeddedBroker) -> Callable[[], bool]:
    options = transport_options(broker.url, settings.DATA_DIR, settings.SNAPSHOT_TIMEOUT)
    # An application of its own: the other one keeps the way to nowhere on which it announced the sample.
    asking = Celery(broker=broker.url, set_as_current=False)
    asking.conf.update(broker_transport_options=options)

    def answers() -> bool:
        try:
            return bool(asking.control.ping(timeout=2.0, limit=1))
        except Exception:  # whatever keeps it from answering: it does not yet
            return False

    return answers
