"""The few values used last: what is dear to make and asked for by many requests at once."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `size` values by key. Thread-safe; a value is made once, and who asks meanwhile waits for it.

    The key must say all that the value depends on: nothing is ever dropped for being stale.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._values: OrderedDict[K, Future[V]] = OrderedDict()
        self._lock = Lock()

    def get(self, key: K, make: Callable[[], V]) -> V:
        """The value of `key`, made now if need be. What `make` raises goes to all who wait."""
        with self._lock:
            value = self._values.get(key)
            missing = value is None
            if value is None:
                value = self._values[key] = Future()
            self._values.move_to_end(key)
            while len(self._values) > self._size:
                self._values.popitem(last=False)
        if missing:
            self._make(key, value, make)
        return value.result()

    def _make(self, key: K, value: Future[V], make: Callable[[], V]) -> None:
        try:
            value.set_result(make())
        except BaseException as error:
            with self._lock:
                if self._values.get(key) is value:
                    del self._values[key]
            value.set_exception(error)
