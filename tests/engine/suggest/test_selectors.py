"""Selectors ask for as few labels as tell pods apart."""

from __future__ import annotations

from apps.engine.suggest.selectors import split_apart, tell_apart


def labelled(**labels: str) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((key.replace("_", "-"), value) for key, value in labels.items()))


def test_a_selector_asks_for_as_few_labels_as_tell_pods_apart() -> None:
    db, api = labelled(app="db", tier="back"), labelled(app="api", tier="back")
    assert tell_apart([db], [api]) == {"matchLabels": {"app": "db"}}
    assert tell_apart([db, api], [labelled(app="web")]) == {"matchLabels": {"tier": "back"}}
    assert tell_apart([db], [labelled(app="api", track="new")]) == {"matchLabels": {"app": "db"}}
    bare = {"matchExpressions": [{"key": "app", "operator": "DoesNotExist"}]}
    assert tell_apart([labelled()], [db, api]) == bare


def test_a_selector_does_not_ask_for_what_changes_with_each_rollout() -> None:
    new = labelled(app="db", pod_template_hash="1")
    assert tell_apart([new], [labelled(app="api", pod_template_hash="2")]) == {"matchLabels": {"app": "db"}}


def test_pods_that_no_single_selector_picks_are_parted() -> None:
    wanted = [labelled(app="a", tier="x"), labelled(app="b", tier="y")]
    others = [labelled(app="a", tier="y"), labelled(app="b", tier="x")]
    assert tell_apart(wanted, others) is None
    assert [part for part, _ in split_apart(wanted, others)] == [frozenset([one]) for one in wanted]
