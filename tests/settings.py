"""Settings of the test run: the deployment's own, with an environment that no machine's can disturb."""

import os
import tempfile

_FIXED = {
    "SECRET_KEY": "only-for-tests-0123456789-0123456789-0123456789-0123456789",
    "AUDIENCES_API_URL": "http://127.0.0.1:9",
    "AUDIENCES_API_KEY": "sk_test_key",
    "LOG_FORMAT": "text",
    "VAR_DIR": tempfile.mkdtemp(prefix="dashboard-tests-"),
}
_OURS = (
    *(
        "AUDIENCES_API_KEY_FILE",
        "AUDIENCES_ACCOUNT_GROUPS",
        "AUDIENCES_PAGE_SIZE",
        "AUDIENCES_API_RATE",
        "DATABASE_URL",
    ),
    *(
        "REDIS_URL",
        "BROKER_URL",
        "SESSION_IDLE",
        "SESSION_ABSOLUTE",
        "SIGN_IN_COOL_OFF",
        "SHARE_DAYS",
        "SHARE_DAYS_MOST",
        "AUDIT_DAYS",
        "OPENED_DAYS",
        "EXPORTS_DIR",
        "EXPORTS_MAX_AGE",
        "BACKUP_DIR",
        "BACKUP_RECIPIENTS",
        "BACKUP_KEEP",
        "BACKUP_COPY_COMMAND",
        "STATIC_COLLECTED",
        "METRICS_ADDRESS",
        "LOG_FORMAT",
        "TRUSTED_PROXIES",
        "ALLOWED_HOSTS",
        "DEBUG",
    ),
    *(
        "CSRF_TRUSTED_ORIGINS",
        "EMAIL_URL",
        "EMAIL_FROM",
        "PORT",
        "SENTRY_DSN",
        "PROSPECTS_MAX_AGE",
        "DASHBOARD_SAMPLE_DATA",
    ),
    *("DASHBOARD_SAMPLE_DATA", "DJANGO_SUPERUSER_EMAIL", "DASHBOARD_MEMBER_EMAIL"),
)
for _name in _OURS:
    os.environ.pop(_name, None)
    os.environ.pop(f"{_name}_FILE", None)
os.environ.update(_FIXED)

from dashboard.settings import *  # noqa: E402, F403

# hashing at its real cost would be half of the suite's time
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
STATIC_ROOT.mkdir()  # noqa: F405 - WhiteNoise warns of a folder that is missing
