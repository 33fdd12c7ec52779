"""Every address of Portolan: REST under /api/v1/, pages elsewhere."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("apps.operations.urls")),
    path("api/v1/", include("apps.api.urls")),
    path("", include("apps.web.urls")),
]

if settings.OIDC_RP_CLIENT_ID:
    urlpatterns.append(path("sso/", include("mozilla_django_oidc.urls")))

# Below /api/ a problem document, elsewhere a page.
handler400 = "apps.api.problems.bad_request"
handler403 = "apps.api.problems.forbidden"
handler404 = "apps.api.problems.not_found"
handler500 = "apps.api.problems.server_error"
