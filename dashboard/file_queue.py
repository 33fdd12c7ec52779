"""Kombu's transport over files, made safe for several processes: the last resort where no Redis can be had.

Kombu's own writes messages and its table of queues in place, so that another process may read them while they
are empty, and die of that. Here they appear whole. Kombu takes this transport for `files://`.
"""

from __future__ import annotations

import fcntl
import json
import time
import uuid
from pathlib import Path
from typing import Any

from kombu.transport import TRANSPORT_ALIASES, filesystem


class Channel(filesystem.Channel):
    def _put(self, queue: str, message: Any, **kwargs: Any) -> None:  # type: ignore[override]  # its bases disagree
        name = f"{time.monotonic_ns() // 1_000_000:015d}_{uuid.uuid4()}"  # read in the order of names
        _write_whole(Path(self.data_folder_out) / f"{name}.{queue}.msg", message)

    def _queue_bind(self, exchange: str, routing_key: str | None, pattern: str | None, queue: str) -> None:
        folder = Path(self.control_folder)
        folder.mkdir(exist_ok=True)
        bound = filesystem.exchange_queue_t(routing_key or "", pattern or "", queue or "")
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            table = self.get_table(exchange)
            if bound not in table:
                _write_whole(folder / f"{exchange}.exchange", [bound, *table])


class Transport(filesystem.Transport):
    Channel = Channel


def _write_whole(file: Path, value: Any) -> None:
    part = file.with_name(f"{uuid.uuid4()}.part")
    part.write_text(json.dumps(value))
    part.rename(file)


TRANSPORT_ALIASES["files"] = "dashboard.file_queue:Transport"
