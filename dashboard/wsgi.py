"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

import dashboard.celery  # noqa: F401  (a request's tasks go to its broker)

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "dashboard.settings")
application = get_wsgi_application()
