"""Messages as files: in order, once each, and never half written."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Empty

from kombu import Connection

import dashboard.celery  # noqa: F401  (makes files:// an address)
from dashboard.broker import transport_options

MESSAGES = 300


def test_two_readers_get_every_message_once_while_it_is_written(tmp_path: Path) -> None:
    options = transport_options("files://", tmp_path, 60)
    got: list[int] = []
    written = threading.Event()

    def read() -> None:
        with Connection("files://", transport_options=options) as connection:
            queue = connection.SimpleQueue("work")
            while True:
                was_written = written.is_set()
                try:
                    message = queue.get(block=False)
                except Empty:
                    if was_written:
                        return
                    continue
                got.append(message.payload["number"])
                message.ack()

    def write() -> None:
        with Connection("files://", transport_options=options) as connection:
            queue = connection.SimpleQueue("work")
            for number in range(MESSAGES):
                queue.put({"number": number})

    # Kombu remembers a process's bindings before it makes them, so threads must not be the first to bind.
    with Connection("files://", transport_options=options) as connection:
        connection.SimpleQueue("work").close()
    with ThreadPoolExecutor() as pool:
        readers = [pool.submit(read) for _ in range(2)]
        try:
            pool.submit(write).result()
        finally:
            written.set()
        for reader in readers:
            reader.result()

    assert sorted(got) == list(range(MESSAGES))
    assert not list((tmp_path / "queue").glob("*.part"))
