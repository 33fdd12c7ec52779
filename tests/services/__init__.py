"""A PostgreSQL and a Redis of this run, on free ports of 127.0.0.1."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.services.postgresql import PostgreSQL
from tests.services.redis import Redis

__all__ = ["PostgreSQL", "Redis", "fresh_services"]


@contextmanager
def fresh_services(disk: str = "", *, max_connections: int = 100) -> Iterator[tuple[Path, PostgreSQL, Redis]]:
    """Both, in a temporary folder that others may keep their own files in; they end with the block.

    disk: as of `PostgreSQL`.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)  # PostgreSQL may be another user
        with (
            closing(PostgreSQL(folder, disk, max_connections=max_connections)) as postgresql,
            closing(Redis(folder)) as redis,
        ):
            yield folder, postgresql, redis
