"""A dear value is made once, kept while it is asked for, and forgotten when others were asked for since."""

import threading
from collections.abc import Callable

import pytest

from apps.snapshots.recent import Recent


def test_the_oldest_is_forgotten() -> None:
    recent: Recent[str, str] = Recent(size=2)
    made: list[str] = []

    def make(key: str) -> Callable[[], str]:
        def noted() -> str:
            made.append(key)
            return key

        return noted

    for key in "abacabb":
        assert recent.get(key, make(key)) == key
    assert "".join(made) == "abcb"


def test_many_threads_make_it_once() -> None:
    recent: Recent[str, int] = Recent(size=1)
    made: list[int] = []
    begun, go_on = threading.Event(), threading.Event()

    def make() -> int:
        begun.set()
        go_on.wait(60)
        made.append(1)
        return 7

    answers: list[int] = []
    threads = [threading.Thread(target=lambda: answers.append(recent.get("a", make))) for _ in range(8)]
    for thread in threads:
        thread.start()
    assert begun.wait(60)
    go_on.set()
    for thread in threads:
        thread.join(60)
    assert (answers, made) == ([7] * 8, [1])


def test_failure_is_not_kept() -> None:
    recent: Recent[str, int] = Recent(size=1)
    with pytest.raises(ZeroDivisionError):
        recent.get("a", lambda: 1 // 0)

    assert recent.get("a", lambda: 3) == 3
