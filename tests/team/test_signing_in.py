"""Signing in and out, and what happens when a session is over."""

import time
from importlib import import_module

import pytest
from django.conf import settings
from django.http import HttpResponse

from team.middleware import session_limits
from team.models import SignInLink, User

pytestmark = pytest.mark.django_db
PASSWORD = "correct horse battery"


@pytest.fixture
def ada():
    return User.objects.create_user("ada@example.com", PASSWORD)


def sign_in(client, **fields):
    return client.post("/sign-in/", {"email": "ada@example.com", "password": PASSWORD} | fields)


def test_in_and_out(client, ada):
    assert sign_in(client, email=" ADA@example.com ").status_code == 302
    answer = client.post("/sign-out/")
    assert answer["Location"] == "/sign-in/"
    assert answer["Clear-Site-Data"] == '"cache"'
    assert client.get("/")["Location"] == "/sign-in/?next=/"


def test_signing_out_takes_a_post(client, ada):
    client.force_login(ada)
    assert client.get("/sign-out/").status_code == 405


def test_wrong_password_and_unknown_address_get_the_same_answer(client, ada):
    wrong = sign_in(client, password="wrong")
    unknown = sign_in(client, email="bob@example.com")
    assert wrong.status_code == unknown.status_code == 422
    told = [list(answer.context["form"].non_field_errors()) for answer in (wrong, unknown)]
    assert told[0] == told[1]
    assert told[0]


@pytest.mark.parametrize("fields", [{"email": ""}, {"password": ""}, {"email": "no address"}, {"email": "x" * 9000}])
def test_what_is_missing_is_said_and_what_was_typed_stays(client, fields):
    answer = sign_in(client, **fields)
    assert answer.status_code == 422
    assert answer.context["form"].errors


def test_somebody_who_left_cannot_enter(client, ada):
    User.objects.update(is_active=False)
    assert sign_in(client).status_code == 422


@pytest.mark.parametrize(
    ("wanted", "goes"),
    [
        ("/g/x/?q=a", "/g/x/?q=a"),
        ("https://evil.example/", "/"),
        ("//evil.example", "/"),
        ("javascript:1", "/"),
        ("", "/"),
    ],
)
def test_next_leads_only_to_our_own_pages(client, ada, wanted, goes):
    assert sign_in(client, next=wanted)["Location"] == goes
    assert client.get("/sign-in/", {"next": wanted})["Location"] == goes


def test_signing_in_changes_the_session_id(client, ada):
    client.get("/sign-in/")
    session = client.session
    session["planted"] = True
    session.save()
    before = session.session_key
    client.cookies[settings.SESSION_COOKIE_NAME] = before
    sign_in(client)
    assert client.cookies[settings.SESSION_COOKIE_NAME].value != before


def test_a_fragment_request_takes_the_page_to_sign_in(client):
    here = "http://testserver/g/x/audiences/y/?at=z"
    answer = client.get("/g/x/", headers={"HX-Request": "true", "HX-Current-URL": here})
    assert answer["HX-Redirect"] == "/sign-in/?next=/g/x/audiences/y/%3Fat%3Dz"
    assert answer.content == b""


def test_a_fragment_request_from_elsewhere_comes_back_to_the_start(client):
    answer = client.get("/g/x/", headers={"HX-Request": "true", "HX-Current-URL": "https://evil.example/a"})
    assert answer["HX-Redirect"] == "/sign-in/?next=/"


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_address_too_long_to_lead_back_to_loses_its_query(client, ada, headers):
    page = "/g/x/audiences/y/prospects/z/"
    here = f"{page}?at={'%2B' * 3900}"
    shown = client.get(here, headers=headers | {"HX-Current-URL": f"http://testserver{here}"})
    leads = shown["HX-Redirect"] if headers else shown["Location"]
    assert leads == f"/sign-in/?next={page}"
    assert sign_in(client, next=page)["Location"] == page


def test_after_a_form_one_comes_back_to_the_start(client):
    assert client.post("/groups/refresh/")["Location"] == "/sign-in/?next=/"


@pytest.mark.parametrize("key", ["\0" + "a" * 31, "../" * 9])
def test_a_session_key_that_nobody_was_given_is_none(rf, key):
    request = rf.get("/")
    request.session = import_module(settings.SESSION_ENGINE).SessionStore(key)
    session_limits(lambda _: HttpResponse())(request)
    assert request.session.session_key is None


def test_a_used_link_shows_the_form_and_says_so(client, ada):
    token = SignInLink.objects.issue(ada)
    assert client.get(f"/sign-in/{token}/").status_code == 302
    client.logout()
    answer = client.get(f"/sign-in/{token}/")
    assert answer.status_code == 404
    assert "used already or is too old" in answer.content.decode()


@pytest.mark.parametrize(("idle", "age", "stays"), [(10, 10, True), (13 * 3600, 10, False), (10, 8 * 86400, False)])
def test_a_session_ends_when_idle_or_old(client, ada, idle, age, stays):
    client.force_login(ada)
    session = client.session
    session["seen_at"], session["since"] = time.time() - idle, time.time() - age
    session.save()
    assert (client.get("/sign-in/").status_code == 302) is stays
