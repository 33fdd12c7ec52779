"""What every test may use. With DATABASE_URL and REDIS_URL set, the same tests run on those."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractBaseUser
from django.core.cache import cache
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseOperations  # `operations` cannot be imported first
from django.test import override_settings

from apps.snapshots.clusters import add_cluster
from apps.snapshots.models import Cluster
from apps.snapshots.reading import Reading, ReadObject
from dashboard.celery import app as celery_app
from tests.fakes.kube_api import KubeApi
from tests.fakes.kube_objects import Object, namespace, pod, policy, service


@pytest.fixture(scope="session", autouse=True)
def broker() -> str:
    """Tasks that tests send: into REDIS_URL's Redis if it is set, else into this process's memory.

    Test processes that run side by side share that Redis, so each has a queue of its own.
    """
    url: str = settings.REDIS_URL or "memory://"
    queue = f"portolan-tests-{os.environ.get('PYTEST_XDIST_WORKER', 'alone')}"
    celery_app.conf.update(broker_url=url, broker_transport_options={}, task_default_queue=queue)
    return url


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as Portolan keeps it: of a database in memory all threads share one connection."""
    if connection.vendor == "sqlite":
        file = tmp_path_factory.mktemp("database") / "portolan.sqlite3"
        connection.settings_dict["TEST"]["NAME"] = str(file)


@pytest.fixture(scope="session", autouse=True)
def static_files_as_they_lie(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Pages name static files without a hash: tests collect none."""
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    nothing = tmp_path_factory.mktemp("static")
    with override_settings(STORAGES=settings.STORAGES | {"staticfiles": plain}, STATIC_ROOT=nothing):
        yield


@pytest.fixture(scope="session", autouse=True)
def tables_can_be_emptied() -> Iterator[None]:
    """Between tests that commit. Django does it on SQLite by DELETE, which some tables refuse by triggers."""
    execute = DatabaseOperations.execute_sql_flush

    def set_triggers_aside(operations: DatabaseOperations, statements: list[str]) -> None:
        with operations.connection.cursor() as cursor:
            cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
            triggers = dict(cursor.fetchall())
        drops = [f"DROP TRIGGER {name}" for name in triggers]
        execute(operations, [*drops, *statements, *triggers.values()])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DatabaseOperations, "execute_sql_flush", set_triggers_aside)
        yield


@pytest.fixture(autouse=True)
def wrong_passwords_do_not_lock(settings: Any) -> None:
    """Tests log in from one address with few names; those of the lock switch it on."""
    settings.AXES_ENABLED = False


@pytest.fixture(autouse=True)
def forget_attempts() -> None:
    """Attempts to log in are counted in the cache, and each test starts with none."""
    cache.clear()


@pytest.fixture(autouse=True)
def nobody_asks_too_often(settings: Any) -> None:
    """Tests ask for much in a minute under few names; those of the pace set it."""
    settings.WORK_PER_MINUTE = 1_000_000


@pytest.fixture
def shop() -> list[Object]:
    """Two namespaces, a pod and a Service in each, and a policy that closes `shop` for both directions."""
    deny = policy("shop", "deny")
    deny["spec"] |= {"policyTypes": ["Ingress", "Egress"]}
    return [
        namespace("shop", tier="front"),
        namespace("lab"),
        pod("shop", "web-5d4f8c7b9-aaaaa", number=1),
        pod("lab", "web-5d4f8c7b9-bbbbb", number=2),
        service("shop", "web"),
        service("lab", "web"),
        deny,
    ]


@pytest.fixture
def read() -> Callable[..., Reading]:
    """`read(objects, unread=…)` gives the Reading of these objects, as a live cluster would give it."""

    def reading(objects: list[Object], **more: Any) -> Reading:
        return Reading(objects=[ReadObject(body) for body in objects], **more)

    return reading


@pytest.fixture
def manifests_cluster(db: None) -> Cluster:
    """A cluster that is known by uploaded manifests."""
    return add_cluster(name="Uploaded", source=Cluster.Source.MANIFESTS)


@pytest.fixture
def kube_api(shop: list[Object]) -> Iterator[KubeApi]:
    """A running fake API server that holds `shop`."""
    with KubeApi(shop, token="t0ken") as api:
        yield api


@pytest.fixture
def live_cluster(db: None, kube_api: KubeApi) -> Cluster:
    """A cluster whose kubeconfig leads to `kube_api`."""
    return add_cluster(name="Live", source=Cluster.Source.KUBECONFIG, kubeconfig=kube_api.kubeconfig())


@pytest.fixture
def reviewer(db: None) -> AbstractBaseUser:
    return get_user_model().objects.create_user(username="reviewer", password="a long password")
