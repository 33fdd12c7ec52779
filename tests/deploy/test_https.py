"""Behind a proxy that ends TLS: nothing goes in the clear, and Django finds nothing to warn of."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DEPLOYED = {
    "SECRET_KEY": secrets.token_urlsafe(48),
    "ALLOWED_HOSTS": "portolan.example.org,127.0.0.1",
    "CSRF_TRUSTED_ORIGINS": "https://portolan.example.org",
    "PROXIES": "1",
}
ASK = """
import json, sys, django
django.setup()
from django.test import Client
from django.core.management import call_command
call_command("migrate", verbosity=0)
call_command("collectstatic", verbosity=0, interactive=False)
host = {"HTTP_HOST": "portolan.example.org"}
tls = host | {"HTTP_X_FORWARDED_PROTO": "https"}
login, plain = Client().get("/login/", **tls), Client().get("/login/", **host)
json.dump({
    "cookies": {name: bool(cookie["secure"]) for name, cookie in login.cookies.items()},
    "hsts": login.headers.get("Strict-Transport-Security", ""),
    "plain": [plain.status_code, plain.headers.get("Location", "")],
    "ready": Client().get("/readyz", HTTP_HOST="127.0.0.1").status_code,
    "schema": Client().get("/login/", **tls).wsgi_request.build_absolute_uri("/sso/callback/"),
}, sys.stdout)
"""


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    given = {"DJANGO_SETTINGS_MODULE": "dashboard.settings", "PORTOLAN_DATA_DIR": str(folder)}
    given |= {"PATH": os.environ["PATH"], "PORTOLAN_EMBEDDED_BROKER": "memory://"}
    command = [sys.executable, *arguments]
    given |= environment
    return subprocess.run(command, cwd=ROOT, env=given, capture_output=True, text=True, check=False)


def ask(folder: Path, **environment: str) -> dict[str, object]:
    done = run(folder, "-c", ASK, **environment)
    assert done.returncode == 0, done.stderr
    answer: dict[str, object] = json.loads(done.stdout)
    return answer


def test_django_has_nothing_to_warn_of(tmp_path: Path) -> None:
    done = run(tmp_path, "manage.py", "check", "--deploy", "--fail-level", "WARNING", **DEPLOYED)
    assert done.returncode == 0, done.stderr


def test_behind_tls_nothing_goes_in_the_clear(tmp_path: Path) -> None:
    said = ask(tmp_path, **DEPLOYED)
    assert said["cookies"] == {"csrftoken": True}
    assert said["hsts"] == "max-age=31536000"
    assert said["plain"] == [301, "https://portolan.example.org/login/"]
    assert said["ready"] == 200
    assert said["schema"] == "https://portolan.example.org/sso/callback/"


def test_a_header_that_no_proxy_of_ours_wrote_is_not_believed(tmp_path: Path) -> None:
    said = ask(tmp_path, **{**DEPLOYED, "PROXIES": "0", "CSRF_TRUSTED_ORIGINS": ""})
    assert said["cookies"] == {"csrftoken": False}
    assert said["hsts"] == ""
    assert said["plain"] == [200, ""]
    assert said["schema"] == "http://portolan.example.org/sso/callback/"
