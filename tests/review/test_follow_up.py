"""After each snapshot its guardrails are checked and its exceptions looked through, once and whole."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest
from django.db import IntegrityError
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks

from apps.review import follow_up as module
from apps.review.accept import accept_edges
from apps.review.follow_up import check_now, follow_up, pending
from apps.review.models import AcceptedException, FollowUp, GuardrailCheck
from apps.review.queries import guardrail_results, standing_versions
from apps.review.save_guardrails import end_guardrail
from apps.review.tasks import follow_up_rest, follow_up_snapshot
from apps.snapshots.models import Snapshot
from tests.review.stored import OPENED, WEB, from_namespace, guardrail, network_policy, save, store

pytestmark = pytest.mark.django_db


def outcomes(snapshot: Snapshot) -> dict[str, str]:
    return {check.version.guardrail.name: check.outcome for check in guardrail_results(snapshot)}


def test_a_guardrail_breaks_since_a_snapshot_by_a_cause_and_holds_again() -> None:
    first = store()
    cluster = first.cluster
    save(cluster)
    second, third = store(cluster), store(cluster, OPENED)
    fourth, fifth = store(cluster, OPENED, network_policy("gate", "other")), store(cluster)
    assert follow_up(cluster) == [fifth]  # never followed up before: only the newest
    FollowUp.objects.all().delete()
    GuardrailCheck.objects.all().delete()
    FollowUp.objects.create(snapshot=first)
    assert follow_up(cluster) == [second, third, fourth, fifth]
    assert [outcomes(each).get("dev-stays-out") for each in (second, third, fourth, fifth)] == [
        "pass",
        "broken",
        "broken",
        "pass",
    ]
    broken, still = (guardrail_results(each)[0] for each in (third, fourth))
    assert broken.since == still.since == third.number
    assert still.causes == broken.causes
    assert broken.causes == ["NetworkPolicy/shop/let-lab-in appeared: opened 1 edge"]
    assert broken.result["broken"] == [
        {"source": "lab", "says": "allowed", "target": "shop/web", "port": 80, "protocol": "TCP"}
    ]
    assert guardrail_results(fifth)[0].since is None


def test_a_default_deny_that_goes_names_the_policy() -> None:
    cluster = store().cluster
    save(
        cluster,
        guardrail("closed", defaultDeny={"namespaces": [{"namespace": "gate"}], "directions": ["ingress"]}),
    )
    store(cluster, network_policy("gate", "deny"))
    follow_up(cluster)
    last = store(cluster)
    follow_up(cluster)
    (check,) = guardrail_results(last)
    assert (check.outcome, check.since) == ("broken", last.number)
    assert check.causes == ["NetworkPolicy/gate/deny vanished"]


def test_a_new_guardrail_is_checked_at_once_and_has_no_cause() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    check_now(snapshot.cluster)
    (check,) = guardrail_results(snapshot)
    assert (check.outcome, check.since, check.causes) == ("broken", 1, [])
    check_now(snapshot.cluster)
    assert GuardrailCheck.objects.count() == 1


def test_a_changed_guardrail_is_a_new_version_with_results_of_its_own() -> None:
    snapshot = store(None, OPENED)
    cluster = snapshot.cluster
    save(cluster)
    check_now(cluster)
    save(cluster, guardrail(deny={"from": [{"namespace": "gate"}], "to": [{"namespace": "shop"}]}), by="bob")
    check_now(cluster)
    (check,) = guardrail_results(snapshot)
    assert (check.version.number, check.version.created_by, check.outcome) == (2, "bob", "pass")
    assert GuardrailCheck.objects.count() == 2
    save(cluster, check.version.body)
    assert [version.number for version in standing_versions(cluster)] == [2]  # the same again is no version


def test_an_ended_guardrail_is_checked_no_more_and_its_name_is_free() -> None:
    cluster = store().cluster
    (stored,) = save(cluster)
    follow_up(cluster)
    assert end_guardrail(stored, by="ann")
    assert not end_guardrail(stored, by="bob")
    snapshot = store(cluster)
    follow_up(cluster)
    assert guardrail_results(snapshot) == []
    (again,) = save(cluster)
    assert again.pk != stored.pk
    assert GuardrailCheck.objects.filter(version__guardrail=stored).count() == 1


def test_an_edge_that_grows_takes_its_exception_away() -> None:
    first = store(None, OPENED)
    cluster = first.cluster
    until = timezone.now() + timedelta(days=30)
    (exception,) = accept_edges(first, [WEB], reason="a trial", until=until, by="ann")
    store(cluster, OPENED)
    follow_up(cluster)
    exception.refresh_from_db()
    assert exception.grown is None
    AcceptedException.objects.update(verdict="partial")  # as if it had been less when it was accepted
    last = store(cluster, OPENED)
    follow_up(cluster)
    exception.refresh_from_db()
    assert exception.grown is not None
    assert exception.grown_in == last.number


def test_what_dies_on_the_way_leaves_nothing_and_is_done_again() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    with (
        mock.patch.object(module, "_mark_grown", side_effect=KeyboardInterrupt),
        pytest.raises(KeyboardInterrupt),
    ):
        follow_up_snapshot(snapshot.pk)
    assert not FollowUp.objects.exists()
    assert not GuardrailCheck.objects.exists()
    follow_up_rest()
    assert outcomes(snapshot) == {"dev-stays-out": "broken"}
    follow_up_rest()
    follow_up_snapshot(snapshot.pk)
    assert GuardrailCheck.objects.count() == 1


def test_who_comes_second_changes_nothing() -> None:
    snapshot = store(None, OPENED)
    save(snapshot.cluster)
    with mock.patch.object(FollowUp.objects, "create", side_effect=IntegrityError):
        assert follow_up(snapshot.cluster) == []
    assert not GuardrailCheck.objects.exists()


def test_a_snapshot_that_is_gone_is_no_fault() -> None:
    follow_up_snapshot(12345)


def test_what_is_stored_waits_in_order() -> None:
    first = store()
    follow_up(first.cluster)
    waiting = [store(first.cluster) for _ in range(3)]
    assert pending(first.cluster) == waiting


def test_storing_a_snapshot_announces_it(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    sent = []
    with (
        mock.patch("celery.app.base.Celery.send_task", lambda _, name, args: sent.append((name, args))),
        django_capture_on_commit_callbacks(execute=True),
    ):
        snapshot = store(None, network_policy("gate", "p", ingress=[from_namespace("lab")]))
    assert sent == [("apps.review.tasks.follow_up_snapshot", (snapshot.pk,))]
