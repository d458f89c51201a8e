"""Links as rows: made once, found by a hash, tried a few times, ended at once, told of before they end."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.contrib.auth.hashers import check_password
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from audiences import notices, sharing
from audiences.models import Notice, PasswordTry, ShareLink
from audiences.shareview import View
from team.models import Event, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def make(row, ada):
    def make(form_key="a" * 32, audience="aud", days=30, **options):
        return sharing.make(row, audience, View("Lisbon"), ada, form_key=form_key, days=days, **options)

    return make


@pytest.fixture
def link(make):
    return sharing.find(make(password="open sesame"))


def test_only_a_hash_of_token_and_password_is_stored(make):
    token = make(password="open sesame")
    assert len(token) == 43
    stored = ShareLink.objects.values().get()
    assert token not in str(stored)
    assert "sesame" not in str(stored)
    assert check_password("open sesame", stored["password"])


def test_the_same_form_makes_one_link(make):
    assert make()
    assert make() is None
    assert ShareLink.objects.count() == 1
    assert Event.objects.filter(kind="link-made").count() == 1


def test_whoever_has_left_meanwhile_makes_none(make, ada, row):
    row.members.remove(ada)
    with pytest.raises(PermissionDenied):
        make()
    assert not ShareLink.objects.exists()


@pytest.mark.parametrize("token", ["", "x", "é" * 43, "A" * 43, "A" * 10_000, "a b", "%00"])
def test_no_other_token_finds_it(make, token):
    own = make()
    assert sharing.find(own)
    for other in (token, own[:-1], f"{own}x", own.swapcase()):
        assert sharing.find(other) is None


@pytest.mark.parametrize(
    ("state", "changes"),
    [
        ("expired", {"expires_at": timezone.now() - timedelta(seconds=1)}),
        ("revoked", {"revoked_at": timezone.now()}),
        ("asleep", {"is_asleep": True}),
    ],
)
def test_what_has_ended_is_not_found(make, row, state, changes):
    token = make()
    assert sharing.shared_ids(row) == {"aud"}
    ShareLink.objects.update(**changes)
    assert sharing.find(token) is None
    assert sharing.state(ShareLink.objects.get()) == state
    assert sharing.shared_ids(row) == frozenset()


def test_ten_passwords_in_a_quarter_of_an_hour_whoever_gives_them(link, monkeypatch):
    hashed = []
    monkeypatch.setattr(sharing, "check_password", lambda given, _stored: hashed.append(given) or given == "right")
    for number in range(1000):
        with suppress(sharing.TooManyTries):
            assert not sharing.try_password(link, f"guess {number}", f"10.0.0.{number % 100}")
    assert len(hashed) == sharing.TRIES
    with pytest.raises(sharing.TooManyTries) as told:
        sharing.try_password(link, "right", "10.0.1.1")
    assert 0 < told.value.seconds <= 900
    PasswordTry.objects.update(at=timezone.now() - timedelta(minutes=15, seconds=1))
    assert sharing.try_password(link, "right", "10.0.1.1")


def test_one_address_alone_keeps_nobody_else_out(link):
    for _ in range(sharing.TRIES_OF_ONE):
        assert not sharing.try_password(link, "wrong", "10.0.0.1")
    with pytest.raises(sharing.TooManyTries):
        sharing.try_password(link, "open sesame", "10.0.0.1")
    assert sharing.try_password(link, "open sesame", "10.0.0.2")


def test_the_right_password_uses_up_nothing(link):
    for _ in range(sharing.TRIES * 2):
        assert sharing.try_password(link, "open sesame", "10.0.0.1")
    assert not PasswordTry.objects.exists()


def test_openings_are_counted_and_logged_by_address(link):
    for where in ("10.0.0.1", "10.0.0.1", "10.0.0.2"):
        sharing.note_opening(link, where)
    link.refresh_from_db()
    assert link.opened == 3
    assert set(Event.objects.filter(kind="link-opened").values_list("network", "times", "about")) == {
        ("10.0.0.1", 2, "Lisbon"),
        ("10.0.0.2", 1, "Lisbon"),
    }


def test_revoked_once_and_for_all(link, ada):
    assert sharing.revoke(link, ada)
    assert not sharing.revoke(link, ada)
    assert not sharing.extend(link, 30, ada)
    assert Event.objects.filter(kind="link-revoked").count() == 1


@pytest.mark.parametrize(("left", "expected"), [(-5, 30), (10, 40), (75, 90), (120, 120)])
def test_extended_from_its_end_or_from_now_up_to_the_most_and_never_shortened(link, ada, left, expected):
    now = timezone.now()
    link.expires_at = now + timedelta(days=left)
    link.save()
    assert sharing.extend(link, 30, ada)
    link.refresh_from_db()
    assert abs(link.expires_at - now - timedelta(days=expected)) < timedelta(minutes=1)


def test_who_wakes_a_link_has_it_from_then_on(link, row):
    ShareLink.objects.update(is_asleep=True)
    boss = User.objects.create_superuser("boss@example.com")
    assert sharing.take_over(link, boss)
    assert sharing.live().get().by == boss


def test_the_owner_is_told_once_three_days_before_the_end(make, ada, settings):
    settings.EMAIL_URL = "smtp://127.0.0.1"
    make(days=2)
    make(form_key="b" * 32, days=30)
    sharing.tell_of_ends()
    assert not Notice.objects.exists()
    ShareLink.objects.filter(form_key="b" * 32).update(
        expires_at=timezone.now() + timedelta(days=2), made_at=timezone.now() - timedelta(days=28)
    )
    for _ in range(2):
        sharing.tell_of_ends()
    told = Notice.objects.get()
    assert (told.user, told.mail_at is not None) == (ada, True)
    assert "Lisbon" in notices.sentence(told)
    assert notices.address(told) == "/g/grp/audiences/aud/share/"


def test_tries_are_forgotten_when_they_count_no_more(link):
    sharing.try_password(link, "wrong", "10.0.0.1")
    sharing.clear_old()
    assert PasswordTry.objects.count() == 1
    PasswordTry.objects.update(at=timezone.now() - timedelta(minutes=16))
    sharing.clear_old()
    assert not PasswordTry.objects.exists()
