"""Settings, all from the environment; a wrong value stops the start with the variable's name.

`.env.example` lists every variable with its default.
"""

import os
from datetime import timedelta
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from django_guid.integrations import CeleryIntegration

from apps.snapshots.destinations import DENIED
from apps.snapshots.retention import read_retention
from dashboard import environment as env
from dashboard.broker import transport_options
from dashboard.logs import logging_for
from dashboard.mail_server import read_mail_server
from dashboard.openapi import OPENAPI
from dashboard.sso_roles import read_roles
from dashboard.ticks import beat_schedule

BASE_DIR = Path(__file__).resolve().parent.parent


# Where the embedded set-up keeps its database, its Redis and its secret, for this user alone.
DATA_DIR = Path(env.text("PORTOLAN_DATA_DIR") or BASE_DIR / "var")
DATA_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)

DEBUG = env.flag("DEBUG", default=False)
SECRET_KEY = env.text("SECRET_KEY") or env.secret(DATA_DIR / "secret-key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
CSRF_TRUSTED_ORIGINS = env.words("CSRF_TRUSTED_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "knox",
    "axes",
    "drf_spectacular",
    "django_guid",
    "apps.access",
    "apps.snapshots",
    "apps.reachability",
    "apps.review",
    "apps.reports",
    "apps.api",
    "apps.web",
    "apps.operations",
    "dashboard",  # for `manage.py up`
]

MIDDLEWARE = [
    "django_guid.middleware.guid_middleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "apps.web.security.ContentSecurityPolicy",
    "apps.access.size.Size",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "apps.web.time_zone.TimeZone",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "apps.access.authentication.TokenLogin",
    "apps.access.audit.Audit",
    "apps.access.gate.Gate",
    "apps.access.pace.Pace",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

DATABASES = {"default": env.database(env.text("DATABASE_URL"), DATA_DIR)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/login/"
LOGIN_REDIRECT_URL = "/"

# How many of our own proxies stand before the web server: so many addresses of X-Forwarded-For are true.
PROXIES = env.count("PROXIES", 0)
if PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# Who trusts an https:// origin has a proxy that ends TLS: cookies and browsers then know of nothing else.
_HTTPS = any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 3600 * env.number("SESSION_HOURS", 12)  # since the login, or since it was renewed
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_SSL_REDIRECT = _HTTPS and PROXIES > 0  # without a proxy's word every request looks like plain HTTP
SECURE_REDIRECT_EXEMPT = [r"^(healthz|readyz|metrics)$"]  # asked from inside
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # hosts below this one are not ours

# Five wrong passwords for a name from an address lock that pair for a quarter of an hour.
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
AXES_FAILURE_LIMIT = 5
AXES_NEVER_LOCKOUT_GET = True  # no password comes so, but single sign-on, maybe of a whole office
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "apps.access.addresses.guesser"
AXES_LOCKOUT_CALLABLE = "apps.access.lockout.refuse"
AXES_VERBOSE = False

# Single sign-on with OpenID Connect: off without a client.
OIDC_RP_CLIENT_ID = env.text("OIDC_CLIENT_ID")
if OIDC_RP_CLIENT_ID:
    INSTALLED_APPS += ["mozilla_django_oidc"]
    AUTHENTICATION_BACKENDS += ["apps.access.single_sign_on.SingleSignOn"]
    MIDDLEWARE.insert(
        MIDDLEWARE.index("apps.access.authentication.TokenLogin"), "apps.access.renewal.Renewal"
    )
    OIDC_CALLBACK_CLASS = "apps.access.renewal.Callback"
    OIDC_RENEW_ID_TOKEN_EXPIRY_SECONDS = 60 * env.number("OIDC_RENEW_MINUTES", 15)
    OIDC_RP_CLIENT_SECRET = env.needed("OIDC_CLIENT_SECRET", "OIDC_CLIENT_ID")
    OIDC_OP_AUTHORIZATION_ENDPOINT = env.needed("OIDC_AUTHORIZATION_ENDPOINT", "OIDC_CLIENT_ID")
    OIDC_OP_TOKEN_ENDPOINT = env.needed("OIDC_TOKEN_ENDPOINT", "OIDC_CLIENT_ID")
    OIDC_OP_USER_ENDPOINT = env.needed("OIDC_USERINFO_ENDPOINT", "OIDC_CLIENT_ID")
    OIDC_OP_JWKS_ENDPOINT = env.needed("OIDC_JWKS_ENDPOINT", "OIDC_CLIENT_ID")
    OIDC_RP_SIGN_ALGO = "RS256"
    OIDC_RP_SCOPES = env.text("OIDC_SCOPES", "openid email profile")
    OIDC_USE_PKCE = True
    OIDC_GROUPS_CLAIM = env.text("OIDC_GROUPS_CLAIM", "groups")
    OIDC_ROLES = read_roles(env.text("OIDC_ROLES"))
    OIDC_TIMEOUT = 10  # seconds
    LOGIN_REDIRECT_URL_FAILURE = "/login/?refused=1"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT") or DATA_DIR / "static")
STATICFILES_DIRS = [BASE_DIR / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
    "dashboard.node_assets.NodeAssetsFinder",
]
NODE_MODULES = BASE_DIR / "node_modules"
# Hashed names may be cached for ever; DEBUG serves the files as they lie, with nothing collected.
_STATIC_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "dashboard.static_storage.HashedStaticFiles"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}

# Encrypt ENCRYPTED_FIELDS: the first what is new; `manage.py rotate_credentials` moves old ones on.
CREDENTIAL_KEYS = env.words("CREDENTIAL_KEYS") or [env.secret(DATA_DIR / "credential-key")]
if any(len(key) < 32 for key in CREDENTIAL_KEYS):
    raise ImproperlyConfigured("CREDENTIAL_KEYS must be random texts of 32 characters or more between commas")

# App, model and field: kubeconfigs, and where notifications go, with the secrets that sign them.
ENCRYPTED_FIELDS = (
    ("snapshots", "Cluster", "credential"),
    ("review", "NotificationRule", "sealed_address"),
    ("review", "NotificationRule", "secret"),
)

# Where an uploaded kubeconfig may lead: never to the denied networks, and if some are allowed, only there.
API_SERVERS_DENY = env.networks("API_SERVERS_DENY", DENIED)
API_SERVERS_ALLOW = env.networks("API_SERVERS_ALLOW")

# The address that people open Portolan under, for links in what it sends.
PUBLIC_URL = env.text("PUBLIC_URL").rstrip("/")
if PUBLIC_URL and not PUBLIC_URL.startswith(("https://", "http://")):
    raise ImproperlyConfigured("PUBLIC_URL must look like https://portolan.example.org")
# Where a webhook may not lead, and whether one may go without TLS.
WEBHOOKS_DENY = env.networks("WEBHOOKS_DENY", DENIED)
WEBHOOKS_ALLOW_HTTP = env.flag("WEBHOOKS_ALLOW_HTTP", default=False)

IN_KUBERNETES = "KUBERNETES_SERVICE_HOST" in os.environ  # set by the kubelet, for every container
SNAPSHOT_TIMEOUT = env.number("SNAPSHOT_TIMEOUT", 900)  # seconds one snapshot may take
SNAPSHOT_LEASE = env.number("SNAPSHOT_LEASE", 30)  # seconds of silence after which its worker is dead
SCHEDULER_TICK = env.number("SCHEDULER_TICK", 15)  # seconds between two looks at what is due

# Broker: REDIS_URL, else the embedded one that `manage.py up` starts and names in this variable.
REDIS_URL = env.text("REDIS_URL")
CELERY_BROKER_URL = REDIS_URL or env.text("PORTOLAN_EMBEDDED_BROKER", "redis://127.0.0.1:6379/0")
CELERY_BROKER_TRANSPORT_OPTIONS = transport_options(CELERY_BROKER_URL, DATA_DIR, SNAPSHOT_TIMEOUT)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_CONNECTION_MAX_RETRIES = None  # a worker waits for its broker for ever
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_max": 0.2}
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_IGNORE_RESULT = True  # state lives in the database
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_SOFT_TIME_LIMIT = SNAPSHOT_TIMEOUT
CELERY_TASK_TIME_LIMIT = SNAPSHOT_TIMEOUT + 60
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS = True  # it would be delivered twice
CELERY_WORKER_MAX_TASKS_PER_CHILD = 200
CELERY_TIMEZONE = "UTC"
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # LOGGING holds for workers too
CELERY_BEAT_SCHEDULE = beat_schedule(SCHEDULER_TICK)
# Which snapshots of a cluster are kept that does not say itself: all, 90d, or the newest 500.
RETENTION = env.text("RETENTION", "all")
try:
    read_retention(RETENTION)
except ValueError as error:
    raise ImproperlyConfigured(f"RETENTION {error}") from None
# Functions from a cluster to the numbers of snapshots that are kept all the same.
KEEPERS = ("apps.review.keepers.reviewed_snapshots",)
# Tasks that get the id of every snapshot that is stored.
AFTER_SNAPSHOT = ("apps.review.tasks.follow_up_snapshot",)

# Lets Prometheus read /metrics; without it only administrators may.
METRICS_TOKEN = env.text("METRICS_TOKEN")

# Every request has an id, its own or the proxy's, which its answer, its log lines and its tasks carry.
DJANGO_GUID = {
    "GUID_HEADER_NAME": "X-Request-ID",
    "EXPOSE_HEADER": False,
    "IGNORE_URLS": ["healthz", "readyz"],
    "INTEGRATIONS": [CeleryIntegration(use_django_logging=False, log_parent=True)],
}
LOG_FORMAT = env.text("LOG_FORMAT", "text")
if LOG_FORMAT not in {"text", "json"}:
    raise ImproperlyConfigured(f"LOG_FORMAT must be text or json, not {LOG_FORMAT!r}")
LOGGING = logging_for(LOG_FORMAT)

# Its own tables would stand unused beside ours, and bar Django from emptying the database in tests.
MIGRATION_MODULES = {"knox": None}
KNOX_TOKEN_MODEL = "access.ApiToken"  # noqa: S105 - a model's name
SCOPES_REQUIRED = env.flag("SCOPES_REQUIRED", default=False)  # does who has none see nothing?
TOKEN_DAYS = env.number("TOKEN_DAYS", 90)
REST_KNOX = {"TOKEN_TTL": timedelta(days=TOKEN_DAYS), "TOKEN_PREFIX": "ptl_"}

# Scheduled reports and notifications may be mailed; without a server none is.
EMAIL_URL = env.text("EMAIL_URL")
_mail_server = read_mail_server(EMAIL_URL)
EMAIL_BACKEND, EMAIL_HOST, EMAIL_PORT = _mail_server[:3]
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD, EMAIL_USE_TLS, EMAIL_USE_SSL = _mail_server[3:]
EMAIL_TIMEOUT = 30
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", "portolan@localhost")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.access.authentication.ByToken",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_SCHEMA_CLASS": "apps.api.schema.Schema",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsers.BoundedJsonParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.api.paging.Paging",
    "EXCEPTION_HANDLER": "apps.api.problems.answer_problem",
    "DEFAULT_THROTTLE_RATES": {"logins-by-address": "60/min", "logins-by-name": "10/min"},
    "NUM_PROXIES": PROXIES,
}
WORK_PER_MINUTE = env.number("WORK_PER_MINUTE", 60)  # requests of one person that cost seconds each
UPLOAD_LIMIT = env.number("UPLOAD_LIMIT", 64 * 1024 * 1024)  # bytes of manifests in one request

SPECTACULAR_SETTINGS = OPENAPI
