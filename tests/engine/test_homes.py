"""Sets of sources become sets of namespaces: the short ways give what looking at each source gives."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from pyroaring import BitMap

from apps.engine.homes import Homes


@pytest.mark.parametrize("share", [0.0, 0.02, 0.4, 0.6, 0.98, 1.0])
@pytest.mark.parametrize("seed", range(5))
def test_touched_and_weighed_namespaces(seed: int, share: float) -> None:
    chance = random.Random(seed)
    home = [*sorted(chance.randrange(40) for _ in range(300)), 40, 40]  # the last two have no namespace
    weights = [chance.randrange(1, 4) for _ in home]
    sources = BitMap(number for number in range(300) if chance.random() < 0.8)
    homes = Homes(sources, home, weights, 40)
    # Whole namespaces in the set, and wholly missing, more often than chance would have it.
    drawn = BitMap(n for n in sources if chance.random() < share or home[n] % 7 == 0)
    some = BitMap(n for n in drawn if home[n] % 7 != 1)
    found = Counter(dict.fromkeys(range(40), 0))
    for number in some:
        found[home[number]] += weights[number]
    assert homes.touched(some) == BitMap(home[number] for number in some)
    assert homes.weigh(some).tolist() == [found[number] for number in range(40)]
    assert homes.inhabited == BitMap(home[number] for number in sources)


def test_nobody_touches_nothing() -> None:
    homes = Homes(BitMap(), [], [], 3)
    assert not homes.touched(BitMap())
    assert homes.weigh(BitMap()).tolist() == [0, 0, 0]
    assert not homes.inhabited
