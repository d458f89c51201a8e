"""The wiring of the deployment. Every value that differs between deployments comes from the environment."""

import sys
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

from audiences.api.checks import checked_base_url, checked_key
from audiences.api.fields import usable_id
from dashboard import addresses, env, logs, processes
from dashboard.postgresql import POOL

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = env.folder("VAR_DIR", BASE_DIR / "var")

# --- The API -----------------------------------------------------------------------------------------
AUDIENCES_API_KEY = env.secret("AUDIENCES_API_KEY")
AUDIENCES_API_KEY_FILE = env.text("AUDIENCES_API_KEY_FILE")  # read again when it changes
try:
    AUDIENCES_API_KEY = AUDIENCES_API_KEY and checked_key(AUDIENCES_API_KEY)
except ValueError as error:
    _from = "AUDIENCES_API_KEY_FILE" if env.text("AUDIENCES_API_KEY_FILE") else "AUDIENCES_API_KEY"
    env.refuse(_from, f"is not usable: {error}")
AUDIENCES_API_URL = env.text("AUDIENCES_API_URL", "https://api.sonarly.io")
try:
    AUDIENCES_API_URL = checked_base_url(AUDIENCES_API_URL, AUDIENCES_API_KEY)
except ValueError as error:
    env.refuse("AUDIENCES_API_URL", f"is not usable: {error}")
AUDIENCES_ACCOUNT_GROUPS = env.account_groups("AUDIENCES_ACCOUNT_GROUPS", usable_id)
AUDIENCES_PAGE_SIZE = env.whole("AUDIENCES_PAGE_SIZE", 50, least=1, most=1000)
AUDIENCES_API_RATE = env.rate("AUDIENCES_API_RATE")
WEB_THREADS = env.whole("WEB_THREADS", 64, least=1, most=1024)  # that may wait for the API; audiences.waiting
PROSPECTS_MAX_AGE = env.seconds("PROSPECTS_MAX_AGE", 900)
# where exports are written, for the owner's eyes alone; servers and workers share it. Kept for so long, files and rows
EXPORTS_DIR = env.folder("EXPORTS_DIR", VAR_DIR / "exports")
EXPORTS_MAX_AGE = env.seconds("EXPORTS_MAX_AGE", 24 * 3600, least=60)
# dated, encrypted dumps of the database: none without a recipient's public key (operations.backups)
BACKUP_DIR = env.folder("BACKUP_DIR", VAR_DIR / "backups")
BACKUP_RECIPIENTS = addresses.recipients("BACKUP_RECIPIENTS")
BACKUP_KEEP = env.whole("BACKUP_KEEP", 14, least=1, most=1000)
BACKUP_COPY_COMMAND = env.command("BACKUP_COPY_COMMAND")
SAMPLE_DATA = env.flag("DASHBOARD_SAMPLE_DATA")  # set by `manage.py up` when it started the sandbox

# --- Django ------------------------------------------------------------------------------------------
DEBUG = env.flag("DEBUG")
SECRET_KEY = env.secret("SECRET_KEY")
if not SECRET_KEY:
    env.refuse("SECRET_KEY", "is not set. `make run` makes one by itself; elsewhere set a long random text.")
ALLOWED_HOSTS = addresses.hosts("ALLOWED_HOSTS", ("127.0.0.1", "localhost", "[::1]"))
CSRF_TRUSTED_ORIGINS = addresses.origins("CSRF_TRUSTED_ORIGINS")
TRUSTED_PROXIES = addresses.networks("TRUSTED_PROXIES")
ROOT_URLCONF = "dashboard.urls"
WSGI_APPLICATION = "dashboard.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_htmx",
    "axes",
    "team",
    "audiences",
    "operations",
]

MIDDLEWARE = [
    "dashboard.middleware.forwarded",
    "dashboard.observing.observed",
    # what every answer carries stands before whatever may answer: static files, probes, errors
    "dashboard.middleware.headers",
    "csp.middleware.CSPMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    # a sixth of the bytes for a phone on a bad line; padded at random, so that lengths tell nothing (BREACH)
    "dashboard.middleware.Compressed",
    "dashboard.health.probes",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "team.middleware.session_limits",
    "team.middleware.SignInRequired",
    "axes.middleware.AxesMiddleware",
    "audiences.middleware.DesignedErrors",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "dashboard.context.page",
            ],
            "libraries": {"shown": "audiences.templatetags.shown"},
            "builtins": [
                "django.templatetags.static",
                "django_htmx.templatetags.django_htmx",
                "dashboard.bundles",
            ],
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    [
                        "django.template.loaders.filesystem.Loader",
                        "django.template.loaders.app_directories.Loader",
                    ],
                )
            ],
        },
    },
    # for the rows of people alone: audiences.views.people
    {"BACKEND": "django.template.backends.jinja2.Jinja2", "NAME": "jinja2", "DIRS": [BASE_DIR / "templates"]},
]

# --- Database, cache ---------------------------------------------------------------------------------
DATABASES = {"default": addresses.database("DATABASE_URL", f"sqlite:///{quote(str(VAR_DIR))}/dashboard.sqlite3")}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # RELIABILITY fact 8: without these, 8 writers get "database is locked"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    # options of the address (sslmode) stay
    DATABASES["default"].setdefault("OPTIONS", {})["pool"] = POOL
    # a restore that finds somebody connected says who it is
    DATABASES["default"]["OPTIONS"].setdefault("application_name", processes.name(sys.argv))
    DATABASES["default"]["ENGINE"] = "dashboard.postgresql"

REDIS_URL = addresses.redis("REDIS_URL")
BROKER_URL = addresses.redis("BROKER_URL", REDIS_URL)
# answers of at most about 150 kB; places of some 300 bytes; the gate of the API, which outlives Redis in each process
_ENTRIES = {"default": 600, "places": 20_000, "budget": 1_000}
CACHES: dict[str, dict[str, object]] = {
    name: {
        "BACKEND": "dashboard.cache.ProcessCache",
        "LOCATION": name,
        "OPTIONS": {"MAX_ENTRIES": entries},
    }
    for name, entries in _ENTRIES.items()
}
if REDIS_URL:
    CACHES = {
        name: {
            "BACKEND": "dashboard.cache.SteadyRedisCache",
            "LOCATION": REDIS_URL,
            "KEY_PREFIX": name,
            "OPTIONS": {
                "serializer": "dashboard.cache.PlainBytes",
                "socket_timeout": 0.25,  # RELIABILITY fact 5: a frozen Redis must not hold a page
                "socket_connect_timeout": 0.25,
                "alone": name == "budget",
            },
        }
        for name in _ENTRIES
    }

# --- People ------------------------------------------------------------------------------------------
FIRST_ADMIN = addresses.email("DJANGO_SUPERUSER_EMAIL", "admin@dashboard.example")
FIRST_MEMBER = addresses.email("DASHBOARD_MEMBER_EMAIL", "member@dashboard.example")
if FIRST_ADMIN == FIRST_MEMBER:
    env.refuse("DASHBOARD_MEMBER_EMAIL", "is the first admin's address, too; the first member needs another one.")
AUTH_USER_MODEL = "team.User"
PASSWORD_HASHERS = ["team.hashing.FewAtOnce"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
# axes says who has to wait; it comes first, so that a try is counted before anything is hashed (team.slowing)
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "django.contrib.auth.backends.ModelBackend"]
SIGN_IN_COOL_OFF = env.seconds("SIGN_IN_COOL_OFF", 15 * 60, least=1)
AXES_HANDLER = "team.slowing.CountedFirst"
AXES_COOLOFF_TIME = timedelta(seconds=SIGN_IN_COOL_OFF)
AXES_FAILURE_LIMIT = 5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_CLIENT_IP_CALLABLE = "team.network.counted_as"
AXES_LOCKOUT_CALLABLE = "team.slowing.the_views_own_answer"
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_ENABLE_ADMIN = AXES_VERBOSE = False
LOGIN_URL = "sign_in"
LOGIN_REDIRECT_URL = "home"
SESSION_ENGINE = "team.sessions"  # in the database: cached_db raises when Redis is down (fact 5)
SESSION_IDLE = env.seconds("SESSION_IDLE", 12 * 3600, least=1)
SESSION_ABSOLUTE = env.seconds("SESSION_ABSOLUTE", 7 * 86400, least=1)
SESSION_COOKIE_AGE = SESSION_ABSOLUTE
AUDIT_DAYS = env.whole("AUDIT_DAYS", 365, least=1, most=3650)
# how long is kept whom and what somebody has opened, for themselves alone; 0: not at all
OPENED_DAYS = env.whole("OPENED_DAYS", 90, least=0, most=3650)
# how long a link for outsiders may last at most, and how long it does when nobody says otherwise
SHARE_DAYS = env.whole("SHARE_DAYS", 30, least=1, most=3650)
SHARE_DAYS_MOST = env.whole("SHARE_DAYS_MOST", 90, least=1, most=3650)
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "audiences.views.last_resort.csrf_failure"
if any(origin.startswith("https://") for origin in CSRF_TRUSTED_ORIGINS):
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_HSTS_SECONDS = 31_536_000
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None

# --- What every answer carries (RELIABILITY section 2) -----------------------------------------------
_SELF, _NONE = ["'self'"], ["'none'"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": _NONE,
        "script-src": _SELF,
        "style-src": _SELF,
        "img-src": _SELF,
        "font-src": _SELF,
        "connect-src": _SELF,
        "form-action": _SELF,
        "frame-ancestors": _NONE,
        "base-uri": _NONE,
    }
}
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # frame-ancestors of the policy above says it to every browser that is still about
    "security.W005",  # whether other names below the same domain speak TLS is not ours to say
    "security.W021",  # nor to have them listed as doing so
    "security.W008",  # the proxy redirects; probes and metrics come without TLS
]
# no-referrer would make a browser's plain form fail CSRF (fact 9)
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True

STATIC_URL = "/static/"
# an image holds them collected; elsewhere `prepare` collects them
STATIC_COLLECTED = env.text("STATIC_COLLECTED")
STATIC_ROOT = Path(STATIC_COLLECTED) if STATIC_COLLECTED else VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "dashboard.bundles.BundledStorage"},
}
WHITENOISE_MAX_AGE = 3600
WHITENOISE_ALLOW_ALL_ORIGINS = False  # nobody else has a use for them

EMAIL_URL = addresses.url("EMAIL_URL", ("smtp", "smtps"), "smtp://user:password@host:587")
if EMAIL_URL:
    _mail = addresses.mail(EMAIL_URL)
    EMAIL_HOST, EMAIL_PORT, EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _mail.host, _mail.port, _mail.user, _mail.password
    EMAIL_USE_SSL, EMAIL_USE_TLS = _mail.is_tls, _mail.starts_tls
    EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = addresses.email("EMAIL_FROM", "audiences@dashboard.example")
# what letters lead to
PUBLIC_URL = next(
    (origin for origin in CSRF_TRUSTED_ORIGINS if "*" not in origin),
    f"http://127.0.0.1:{env.whole('PORT', 8000, least=1, most=65535)}",
)

# --- Being watched -------------------------------------------------------------------------------------
SENTRY_DSN = addresses.url("SENTRY_DSN", ("https", "http"), "https://key@host/1")
# where operations.metrics listens; the counts of all processes are in the cache, which has to be theirs together
METRICS_ADDRESS = addresses.listener("METRICS_ADDRESS")
if METRICS_ADDRESS and not REDIS_URL:
    env.refuse("METRICS_ADDRESS", "needs REDIS_URL: without it each process counts for itself.")
LOG_FORMAT = env.choice("LOG_FORMAT", "json", ("text",))
LOGGING = logs.configured(LOG_FORMAT)
if SENTRY_DSN:
    from dashboard import sentry

    sentry.begin(SENTRY_DSN)
