"""Sessions in a table of our own: whose, with what, from where, and until when."""

import time
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.sessions.backends.db import SessionStore as DjangosStore
from django.contrib.sessions.models import Session as DjangosSession
from django.utils import timezone

from team import agents, middleware
from team.models import Session, User

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def hers(client, ada):
    client.force_login(ada)
    return client


def row():
    return Session.objects.get()


def test_it_is_known_whose_and_for_how_long(hers, ada, settings):
    assert row().user == ada
    assert abs(row().expire_date - timezone.now() - timedelta(seconds=settings.SESSION_IDLE)) < timedelta(minutes=1)
    session = hers.session
    session["since"] = time.time() - settings.SESSION_ABSOLUTE + 60
    session.save()
    assert row().expire_date - timezone.now() < timedelta(minutes=1)


def test_when_somebody_was_here_is_written_once_in_five_minutes(hers, ada, django_assert_num_queries):
    hers.get("/account/")
    before = row().seen_at
    hers.get("/account/")
    assert row().seen_at == before
    session = hers.session
    session["seen_at"] -= 301
    session.save()
    User.objects.update(seen_at=None)
    hers.get("/account/", REMOTE_ADDR="192.0.2.9", headers={"User-Agent": "Mozilla/5.0 (Windows NT) Firefox/140.0"})
    assert row().seen_at >= before
    assert (row().network, row().agent) == ("192.0.2.9", "Firefox on Windows")
    ada.refresh_from_db()
    assert ada.seen_at == row().seen_at


BY_ITSELF = [
    {"path": f"/g/x{middleware.ASKS_BY_ITSELF}"},
    {"path": f"/account/?{middleware.REFRESHED}=1"},
    {"headers": {"Unattended": "1"}},
]


@pytest.mark.parametrize("how", BY_ITSELF)
def test_what_a_page_asks_by_itself_is_nobody(hers, ada, how):
    session = hers.session
    session["seen_at"] -= 4000
    session.save()
    User.objects.update(seen_at=None)
    before = row().expire_date
    hers.get(**{"path": "/account/"} | how)
    assert row().expire_date == before
    ada.refresh_from_db()
    assert ada.seen_at is None


def test_signing_in_is_being_here(hers, ada):
    ada.refresh_from_db()
    assert timezone.now() - ada.seen_at < timedelta(seconds=30)


def test_an_upgrade_signs_nobody_out(client, ada):
    store = DjangosStore()
    hash_of = ada.get_session_auth_hash()
    data = {"_auth_user_id": str(ada.pk), "_auth_user_backend": "django.contrib.auth.backends.ModelBackend"}
    store.update(data | {"_auth_user_hash": hash_of, "since": time.time(), "seen_at": time.time()})
    store.save()
    left = DjangosStore()
    left.update({"_auth_user_id": "4711"})
    left.save()
    DjangosSession.objects.create(session_key="broken", session_data="broken", expire_date=timezone.now() + HOUR)
    import_module("team.migrations.0004_account").carry_over(apps, None)
    client.cookies["sessionid"] = store.session_key
    assert client.get("/account/").status_code == 200
    assert row().user == ada
    assert not DjangosSession.objects.exists()


AGENTS = [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/140.0 Safari/537.36", "Chrome on Windows"),
    ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
    (
        "Mozilla/5.0 (Linux; Android 15; Pixel) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36",
        "Chrome on Android",
    ),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Mobile Safari/604.1", "Safari on iPhone"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605.1.15", "Safari on Mac"),
    ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
    ("curl/8.5.0", "A program"),
    ("", "Unknown browser"),
    ("\x00<b>" * 9000, "Unknown browser"),
    ("x" * 500 + "Firefox/1", "Unknown browser"),
]


@pytest.mark.parametrize(("agent", "words"), AGENTS)
def test_browsers_in_words(agent, words):
    assert agents.words(agent) == words
