"""All settings, from the environment only. Without any, this is production, and production refuses to start half configured.

`./dev` sets POINTBOOK_ENV=development. The variables are listed in docs/settings.md.
"""

import base64
import contextlib
import logging
import os
import secrets
from collections.abc import Callable
from pathlib import Path

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import make_conninfo

from loyalty import wiring
from loyalty.postgres.cluster import APPLICATION, OWNER, SEALER, Cluster
from loyalty.shell.admin_theme import ADMIN_THEME

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = os.environ.get("POINTBOOK_ENV", "production")
PRODUCTION = ENVIRONMENT != "development"
DEBUG = os.environ.get("DJANGO_DEBUG", "") in {"1", "true", "yes"}
DATA_DIR = Path(os.environ.get("POINTBOOK_DATA") or BASE_DIR / "var").resolve()

if ENVIRONMENT not in {"development", "production"}:
    raise ImproperlyConfigured(f"POINTBOOK_ENV is {ENVIRONMENT!r}; write production or development.")
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured("DJANGO_DEBUG shows source and settings to visitors; production refuses it.")


def _words(name: str, default: str = "") -> list[str]:
    """Return a comma-separated variable as a list."""
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# --- Secrets and hosts ---------------------------------------------------------------------------------------------------------


def _secret_key() -> str:
    """Return SECRET_KEY; development makes one on first use and keeps it in the data folder."""
    key = os.environ.get("SECRET_KEY", "")
    if PRODUCTION and (len(key) < 50 or len(set(key)) < 10 or key.startswith("django-insecure-")):
        raise ImproperlyConfigured(
            "SECRET_KEY is missing or weak: production needs 50 random characters or more (or set POINTBOOK_ENV=development)."
        )
    return key or _kept_secret(DATA_DIR / "secret_key", lambda: secrets.token_urlsafe(64))


def _kept_secret(file: Path, make: Callable[[], str]) -> str:
    """Return the secret in `file`, made first if need be; of two processes at once, one wins and both read it."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = file.with_name(f"{file.name}.{os.getpid()}")
        unfinished.touch(mode=0o600)
        unfinished.write_text(make())
        with contextlib.suppress(FileExistsError):
            os.link(unfinished, file)
        unfinished.unlink()
    return file.read_text()


def _seal_key() -> str:
    """Return POINTBOOK_SEAL_KEY, an Ed25519 seed in base64; development makes one on first use and keeps it in the data folder."""
    key = os.environ.get("POINTBOOK_SEAL_KEY", "")
    if key or PRODUCTION:
        with contextlib.suppress(ValueError):
            if len(base64.b64decode(key, validate=True)) == 32:
                return key
        raise ImproperlyConfigured("POINTBOOK_SEAL_KEY is missing or wrong: write 32 random bytes in base64 (openssl rand -base64 32).")
    return _kept_secret(DATA_DIR / "seal_key", lambda: base64.b64encode(secrets.token_bytes(32)).decode())


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = _words("SECRET_KEY_FALLBACKS")
GIFT_CARD_KEY = os.environ.get("GIFT_CARD_KEY") or SECRET_KEY
ALLOWED_HOSTS = _words("POINTBOOK_HOSTS", "" if PRODUCTION else "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = [f"https://{host.removeprefix('.')}" for host in ALLOWED_HOSTS] if PRODUCTION else []
if PRODUCTION and not ALLOWED_HOSTS:
    raise ImproperlyConfigured("POINTBOOK_HOSTS is empty: name the hosts that visitors use, separated by commas.")

# --- Database ------------------------------------------------------------------------------------------------------------------
# DATABASE_URL names a server of your own; without it an embedded PostgreSQL runs from the data folder (development only).
# The owner migrates; web and workers connect as the application, which the ledger lets post only through its functions. Ticks and seals are
# the sealer's: where it has no login, the application gets its rights too, and the page Ledger health says so.

EMBEDDED_CLUSTER = None if os.environ.get("DATABASE_URL") else Cluster(DATA_DIR)
if PRODUCTION and EMBEDDED_CLUSTER:
    raise ImproperlyConfigured("DATABASE_URL is missing: the embedded PostgreSQL trusts every local user and is for development only.")
if EMBEDDED_CLUSTER:
    APPLICATION_DATABASE_URL = EMBEDDED_CLUSTER.url(APPLICATION)
    OWNER_DATABASE_URL = EMBEDDED_CLUSTER.url(OWNER)
    SEALER_DATABASE_URL = EMBEDDED_CLUSTER.url(SEALER)
else:
    APPLICATION_DATABASE_URL = os.environ["DATABASE_URL"]
    OWNER_DATABASE_URL = os.environ.get("DATABASE_OWNER_URL", APPLICATION_DATABASE_URL)
    SEALER_DATABASE_URL = os.environ.get("DATABASE_SEALER_URL", "")
AS_APPLICATION = os.environ.get("POINTBOOK_ROLE", "application" if PRODUCTION else "owner") == "application"


def _database(url: str) -> dict[str, object]:
    """Return Django's settings for a database: persistent connections, prepared statements, UTC, no JIT."""
    config = dj_database_url.parse(url, engine="loyalty.postgres", conn_max_age=600, conn_health_checks=True)
    options = {"server_side_binding": True, "prepare_threshold": 5, "options": "-c jit=off -c timezone=UTC"}
    return {**config, "OPTIONS": {**options, **config.get("OPTIONS", {})}}


def _login(url: str) -> dict[str, object]:
    """Return what another role's connection has of its own."""
    parsed = dj_database_url.parse(url, engine="loyalty.postgres")
    return {name: parsed[name] for name in ("NAME", "USER", "PASSWORD", "HOST", "PORT")}


ROLE_DATABASES = {"sealer": _login(SEALER_DATABASE_URL)} if SEALER_DATABASE_URL and AS_APPLICATION else {}
DATABASES = {"default": _database(APPLICATION_DATABASE_URL if AS_APPLICATION else OWNER_DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
MOST_LOCK_WAIT_MS = int(os.environ.get("POINTBOOK_MOST_LOCK_WAIT_MS", "1500"))  # of a web request

# --- Applications --------------------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "rest_framework",
    "rest_framework_api_key",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "loyalty.shell",
    "ledger",
    "accounts",
    "rewards",
    "reporting",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "loyalty.shell.content_policy.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "loyalty.shell.first_run.middleware.FirstRunMiddleware",
]

ROOT_URLCONF = "loyalty.urls"
WSGI_APPLICATION = "loyalty.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "loyalty.shell.navigation.navigation",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- People --------------------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in ("UserAttributeSimilarityValidator", "MinimumLengthValidator", "CommonPasswordValidator", "NumericPasswordValidator")
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "accounts.members.adapters.MemberAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = True
ACCOUNT_CONFIRM_EMAIL_ON_GET = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""

# --- Language and time ---------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("tr", _("Turkish"))]
LOCALE_PATHS = [BASE_DIR / "loyalty" / "locale"]
TIME_ZONE = "UTC"
USE_TZ = True

# --- Files, cache, mail --------------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles" if PRODUCTION else DATA_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = not PRODUCTION
if not PRODUCTION:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # stays empty; WhiteNoise warns without it
_STATIC_STORAGE = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage" if PRODUCTION else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
MEDIA_ROOT = DATA_DIR / "media"

_CACHE_URL = os.environ.get("CACHE_URL")
_DATABASE_CACHE = {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache_entries"}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _CACHE_URL} if _CACHE_URL else _DATABASE_CACHE}

EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "587"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "1") == "1"
EMAIL_TIMEOUT = 20
# Where e-mails lead: a programme's pages at the address that visitors type.
PORTAL_URL = os.environ.get(
    "POINTBOOK_PORTAL_URL", (f"https://{ALLOWED_HOSTS[0].lstrip('.')}" if PRODUCTION else "http://localhost:8000") + "/p/{programme}/"
)
DEFAULT_FROM_EMAIL = os.environ.get("EMAIL_FROM", "Pointbook <pointbook@localhost>")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

# --- Seals ---------------------------------------------------------------------------------------------------------------------
# Movements are sealed into a signed log. Checkpoints leave the database by each of these functions (docs/seals.md).

SEAL_KEY = _seal_key()
SEAL_OLD_PUBLIC_KEYS = _words("POINTBOOK_SEAL_OLD_PUBLIC_KEYS")
SEAL_ORIGIN = os.environ.get("POINTBOOK_SEAL_ORIGIN") or (ALLOWED_HOSTS[0].lstrip(".") if PRODUCTION else "localhost")
SEAL_FOLDER = Path(os.environ.get("POINTBOOK_SEAL_FOLDER") or DATA_DIR / "checkpoints")
SEAL_MAIL = _words("POINTBOOK_SEAL_MAIL")
SEAL_PUBLISHERS = ["ledger.seals.publishing.to_folder", *_words("POINTBOOK_SEAL_PUBLISHERS")]

# --- Background work -----------------------------------------------------------------------------------------------------------
# The default broker is the same PostgreSQL. A message is only a wake-up: every task claims its rows and may safely run twice.


def _broker_dsn(database: dict[str, object]) -> str:
    """Return the database as libpq's key=value string: pgmq does not decode a socket folder in a URL."""
    names = {"user": "USER", "password": "PASSWORD", "host": "HOST", "port": "PORT", "dbname": "NAME"}
    return make_conninfo("", **{name: str(database[key]) for name, key in names.items() if database.get(key)})


BROKER_IS_DATABASE = not os.environ.get("CELERY_BROKER_URL")
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL") or "pgmq://localhost/"  # the address is conn_string, below
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, object] = {"visibility_timeout": 300}
if BROKER_IS_DATABASE:
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"init_extension": False, "use_notify": True, "pool_size": 4}
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"conn_string": _broker_dsn(DATABASES["default"])}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 4
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
CELERY_BEAT_SCHEDULE = wiring.BEAT_SCHEDULE
CELERY_BEAT_SCHEDULE_FILENAME = str(DATA_DIR / "beat-schedule")

# From when on /healthz/deep complains, the token with which monitoring reads /metrics and the names of checks, how long the rows of finished imports keep how their file named members, and how long answers to repeated requests are kept (the contract promises thirty days).
MOST_TICK_LAG_SECONDS = int(os.environ.get("POINTBOOK_MOST_TICK_LAG_SECONDS", "60"))
MOST_SEAL_LAG_SECONDS = int(os.environ.get("POINTBOOK_MOST_SEAL_LAG_SECONDS", "300"))
MOST_HORIZON_SECONDS = int(os.environ.get("POINTBOOK_MOST_HORIZON_SECONDS", "300"))
MOST_OUTBOX_SECONDS = int(os.environ.get("POINTBOOK_MOST_OUTBOX_SECONDS", "300"))
METRICS_TOKEN = os.environ.get("POINTBOOK_METRICS_TOKEN", "")
IMPORT_NAMES_KEPT_DAYS = max(1, int(os.environ.get("POINTBOOK_IMPORT_NAMES_KEPT_DAYS", "90")))
ANSWERS_KEPT_DAYS = max(30, int(os.environ.get("POINTBOOK_ANSWERS_KEPT_DAYS", "31")))

OUTBOX_HANDLERS = wiring.OUTBOX_HANDLERS

# --- API -----------------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["loyalty.kit.rest.StrictJSONParser"],
    "EXCEPTION_HANDLER": "loyalty.kit.rest.problem_response",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "UNAUTHENTICATED_USER": None,
}
API_REQUESTS_PER_MINUTE = int(os.environ.get("POINTBOOK_API_REQUESTS_PER_MINUTE", "60000"))  # per key and web process
SPECTACULAR_SETTINGS = {
    "TITLE": "Pointbook API",
    "DESCRIPTION": "Members, purchases, returns, redemptions and balances of a loyalty programme.",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "SCHEMA_PATH_PREFIX": "/api/v1/programmes/{programme}",
    "SERVE_INCLUDE_SCHEMA": False,
    "ENUM_NAME_OVERRIDES": {"ReasonEnum": ["goodwill", "promotion", "correction"]},
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
}

# --- Security headers ----------------------------------------------------------------------------------------------------------

SECURE_SSL_REDIRECT = PRODUCTION
SECURE_REDIRECT_EXEMPT = ["^healthz(/deep)?$", "^readyz$", "^metrics$"]
SECURE_HSTS_SECONDS = 31_536_000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-sessionid" if PRODUCTION else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if PRODUCTION else "csrftoken"
SESSION_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

# --- Admin and log -------------------------------------------------------------------------------------------------------------

UNFOLD = ADMIN_THEME


def _without_trace_of_refusals(record: logging.LogRecord) -> bool:
    """A page that was refused is one line in the log; only what broke shows where."""
    if getattr(record, "status_code", 500) < 500:
        record.exc_info = None
    return True


LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"refusals": {"()": "django.utils.log.CallbackFilter", "callback": _without_trace_of_refusals}},
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["refusals"]}},
    "root": {"handlers": ["console"], "level": os.environ.get("POINTBOOK_LOG_LEVEL", "INFO")},
    "loggers": {"django.server": {"propagate": True}},
}
