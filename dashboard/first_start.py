"""What the embedded set-up needs before it runs: tables, static files, a login, something to look at."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

from apps.reachability.take import ReadingRefused, snapshot_from_reading
from apps.snapshots.clusters import add_cluster
from apps.snapshots.manifests import read_paths
from apps.snapshots.models import Cluster

LOGIN = "reviewer"
SAMPLE = settings.BASE_DIR / "examples" / "sample"


def prepare(say: Callable[[str], None]) -> None:
    """Brings database and files to what this version needs. A step that is done already does nothing."""
    call_command("migrate", interactive=False, verbosity=0)
    if not settings.DEBUG and _static_files_changed():
        say("Collecting static files …")
        call_command("collectstatic", interactive=False, verbosity=0)
    _make_login()
    if not Cluster.objects.exists() and SAMPLE.is_dir():
        say("Loading the sample cluster …")
        _load_sample(say)


def login_lines() -> list[str]:
    """How to log in, for the terminal; the password only while it is the one that was made here."""
    file = _login_file()
    user = get_user_model().objects.filter(username=LOGIN).first()
    if user and file.exists():
        password = file.read_text().strip().rpartition(" ")[2]
        if user.check_password(password):
            return [f"user: {LOGIN}", f"password: {password}", f"(kept in {file})"]
    return ["with a user of this database"]


def _make_login() -> None:
    """One login for the person at this machine; never again once there are users."""
    users = get_user_model().objects
    if users.exists():
        return
    password = secrets.token_urlsafe(12)
    descriptor = os.open(_login_file(), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as out:
        out.write(f"user: {LOGIN}\npassword: {password}\n")
    users.create_user(username=LOGIN, password=password, is_staff=True)


def _login_file() -> Path:
    return Path(settings.DATA_DIR) / "login.txt"


def _load_sample(say: Callable[[str], None]) -> None:
    cluster = add_cluster(name="Sample", slug="sample", source=Cluster.Source.MANIFESTS)
    try:
        snapshot_from_reading(cluster, read_paths([str(SAMPLE)]))
    except ReadingRefused as refused:
        say(f"The sample cluster cannot be used: {refused}")


def _static_files_changed() -> bool:
    collected = Path(settings.STATIC_ROOT) / "staticfiles.json"
    # The time of the inode: package managers set the time of the content to that of the release, or to 1985.
    newest = max((file.stat().st_ctime for file in _static_sources()), default=0.0)
    return not collected.exists() or collected.stat().st_mtime <= newest


def _static_sources() -> Iterator[Path]:
    for finder in get_finders():
        for path, storage in finder.list([]):
            yield Path(storage.path(path))
