"""Addresses in the environment: those taken, and those that stop the start with a sentence."""

import subprocess
import sys

import pytest

from dashboard import addresses
from tests.dashboard.running import ROOT, clean

NAME = "SOME_VARIABLE"
MAIL = (("smtp", "smtps"), "smtp://host")

GOOD = [
    (addresses.redis, (), "redis://127.0.0.1:6379/0"),
    (addresses.redis, (), "rediss://user:secret@cache.example:6380/15?socket_timeout=2"),
    (addresses.redis, (), "redis://cache"),
    (addresses.redis, (), "unix:///run/redis.sock?db=1"),
    (addresses.redis, (), ""),
    (addresses.email, ("",), "boss@example.com"),
    (addresses.url, MAIL, "smtp://u:p@mail.example:587"),
    (addresses.url, MAIL, ""),
]


@pytest.mark.parametrize(("read", "arguments", "value"), GOOD)
def test_takes(monkeypatch, read, arguments, value):
    monkeypatch.setenv(NAME, value)
    assert read(NAME, *arguments) == value


LISTS = [
    (addresses.hosts, ((),), ["audiences.example.com", ".example.com", "*", "127.0.0.1", "[::1]", "web_1"]),
    (addresses.origins, (), ["https://a.example", "https://*.b.example", "http://127.0.0.1:8000"]),
    (addresses.networks, (), ["10.0.0.0/8", "127.0.0.1", "::1", "10.1.2.3/8"]),
]


@pytest.mark.parametrize(("read", "arguments", "values"), LISTS)
def test_takes_lists(monkeypatch, read, arguments, values):
    monkeypatch.setenv(NAME, ", ".join(values))
    assert read(NAME, *arguments) == values


BAD_REDIS = (
    *("http://x", "127.0.0.1:6379", "redis://", "redis://h:port/0", "redis://h:99999/0", "redis://h:0", "unix://"),
    *("redis://h/abc", "redis://h/0?colour=red", "redis://h/0?socket_timeout=soon"),
)
BAD_DATABASES = (
    *("nonsense", "mysql://u@h/db", "postgres://", "postgres://u@h:port/db", "postgres://u@h:99999/db", "sqlite://"),
    *("sqlite:////nowhere/at/all.sqlite3", "postgres://u@h/db?colour=red"),
)
BAD = [
    *((addresses.redis, (), value) for value in BAD_REDIS),
    *((addresses.database, ("",), value) for value in BAD_DATABASES),
    *((addresses.hosts, ((),), value) for value in ("https://a.b", "a b", "a.b/c", "a.b:80", "-", "a.b,é!")),
    *((addresses.origins, (), value) for value in ("a.b", "https//a", "*", "https://a.b/c", "https://a.b/", "ftp://a")),
    *((addresses.networks, (), value) for value in ("proxy", "300.1.1.1", "*", "10.0.0.0/33")),
    *((addresses.email, ("",), value) for value in ("nobody", "a@", "a b@c.d", "a@@b.c", "a" * 250 + "@b.example")),
    *((addresses.url, MAIL, value) for value in ("nonsense", "http://x", "smtp://", "smtp://h:port")),
]


@pytest.mark.parametrize(("read", "arguments", "value"), BAD)
def test_refuses_with_one_sentence_that_names_the_variable(monkeypatch, read, arguments, value):
    monkeypatch.setenv(NAME, value)
    with pytest.raises(SystemExit) as end:
        read(NAME, *arguments)
    assert str(end.value).startswith(f"{NAME} ")
    assert str(end.value).endswith(".")


def test_a_databases_options_stay(monkeypatch):
    monkeypatch.setenv(NAME, "postgres://u@h/db?sslmode=require")
    assert addresses.database(NAME, "")["OPTIONS"] == {"sslmode": "require"}


def started(tmp_path, **variables):
    environ = clean(VAR_DIR=tmp_path, SECRET_KEY="s", AUDIENCES_API_KEY="sk_1") | variables
    code = "from django.conf import settings as s; d = s.DATABASES['default']; print(d['OPTIONS'], d['NAME'])"
    command = [sys.executable, "-c", f"import os; os.environ['DJANGO_SETTINGS_MODULE'] = 'dashboard.settings'; {code}"]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)


def test_the_settings_keep_tls_to_the_database_and_add_a_pool(tmp_path):
    said = started(tmp_path, DATABASE_URL="postgres://u@h/db?sslmode=require").stdout
    assert "'sslmode': 'require'" in said
    assert "'pool'" in said


def test_a_folder_may_have_any_name(tmp_path):
    folder = tmp_path / "c# 100%25?"
    assert started(tmp_path, VAR_DIR=str(folder)).stdout.strip().endswith(str(folder / "dashboard.sqlite3"))


WRONG = [
    {"ALLOWED_HOSTS": "https://a.b"},
    {"CSRF_TRUSTED_ORIGINS": "a.b"},
    {"TRUSTED_PROXIES": "proxy"},
    {"DATABASE_URL": "postgres://"},
    {"REDIS_URL": "redis://h:port"},
    {"BROKER_URL": "redis://h:port"},
    {"EMAIL_URL": "nonsense"},
    {"SENTRY_DSN": "nonsense"},
    {"SESSION_IDLE": "0"},
    {"SESSION_ABSOLUTE": "0"},
    {"DJANGO_SUPERUSER_EMAIL": "nobody"},
    {"DASHBOARD_MEMBER_EMAIL": "nobody"},
    {"DASHBOARD_MEMBER_EMAIL": "admin@dashboard.example"},
]


@pytest.mark.parametrize("wrong", WRONG, ids=lambda wrong: "=".join(*wrong.items()))
def test_the_settings_read_every_variable_so(tmp_path, wrong):
    ended = started(tmp_path, **wrong)
    (name,) = wrong
    assert ended.returncode == 1
    assert ended.stderr.startswith(f"{name} ")
    assert ended.stderr.count("\n") == 1


LETTERS = [
    ("smtp://ada:p%40ss@mail.example", ("mail.example", 587, "ada", "p@ss", False, True)),
    ("smtp://mail.example:25", ("mail.example", 25, "", "", False, False)),
    ("smtp://ada:p@mail.example:25", ("mail.example", 25, "ada", "p", False, True)),
    ("smtps://mail.example", ("mail.example", 465, "", "", True, False)),
    ("smtp://127.0.0.1:1025", ("127.0.0.1", 1025, "", "", False, False)),
]


@pytest.mark.parametrize(("address", "server"), LETTERS, ids=[address for address, _ in LETTERS])
def test_where_letters_are_handed_in(address, server):
    assert addresses.mail(address) == addresses.Mail(*server)
