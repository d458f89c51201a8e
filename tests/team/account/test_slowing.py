"""Guessing passwords is slow, from one address or a hundred, and nobody stays outside."""

import logging
from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.contrib.auth.hashers import MD5PasswordHasher
from django.utils import timezone

from team import slowing
from team.models import User
from team.network import counted_as
from tests.team.account.conftest import PASSWORD

pytestmark = pytest.mark.django_db


def guess(sign_in, times, **where):
    return [sign_in(password=f"wrong {n}", **where).status_code for n in range(times)]


def later(**span):
    """As if the tries so far were that much longer ago."""
    for attempt in AccessAttempt.objects.all():
        AccessAttempt.objects.filter(pk=attempt.pk).update(attempt_time=attempt.attempt_time - timedelta(**span))


def test_after_five_tries_the_form_says_when_to_go_on(sign_in, ada):
    assert guess(sign_in, 5) == [422] * 5
    answer = sign_in()
    assert answer.status_code == 429
    assert 890 < int(answer["Retry-After"]) <= 900
    assert "try again in 15 minutes" in answer.content.decode()


def test_trying_on_meanwhile_delays_nothing(sign_in, ada):
    guess(sign_in, 5)
    later(minutes=10)
    assert guess(sign_in, 10) == [429] * 10
    assert int(sign_in()["Retry-After"]) <= 300
    later(minutes=5)
    assert sign_in().status_code == 302


def test_getting_in_begins_anew(sign_in, ada):
    for _ in range(2):
        guess(sign_in, 4)
        assert sign_in().status_code == 302


def test_a_hundred_addresses_on_one_account(sign_in, ada):
    tried = [sign_in(password="wrong", network=f"198.51.100.{n}").status_code for n in range(100)]
    assert tried.count(422) == slowing.ACCOUNT
    assert sign_in(network="203.0.113.9").status_code == 429


def test_strangers_cannot_keep_somebody_out_of_where_they_usually_are(sign_in, ada):
    assert sign_in(network="203.0.113.9").status_code == 302
    for n in range(60):
        sign_in(password="wrong", network=f"198.51.100.{n}")
    assert sign_in(network="203.0.113.10").status_code == 429
    assert sign_in(network="203.0.113.9").status_code == 302
    AccessLog.objects.update(attempt_time=timezone.now() - slowing.KNOWN)
    assert sign_in(network="203.0.113.9").status_code == 429


def test_one_address_on_a_hundred_accounts(sign_in):
    tried = [sign_in(email=f"p{n}@example.com", password="wrong").status_code for n in range(100)]
    assert tried.count(422) == slowing.ADDRESS
    assert set(tried[slowing.ADDRESS :]) == {429}


def test_a_household_of_addresses_counts_as_one(sign_in, ada):
    for n in range(5):
        sign_in(password="wrong", network=f"2001:db8:1:2::{n + 1}")
    assert sign_in(network="2001:db8:1:2:ffff::1").status_code == 429
    assert sign_in(network="2001:db8:1:3::1").status_code == 302


@pytest.mark.parametrize(
    ("named", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("fe80::1%eth0", "fe80::"),
        ("unknown", "0.0.0.0"),
        ("", "0.0.0.0"),
        ("x" * 900, "0.0.0.0"),
    ],
)
def test_every_address_is_one_that_a_database_takes(rf, named, counted):
    assert counted_as(rf.get("/", REMOTE_ADDR=named)) == counted


def test_unknown_accounts_are_slowed_just_so(sign_in, ada):
    answers = {}
    for email, network in (("ada@example.com", "192.0.2.1"), ("bob@example.com", "192.0.2.2")):
        tries = [sign_in(email=email, password="wrong", network=network) for _ in range(6)]
        answers[email] = [(one.status_code, _bytes(one, email)) for one in tries]
    assert answers["ada@example.com"] == answers["bob@example.com"]


def _bytes(answer, email):
    token = answer.context["csrf_token"]
    return answer.content.replace(str(token).encode(), b"").replace(email.encode(), b"")


@pytest.mark.parametrize("email", ["ada@example.com", "bob@example.com", "link@example.com", "gone@example.com"])
def test_every_account_costs_the_same(sign_in, ada, monkeypatch, email, django_assert_num_queries):
    User.objects.create_user("link@example.com")
    User.objects.create_user("gone@example.com", PASSWORD, is_active=False)
    hashed = []
    real = MD5PasswordHasher.encode
    monkeypatch.setattr(MD5PasswordHasher, "encode", lambda *a: hashed.append(1) or real(*a))
    sign_in(email="somebody@example.com")
    hashed.clear()
    with django_assert_num_queries(15):
        assert sign_in(email=email, password="wrong").status_code == 422
    assert hashed == [1]


def test_nothing_is_written_down_of_what_was_tried(sign_in, ada, caplog):
    with caplog.at_level(logging.INFO):
        guess(sign_in, 6)
    row = AccessAttempt.objects.get()
    assert (row.post_data, row.get_data, row.user_agent) == ("", "", "")
    assert "ada@example.com" not in caplog.text
    assert "wrong" not in caplog.text


def test_old_tries_are_forgotten(sign_in, ada):
    guess(sign_in, 1)
    sign_in(network="203.0.113.9")
    slowing.clear_old()
    assert (AccessAttempt.objects.count(), AccessLog.objects.count()) == (1, 1)
    later(minutes=16)
    AccessLog.objects.update(attempt_time=timezone.now() - slowing.KNOWN)
    slowing.clear_old()
    assert (AccessAttempt.objects.count(), AccessLog.objects.count()) == (0, 0)
