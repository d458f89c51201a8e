"""The first people, and their links."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError

from team.models import User
from team.seeding import links, seed

pytestmark = pytest.mark.django_db
BASE = "http://127.0.0.1:8000"


def test_every_start_gives_both_a_link_that_signs_them_in(client):
    seed()
    for invitation in links(seed(), BASE):
        client.logout()
        assert client.get(invitation.url.removeprefix(BASE)).status_code == 302
        assert User.objects.get(pk=client.session["_auth_user_id"]).email == invitation.email
    assert User.objects.count() == 2


def test_the_environment_names_people_and_passwords(monkeypatch, settings):
    settings.FIRST_ADMIN, settings.FIRST_MEMBER = "boss@example.com", "mia@example.com"
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", "a long password")
    seed()
    boss, mia = User.objects.get(email="boss@example.com"), User.objects.get(email="mia@example.com")
    assert boss.is_superuser
    assert boss.check_password("a long password")
    assert not mia.is_superuser
    assert not mia.has_usable_password()


def test_a_password_that_somebody_has_is_left_alone(monkeypatch):
    seed()
    admin = User.objects.get(is_superuser=True)
    for password in ("the first password", "another password"):
        monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", password)
        seed()
    admin.refresh_from_db()
    assert admin.check_password("the first password")


def test_the_command_prints_a_link_that_works(client):
    User.objects.create_user("ada@example.com")
    out = StringIO()
    call_command("sign_in_link", "ADA@example.com", stdout=out)
    assert client.get(out.getvalue().strip().removeprefix(BASE)).status_code == 302


def test_the_command_needs_a_database_that_is_prepared(monkeypatch):
    def fails(**_):
        raise DatabaseError("no such table")

    monkeypatch.setattr(User.objects, "filter", fails)
    with pytest.raises(CommandError, match="run prepare"):
        call_command("sign_in_link", "ada@example.com")


def test_the_command_refuses_an_unknown_address():
    with pytest.raises(CommandError, match="Nobody has the address"):
        call_command("sign_in_link", "nobody@example.com")
