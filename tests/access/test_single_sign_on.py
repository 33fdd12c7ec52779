"""Logging in at an identity provider: a server of its own, with a database of its own."""

from __future__ import annotations

import http.cookiejar
import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.dashboard.running import ROOT, free_port, wait_for
from tests.fakes.identity_provider import IdentityProvider

SECRET = "between the two of us"
PERSON = {"sub": "248289761001", "email": "jo@example.org", "name": "Jo <b>Doe</b>"}


def environment(provider: IdentityProvider, folder: Path, **further: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    return {
        **kept,
        "PORTOLAN_DATA_DIR": str(folder),
        "DJANGO_SETTINGS_MODULE": "dashboard.settings",
        "DEBUG": "yes",
        "OIDC_CLIENT_ID": "portolan",
        "OIDC_CLIENT_SECRET": SECRET,
        "OIDC_AUTHORIZATION_ENDPOINT": f"{provider.address}/authorize",
        "OIDC_TOKEN_ENDPOINT": f"{provider.address}/token",
        "OIDC_USERINFO_ENDPOINT": f"{provider.address}/userinfo",
        "OIDC_JWKS_ENDPOINT": f"{provider.address}/keys",
        "OIDC_ROLES": "security=reviewer, platform=administrator",
        **further,
    }


@contextmanager
def serving(variables: dict[str, str]) -> Iterator[str]:
    manage = [sys.executable, "manage.py"]
    subprocess.run([*manage, "migrate", "-v0"], cwd=ROOT, env=variables, check=True)
    port = free_port()
    command = [*manage, "runserver", "--noreload", f"127.0.0.1:{port}"]
    server = subprocess.Popen(
        command, cwd=ROOT, env=variables, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
    )
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: answers(address), "the server")
        yield address
    finally:
        server.terminate()
        server.wait()


def answers(address: str) -> bool:
    try:
        urllib.request.urlopen(f"{address}/healthz", timeout=5)
    except OSError:
        return False
    return True


def new_browser() -> urllib.request.OpenerDirector:
    return urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))


def log_in(address: str, browser: urllib.request.OpenerDirector | None = None) -> tuple[str, str]:
    """Where a browser ends that follows the link to the provider, and what stands there."""
    browser = browser or new_browser()
    assert "/sso/authenticate/" in browser.open(f"{address}/login/").read().decode()
    end = browser.open(f"{address}/sso/authenticate/?next=/%3Fall=1")
    return end.url.removeprefix(address), end.read().decode()


def shell(variables: dict[str, str], code: str) -> str:
    program = f"import django; django.setup()\nfrom django.contrib.auth.models import *\n{code}"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=variables, check=True, capture_output=True, text=True
    )
    return done.stdout.strip()


def test_a_persons_groups_become_its_role(tmp_path: Path) -> None:
    claims: dict[str, Any] = {**PERSON, "groups": ["security", "team-a", "reviewers"]}
    with IdentityProvider("portolan", SECRET, **claims) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            shell(variables, "Group.objects.create(name='team-a'); Group.objects.create(name='team-b')")
            where, page = log_in(address)
            assert where == "/?all=1"
            assert "Jo &lt;b&gt;Doe&lt;/b&gt;" in page or "sso:248289761001" in page
            assert groups(variables) == "['reviewer', 'team-a']"

            provider.claims["groups"] = ["platform"]
            assert log_in(address)[0] == "/?all=1"
            assert groups(variables) == "['administrator']"
            assert shell(variables, "print(User.objects.count())") == "1"


def groups(variables: dict[str, str]) -> str:
    told = "sorted(User.objects.get(username='sso:248289761001').groups.values_list('name', flat=True))"
    return shell(variables, f"print({told})")


def test_who_is_in_no_group_of_ours_stays_outside(tmp_path: Path) -> None:
    with IdentityProvider("portolan", SECRET, **PERSON, groups=["gardeners"]) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            where, page = log_in(address)
            assert where.startswith("/login/")
            assert "none of your groups has a role here" in page
            assert shell(variables, "print(User.objects.count())") == "0"


def test_a_password_user_of_the_same_mail_is_somebody_else(tmp_path: Path) -> None:
    with IdentityProvider("portolan", SECRET, **PERSON, groups=["security"]) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            shell(
                variables,
                "User.objects.create_superuser('jo@example.org', 'jo@example.org', 'a long password')",
            )
            log_in(address)
            assert shell(variables, "print(User.objects.count())") == "2"
            assert groups(variables) == "['reviewer']"


def test_who_is_shut_out_is_so_at_once(tmp_path: Path) -> None:
    with IdentityProvider("portolan", SECRET, **PERSON, groups=["security"]) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            browser = new_browser()
            assert log_in(address, browser)[0] == "/?all=1"
            shell(variables, "User.objects.update(is_active=False)")
            assert browser.open(f"{address}/help").url.endswith("/login/?next=/help")


def test_a_token_for_another_client_lets_nobody_in(tmp_path: Path) -> None:
    provider = IdentityProvider("portolan", SECRET, **PERSON, groups=["security"])
    with provider, serving(environment(provider, tmp_path)) as address:
        provider.audience = ["wiki"]
        assert log_in(address)[0].startswith("/login/")
        provider.audience = ["wiki", "portolan"]
        assert log_in(address)[0] == "/?all=1"


def test_long_subjects_that_begin_alike_are_two_people(tmp_path: Path) -> None:
    with IdentityProvider("portolan", SECRET, groups=["security"]) as provider:
        variables = environment(provider, tmp_path)
        with serving(variables) as address:
            for end in "ab":
                provider.claims["sub"] = "s" * 200 + end
                assert log_in(address)[0] == "/?all=1"
            assert shell(variables, "print(User.objects.count())") == "2"


def test_a_provider_that_refuses_lets_nobody_in(tmp_path: Path) -> None:
    provider = IdentityProvider("portolan", "another secret", **PERSON, groups=["security"])
    with provider, serving(environment(provider, tmp_path)) as address:
        where, _ = log_in(address)
        assert where.startswith("/login/")


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("OIDC_CLIENT_SECRET", "", "OIDC_CLIENT_SECRET must be set where OIDC_CLIENT_ID is"),
        ("OIDC_ROLES", "", "OIDC_ROLES must be set"),
        ("OIDC_ROLES", "security=king", "OIDC_ROLES must hold GROUP=ROLE"),
    ],
)
def test_a_wrong_setting_stops_the_start(tmp_path: Path, name: str, value: str, told: str) -> None:
    with IdentityProvider("portolan", SECRET, **PERSON) as provider:
        variables = environment(provider, tmp_path, **{name: value})
        done = subprocess.run(
            [sys.executable, "manage.py", "check"],
            cwd=ROOT,
            env=variables,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode != 0
    assert told in done.stderr
