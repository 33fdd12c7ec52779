"""The WSGI application that gunicorn serves."""

import os
from collections.abc import Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

import dashboard.celery  # noqa: F401  (a request's tasks go to its broker)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
_django = get_wsgi_application()


def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    """Django's, in a process that works out the newest snapshots before they are asked about."""
    from apps.reachability.warm import keep_warm  # needs Django to be set up

    keep_warm()  # here, as threads do not outlive the fork of a web process
    return _django(environ, start_response)
