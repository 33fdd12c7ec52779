"""Log lines: on standard error, each with the request or the task that it belongs to."""

from __future__ import annotations

_IDS = "request=%(correlation_id)s task=%(celery_current_id)s"


def logging_for(form: str) -> dict[str, object]:
    """Django's LOGGING; `form` is text, or json with one object a line."""
    fields = "asctime levelname name message correlation_id celery_current_id celery_parent_id"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "django_guid.log_filters.CorrelationId"},
            "task": {"()": "django_guid.integrations.celery.log_filters.CeleryTracing"},
        },
        "formatters": {
            "text": {"format": f"%(asctime)s %(levelname)s %(name)s [{_IDS}] %(message)s"},
            "json": {
                "()": "pythonjsonlogger.json.JsonFormatter",
                "fmt": " ".join(f"%({field})s" for field in fields.split()),
                "rename_fields": {
                    "asctime": "time",
                    "levelname": "level",
                    "correlation_id": "request",
                    "celery_current_id": "task",
                    "celery_parent_id": "parent_task",
                },
            },
        },
        "handlers": {
            "standard-error": {
                "class": "logging.StreamHandler",
                "formatter": form,
                "filters": ["request", "task"],
            }
        },
        "root": {"handlers": ["standard-error"], "level": "INFO"},
        "loggers": {
            # Its own console handler is for DEBUG only; everything goes to the one above.
            "django": {"handlers": [], "propagate": True},
            "django.server": {"handlers": [], "propagate": True},
            "django_guid": {"level": "WARNING"},
        },
    }
