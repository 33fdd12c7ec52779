"""Every address of Portolan: REST under /api/v1/, pages elsewhere."""

from django.urls import URLPattern, URLResolver, path

from dashboard.health import healthz

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", healthz, name="healthz"),
]
