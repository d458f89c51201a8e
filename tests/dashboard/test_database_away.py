"""While the database is away every address says so, with 503; our own mistakes stay 500."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client

from audiences.views import last_resort
from team.models import Session, User


@pytest.fixture
def away(monkeypatch):
    """A database that nobody can reach; a session that would have to be read from it."""

    def refuse(*_, **__):
        raise OperationalError("connection to server at 10.0.0.7 failed\nFATAL: hunter2")

    monkeypatch.setattr(connection, "cursor", refuse)
    browser = Client(raise_request_exception=False)
    browser.cookies["sessionid"] = "a" * 32
    return browser


@pytest.mark.parametrize("path", ["/", "/g/grp/", "/g/grp/audiences/a/", f"/s/{'A' * 43}/", "/account/", "/status/"])
def test_a_page_says_so_and_asks_again(away, path):
    answer = away.get(path)
    assert answer.status_code == 503
    assert "cannot reach its database" in answer.content.decode()
    assert (answer["Retry-After"], answer["Refresh"]) == ("5", "5")
    assert answer["Cache-Control"] == "no-store, private"
    assert "hunter2" not in answer.content.decode()


def test_a_fragment_says_so_in_its_place(away):
    answer = away.get("/g/grp/audiences/a/prospects/?cursor=x", headers={"HX-Request": "true"})
    assert answer.status_code == 503
    assert answer.content.decode().strip().startswith("<section")


def test_it_leads_nowhere_else(away):
    answer = away.get("//elsewhere.example/a")
    assert answer.status_code == 503
    assert 'href="//' not in answer.content.decode()


def test_a_form_is_not_sent_again_by_itself(away):
    answer = away.post("/g/grp/audiences/new/", {"name": "x"})
    assert answer.status_code == 503
    assert "Refresh" not in answer.headers
    assert "nothing was kept" in answer.content.decode()


@pytest.mark.django_db
def test_one_that_goes_while_a_session_is_written_is_away_too(monkeypatch):
    browser = Client(raise_request_exception=False)
    browser.force_login(User.objects.create_user("ada@example.com"))
    session = browser.session

    def refuse(*_, **__):
        raise OperationalError("gone")

    monkeypatch.setattr(Session, "save", refuse)
    with pytest.raises(OperationalError):
        session.save()


def test_what_needs_no_database_is_there(away):
    assert away.get("/keys/").status_code == 503  # it shows a person's own choices
    assert Client().get("/health/live").status_code == 200


def test_it_is_logged_once_and_without_a_second_line(away, caplog, monkeypatch):
    monkeypatch.setattr(last_resort, "_told", [float("-inf")])
    for _ in range(5):
        away.get("/")
    told = [record for record in caplog.records if "database cannot be used" in record.getMessage()]
    assert len(told) == 1
    assert "hunter2" not in told[0].getMessage()


@pytest.mark.parametrize(
    ("error", "status"), [(InterfaceError("closed"), 503), (OperationalError("x"), 503), (ValueError("x"), 500)]
)
@pytest.mark.django_db
def test_only_a_database_that_is_away_is_one(monkeypatch, error, status):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr("team.views.SignInForm", fail)
    answer = Client(raise_request_exception=False).get("/sign-in/")
    assert answer.status_code == status
    assert "request <code>" in answer.content.decode()
