"""`manage.py watch`: takes a snapshot of watched clusters when something in them changes."""

from __future__ import annotations

import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand

import dashboard.celery  # noqa: F401  (orders go to this application's broker)
from apps.reachability.watch_clusters import Watcher


class Command(BaseCommand):
    help = "Watches the clusters that are set to be watched, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--pulse", type=Path, help="a file that is touched as long as all is well")

    def handle(self, *args: Any, pulse: Path | None, **options: Any) -> None:
        ended = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: ended.set())
        Watcher().run(ends=ended.is_set, alive=pulse.touch if pulse else lambda: None)
