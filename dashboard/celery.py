"""The Celery application: `celery -A dashboard.celery worker`, `celery -A dashboard.celery beat`.

Not imported by the package itself: it takes longer to load than the command line needs to answer. The web
server (`wsgi.py`) imports it, so that the tasks which a request sends go to this application's broker.
"""

import os

from celery import Celery

import dashboard.file_queue  # noqa: F401  (makes files:// an address)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")

app = Celery("portolan")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
