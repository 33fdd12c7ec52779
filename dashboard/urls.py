"""Every address of Portolan: REST under /api/v1/, pages elsewhere."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
