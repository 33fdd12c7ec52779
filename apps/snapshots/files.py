"""Which files a path of the command line means, and their bytes, within limits."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from apps.snapshots.documents import Unreadable

MAX_FILE_BYTES = 64 * 2**20
MAX_TOTAL_BYTES = 256 * 2**20

STANDARD_INPUT = "-"
_SUFFIXES = (".yaml", ".yml", ".json")
_TOO_MUCH = f"is not read: the input is larger than {MAX_TOTAL_BYTES >> 20} MiB in all"

_Place = tuple[int, int]  # device and inode: one real file, whatever it is called


class Files:
    """Finds and reads files, each real file once, until MAX_TOTAL_BYTES are read."""

    def __init__(self, stdin: IO[bytes] | None) -> None:
        self._stdin = stdin
        self._stdin_read = False
        self._seen: set[_Place] = set()
        self._total = 0

    def find(self, path: str, failed: Callable[[OSError], object]) -> Iterator[str]:
        """The files of a path in order: itself, or what a folder holds at any depth by its suffix.

        Links are followed. A folder that cannot be listed is told to `failed`.
        """
        if path == STANDARD_INPUT or not Path(path).is_dir():
            yield path
            return
        visited: set[_Place] = set()
        for folder, folders, names in os.walk(path, onerror=failed, followlinks=True):
            folders[:] = sorted(name for name in folders if _is_new(Path(folder, name), visited))
            for name in sorted(names):
                file = Path(folder, name)
                if file.suffix.lower() in _SUFFIXES and (file.is_file() or not file.exists()):
                    yield str(file)

    def read(self, path: str) -> bytes | None:
        """The bytes of a file, or of standard input; None if it was read before. Raises Unreadable."""
        try:
            if path == STANDARD_INPUT:
                return self._read_stdin()
            if not _is_new(Path(path), self._seen):
                return None
            with Path(path).open("rb") as source:
                return self._limited(source)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror or error}") from None
        except ValueError as error:  # a path that no file can have, as with a NUL in it
            raise Unreadable(f"cannot be read: {error}") from None

    def _read_stdin(self) -> bytes | None:
        if self._stdin_read:
            return None
        self._stdin_read = True
        return self._limited(self._stdin or sys.stdin.buffer)

    def _limited(self, source: IO[bytes]) -> bytes:
        if self._total > MAX_TOTAL_BYTES:
            raise Unreadable(_TOO_MUCH)
        data = source.read(MAX_FILE_BYTES + 1)
        self._total += len(data)
        if len(data) > MAX_FILE_BYTES:
            raise Unreadable(f"is larger than {MAX_FILE_BYTES >> 20} MiB")
        if self._total > MAX_TOTAL_BYTES:
            raise Unreadable(_TOO_MUCH)
        return data


def _is_new(path: Path, seen: set[_Place]) -> bool:
    """Whether this real file or folder is met for the first time; links may lead to it again."""
    try:
        status = path.stat()
    except OSError:
        return True  # reading it will say why
    place = (status.st_dev, status.st_ino)
    new = place not in seen
    seen.add(place)
    return new
