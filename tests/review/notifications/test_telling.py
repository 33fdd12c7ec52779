"""What happens in a cluster is told once, to those who want to hear of it, and in a bounded form."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone

from apps.review.accept import accept_edges
from apps.review.follow_up import follow_up
from apps.review.models import AcceptedException, Delivery, FollowUp, Notice
from apps.review.notifications import note as module
from apps.review.notifications.add_rule import remove_rule
from apps.review.notifications.look import look_at
from apps.review.notifications.note import (
    close_digests,
    forget_old,
    note_alarms,
    note_snapshots,
    untold_clusters,
)
from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster, Snapshot
from tests.fakes.kube_api import KubeApi
from tests.review.notifications.receiver import Receiver
from tests.review.notifications.told import (
    BROKEN,
    EDGES,
    FAILED,
    STALE,
    look_and_send,
    mail_to,
    pass_time,
    send_due,
    webhook,
)
from tests.review.stored import OPENED, WEB, from_namespace, network_policy, save, store

pytestmark = pytest.mark.django_db

GATE_IN = network_policy("shop", "let-gate-in", ingress=[from_namespace("gate")])


def test_opened_edges_are_told_with_a_link(bay: Cluster, receiver: Receiver, settings: Any) -> None:
    settings.PUBLIC_URL = "https://portolan.example.org"
    webhook(bay, receiver.url)
    store(bay, OPENED)
    look_and_send(bay)
    (request,) = receiver.got
    (notice,) = request.told["notices"]
    at = notice.pop("at")
    assert timezone.datetime.fromisoformat(at) <= timezone.now()
    assert notice == {
        "kind": "edges-opened",
        "snapshot": 2,
        "before": 1,
        "count": 1,
        "accepted_count": 0,
        "edges": [
            {"source": "lab", "target": "shop/web", "port": 80, "protocol": "TCP", "verdict": "allowed"}
        ],
        "url": "https://portolan.example.org/c/bay/diff/1..2",
    }
    assert request.told["cluster"] == {"slug": "bay", "name": "Bay"}
    assert (request.told["version"], request.told["test"], request.told["notice_count"]) == (1, False, 1)


def test_what_is_told_is_told_once(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url)
    store(bay, OPENED)
    look_and_send(bay)
    FollowUp.objects.update(told=None)  # as if the worker had died before it said so
    look_and_send(bay)
    store(bay, OPENED)
    look_and_send(bay)
    assert len(receiver.got) == 1


def test_accepted_edges_are_not_told_again(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url)
    accept_edges(
        store(bay, OPENED), [WEB], reason="a trial", until=timezone.now() + timedelta(days=3), by="ann"
    )
    store(bay)
    follow_up(bay)
    FollowUp.objects.update(told=timezone.now())
    store(bay, OPENED)
    look_and_send(bay)
    assert receiver.got == []
    store(bay)
    both = store(bay, OPENED, GATE_IN)
    look_and_send(bay)
    (notice,) = receiver.got[0].told["notices"]
    assert (notice["count"], notice["accepted_count"]) == (1, 1)
    assert [edge["source"] for edge in notice["edges"]] == ["gate"]
    AcceptedException.objects.update(ended=timezone.now())
    content = look_at(both, EDGES)
    assert content is not None
    assert content["count"] == 2


def test_many_edges_are_counted_and_twenty_listed(bay: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("apps.review.notifications.look.MOST_LISTED", 1)
    content = look_at(store(bay, OPENED, GATE_IN), EDGES)
    assert content is not None
    assert (content["count"], len(content["edges"])) == (2, 1)


def test_a_broken_guardrail_is_told_when_it_breaks(bay: Cluster) -> None:
    mail_to(bay, BROKEN)
    save(bay)
    for policies in ([], [OPENED], [OPENED], [], [OPENED]):
        store(bay, *policies)
        look_and_send(bay)
    first, again = mail.outbox
    assert first.subject == "[Portolan] Bay: 1 guardrail broken in snapshot #3"
    assert again.subject == "[Portolan] Bay: 1 guardrail broken in snapshot #6"
    assert "dev-stays-out: 1 broken, by NetworkPolicy/shop/let-lab-in appeared" in first.body
    assert "/c/bay/checks/" in first.body
    assert first.to == ["sec@example.org"]


def test_nobody_who_did_not_ask_is_told(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url, BROKEN)
    other = add_cluster(name="Other", source=Cluster.Source.MANIFESTS)
    webhook(other, receiver.url)
    store(bay, OPENED)
    look_and_send(bay)
    assert receiver.got == []
    assert not Notice.objects.exists()


def test_a_rule_hears_nothing_of_the_past(bay: Cluster, receiver: Receiver) -> None:
    store(bay, OPENED)
    look_and_send(bay)
    webhook(bay, receiver.url)
    look_and_send(bay)
    assert receiver.got == []


def test_a_rule_that_goes_takes_what_waits_with_it(bay: Cluster, receiver: Receiver) -> None:
    rule, _ = webhook(bay, receiver.url)
    store(bay, OPENED)
    follow_up(bay)
    note_snapshots(bay)
    remove_rule(rule)
    send_due()
    assert receiver.got == []


def test_a_digest_gathers_a_day(bay: Cluster) -> None:
    mail_to(bay, EDGES, every="day")
    for policies in ([OPENED], [], [OPENED, GATE_IN]):
        store(bay, *policies)
        look_and_send(bay)
    close_digests()
    send_due()
    assert mail.outbox == []
    (waiting,) = Delivery.objects.all()
    assert waiting.wake_at is not None
    assert timedelta(0) < waiting.wake_at - timezone.now() <= timedelta(days=1)
    assert waiting.wake_at.hour == 6
    pass_time(days=1)
    close_digests()
    send_due()
    (message,) = mail.outbox
    assert message.subject == "[Portolan] Bay: 2 things happened"
    assert "1 edge opened in snapshot #2" in message.body
    assert "2 edges opened in snapshot #4" in message.body
    assert "gate -> shop/web:80/TCP, allowed" in message.body
    store(bay)
    store(bay, OPENED)
    look_and_send(bay)
    assert Delivery.objects.filter(state="gathering").count() == 1


def test_a_failure_is_told_once_until_a_snapshot_is_stored(bay: Cluster, receiver: Receiver) -> None:
    webhook(bay, receiver.url, FAILED)
    for number in (2, 3):
        bay.snapshots.create(number=number, state=Snapshot.State.FAILED, error="no way there")
        note_alarms()
    send_due()
    (notice,) = receiver.got[0].told["notices"]
    assert (notice["kind"], notice["failed"], notice["error"]) == ("snapshot-failed", 2, "no way there")
    assert notice["url"] == "/c/bay/snapshots/2"
    store(bay)
    note_alarms()
    bay.snapshots.create(number=5, state=Snapshot.State.FAILED, error="again")
    note_alarms()
    send_due()
    assert [each.told["notices"][0]["failed"] for each in receiver.got] == [2, 5]


def test_what_does_not_come_is_told(kube_api: KubeApi, db: None) -> None:
    live = add_cluster(name="Live", source="kubeconfig", kubeconfig=kube_api.kubeconfig(), interval=300)
    mail_to(live, STALE)
    note_alarms()
    assert not Notice.objects.exists()
    live.snapshots.create(number=1, state="complete", finished=timezone.now() - timedelta(seconds=901))
    note_alarms()
    note_alarms()
    send_due()
    (message,) = mail.outbox
    assert message.subject.endswith("no new snapshot, and what is shown may be out of date")
    assert "one is due every 300 s" in message.body
    Notice.objects.all().delete()
    Cluster.objects.update(enabled=False)
    note_alarms()
    assert not Notice.objects.exists()


def test_half_of_a_notice_is_never_kept(bay: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    webhook(bay, "https://192.0.2.1/")
    store(bay, OPENED)
    follow_up(bay)

    def die(*args: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_delivery", die)
        with pytest.raises(KeyboardInterrupt):
            note_snapshots(bay)
    assert not Notice.objects.exists()
    assert untold_clusters() == [bay.pk]
    note_snapshots(bay)
    assert Delivery.objects.count() == 1


def test_a_cluster_name_is_one_line_of_a_mail(bay: Cluster) -> None:
    Cluster.objects.update(name="Bay\nBcc: all@example.org")
    mail_to(bay)
    store(bay, OPENED)
    look_and_send(Cluster.objects.get())
    (message,) = mail.outbox
    assert message.subject == "[Portolan] Bay Bcc: all@example.org: 1 edge opened in snapshot #2"
    assert message.bcc == []


def test_old_ones_are_forgotten(bay: Cluster) -> None:
    mail_to(bay)
    store(bay, OPENED)
    look_and_send(bay)
    forget_old()
    assert (Notice.objects.count(), Delivery.objects.count()) == (1, 1)
    pass_time(days=91)
    Notice.objects.update(at=timezone.now() - timedelta(days=91))
    forget_old()
    assert (Notice.objects.count(), Delivery.objects.count()) == (0, 0)
