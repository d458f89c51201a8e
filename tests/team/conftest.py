"""A group with an admin and a member, in browsers of their own; the API is one that a test makes up."""

from collections.abc import Iterator
from typing import Any

import dj_database_url
import pytest
from django.core.management import call_command
from django.db import connections
from django.test import Client

from team.models import AccountGroup, Membership, User
from tests.audiences.conftest import _nothing_ahead, fake, row

__all__ = ["_nothing_ahead", "fake", "row"]


def enlist(group: AccountGroup, email: str, role: str = "member", **fields: Any) -> User:
    """Somebody new in a group."""
    user = User.objects.create_user(email, **fields)
    Membership.objects.create(user=user, group=group, role=role)
    return user


def browser(user: User) -> Client:
    """Somebody signed in."""
    client = Client()
    client.force_login(user)
    return client


def text(answer: Any) -> str:
    """What a page says, as it was written."""
    said: str = answer.content.decode()
    return said.replace("&#x27;", "'").replace("&quot;", '"')


@pytest.fixture
def ann(fake: Any, row: AccountGroup) -> User:
    """The group's one admin."""
    return enlist(row, "ann@example.com", "admin", name="Ann")


@pytest.fixture
def mia(fake: Any, row: AccountGroup) -> User:
    """A member."""
    return enlist(row, "mia@example.com", name="Mia")


@pytest.fixture
def admin(ann: User) -> Client:
    return browser(ann)


@pytest.fixture
def member(mia: User) -> Client:
    return browser(mia)


@pytest.fixture
def other(db: None) -> AccountGroup:
    """Another account group."""
    return AccountGroup.objects.create(id="other", name="Other")


@pytest.fixture
def on_postgres(database: str, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything that the test does, in all its threads, is done on a PostgreSQL of its own."""
    with django_db_blocker.unblock():
        kept = connections["default"]
        there = connections.configure_settings({"default": dict(dj_database_url.parse(database))})
        monkeypatch.setitem(connections.settings, "default", there["default"])
        del connections["default"]
        call_command("migrate", verbosity=0)
        yield
        connections["default"].close()
        connections["default"] = kept
