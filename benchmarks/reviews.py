"""The first review of a large cluster: `python -m benchmarks.reviews [--namespaces 5000]`.

A generated cluster is stored by a process of its own. Then everything that may be reached is reviewed on
the pages: opened, two causes and all the rest decided, signed, and looked at again. Prints the processor's
seconds of each request, the one that it leads to included, and the most memory that was taken so far.
"""

from __future__ import annotations

import argparse
import logging
import os
import resource
import tempfile
from collections.abc import Callable
from functools import partial
from multiprocessing import get_context
from time import process_time
from typing import TYPE_CHECKING, Any

from benchmarks.generate import generate_cluster

if TYPE_CHECKING:
    from django.test import Client

ADDRESS = "/c/big/reviews/"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--namespaces", type=int, default=5000)
    size = parser.parse_args().namespaces
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "PORTOLAN_DATA_DIR": folder,
            "DJANGO_SETTINGS_MODULE": "dashboard.settings",
            "DEBUG": "1",
        }
        storing = get_context("spawn").Process(target=_store, args=(size,))
        storing.start()
        storing.join()
        set_up()
        _review(_reviewer())


def set_up() -> None:
    import django
    from django.core.management import call_command

    django.setup()
    logging.disable(logging.WARNING)  # no broker is there to be told of the snapshot
    call_command("migrate", verbosity=0)


def _store(size: int) -> None:
    set_up()
    from apps.reachability.take import snapshot_from_reading
    from apps.snapshots.clusters import add_cluster
    from apps.snapshots.reading import Reading, ReadObject

    objects = generate_cluster(size, 2 * size, 4 * size, size, 2 * size, seed=7)
    cluster = add_cluster(name="Big", source="manifests")
    snapshot_from_reading(cluster, Reading(objects=[ReadObject(body) for body in objects]))


def _reviewer() -> Client:
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.test import Client

    settings.ALLOWED_HOSTS.append("testserver")
    client = Client()
    client.force_login(User.objects.create_superuser("ann"))
    return client


def _review(client: Client) -> None:
    from apps.review.models import Review
    from apps.review.review_items import ReviewItems

    def told(what: str, address: str, **given: Any) -> None:
        _told(what, partial(client.post, address, given, follow=True))

    told("opening it, first page", ADDRESS)
    review = Review.objects.get()
    address = f"{ADDRESS}{review.pk}"
    groups = ReviewItems(review).groups
    size = sum(group.size for group in groups)
    print(
        f"{sum(group.items for group in groups):,} items, {size:,} edges and findings, {len(groups):,} groups"
    )
    for group in groups[:2]:
        told("deciding about a group", f"{address}?group={group.id}", choice="fine")
    told("deciding about all the rest", f"{address}?group=all", choice="fine")
    _told("a page of it", partial(client.get, f"{address}?page=40"))
    review.refresh_from_db()
    told("signing, and the sealed page", f"{address}/sign", version=review.version)
    _told("the list of reviews", partial(client.get, ADDRESS))
    print(f"the seal has {len(review.seal.content) / 1e6:.1f} MB")


def _told(what: str, do: Callable[[], Any]) -> None:
    start = process_time()
    answer = do()
    if answer.status_code != 200:
        raise SystemExit(f"{what}: {answer.status_code}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{what:<30}{process_time() - start:8.2f} s   at most {peak:5.0f} MB", flush=True)


if __name__ == "__main__":
    main()
