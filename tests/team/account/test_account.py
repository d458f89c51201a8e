"""A person's own account: name, password, sessions."""

import re

import pytest
from django.conf import settings
from django.test import Client

from team import account
from team.models import Session, SignInLink, User
from tests.team.account.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"current": PASSWORD, "new": "tulips in the harbour", "again": "tulips in the harbour"}
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture
def browser(ada):
    """One more browser in which Ada is signed in."""

    def sign_in(agent="", network="192.0.2.1"):
        one = Client(headers={"User-Agent": agent}, REMOTE_ADDR=network)
        one.post("/sign-in/", {"email": ada.email, "password": PASSWORD})
        return one

    return sign_in


def page(client):
    return client.get("/account/").content.decode()


def rows(client):
    """Of each session listed: its id, and whether it is this one."""
    found = re.findall(r"<li>(.*?)</li>", page(client), re.DOTALL)
    return {re.search(r'name="session" value="(\w+)"', row)[1]: "this one" in row for row in found}


def test_strangers_have_none(client):
    assert client.get("/account/")["Location"] == "/sign-in/?next=/account/"


@pytest.mark.parametrize("path", ["name/", "password/", "sessions/"])
def test_changing_takes_a_post(browser, path):
    assert browser().get(f"/account/{path}").status_code == 405


def test_a_name_is_changed_on_one_line(browser, ada):
    here = browser()
    answer = here.post("/account/name/", {"name": " Ada\n Lovelace "}, follow=True)
    assert "Your name is changed" in answer.content.decode()
    ada.refresh_from_db()
    assert ada.name == "Ada Lovelace"
    assert ada.check_password(PASSWORD)


def test_a_name_that_is_too_long_is_said_and_kept_in_its_field(browser):
    answer = browser().post("/account/name/", {"name": "<b>" + "x" * 120})
    assert answer.status_code == 422
    assert "&lt;b&gt;xxx" in answer.content.decode()


def test_a_new_password_ends_every_other_session_and_this_one_gets_a_new_key(browser, ada):
    here, there = browser(), browser()
    SignInLink.objects.issue(ada)
    before = here.cookies[settings.SESSION_COOKIE_NAME].value
    assert here.post("/account/password/", NEW).status_code == 302
    assert here.cookies[settings.SESSION_COOKIE_NAME].value != before
    assert here.get("/account/").status_code == 200
    assert there.get("/account/").status_code == 302
    assert [row.session_key for row in Session.objects.filter(user=ada)] == [here.session.session_key]
    assert not SignInLink.objects.exists()
    ada.refresh_from_db()
    assert ada.check_password(NEW["new"])


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"current": "wrong"}, "not your password"),
        ({"current": ""}, "required"),
        ({"again": "other"}, "not the same"),
        ({"new": "short", "again": "short"}, "too short"),
        ({"new": "ada@example.com", "again": "ada@example.com"}, "too similar"),
        ({"new": "iloveyou1", "again": "iloveyou1"}, "too common"),
    ],
)
def test_what_will_not_do_is_said_and_nothing_changes(browser, ada, typed, says):
    answer = browser().post("/account/password/", NEW | typed)
    assert answer.status_code == 422
    assert says in answer.content.decode()
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_an_open_session_is_no_way_around_the_counting(browser):
    here = browser()
    assert [here.post("/account/password/", NEW | {"current": f"{n}"}).status_code for n in range(5)] == [422] * 5
    answer = here.post("/account/password/", NEW)
    assert (answer.status_code, bool(answer["Retry-After"])) == (429, True)


def test_who_has_no_password_sets_one(client):
    ada = User.objects.create_user("ada@example.com")
    client.get(f"/sign-in/{SignInLink.objects.issue(ada)}/")
    assert "Current password" not in page(client)
    assert client.post("/account/password/", NEW | {"current": ""}).status_code == 302
    ada.refresh_from_db()
    assert ada.check_password(NEW["new"])


def test_sessions_are_told_apart(browser):
    browser(FIREFOX, "2001:db8::7")
    here = browser("<script>alert(1)</script>" + "x" * 5000)
    text = page(here)
    assert "<b>Firefox on Linux</b>" in text
    assert "<code>2001:db8::7</code>" in text
    assert "<b>Unknown browser</b>" in text
    assert "alert(1)" not in text
    assert list(rows(here).values()) == [True, False]
    assert list(rows(browser()).values()) == [True, False, False]


def test_no_session_key_is_in_the_page(browser):
    browser()
    text = page(browser())
    assert [key for key in Session.objects.values_list("pk", flat=True) if key in text] == []


def test_one_session_is_ended(browser):
    here, there, third = browser(), browser(), browser()
    theirs = next(one for one, is_this in rows(there).items() if is_this)
    assert here.post("/account/sessions/", {"session": theirs})["Location"] == "/account/?done=session"
    assert [one.get("/account/").status_code for one in (here, there, third)] == [200, 302, 200]


def test_ending_this_one_is_signing_out(browser):
    here = browser()
    answer = here.post("/account/sessions/", {"session": next(iter(rows(here)))})
    assert answer["Location"] == "/sign-in/"
    assert answer["Clear-Site-Data"] == '"cache"'
    assert not Session.objects.exists()


def test_everywhere_is_all_but_here_and_no_link_leads_back_in(browser, ada):
    here, there = browser(), browser()
    SignInLink.objects.issue(ada)
    theirs = SignInLink.objects.issue(User.objects.create_user("eve@example.com"))
    assert "Every session has ended but this one" in here.post("/account/sessions/", follow=True).content.decode()
    assert [one.get("/account/").status_code for one in (here, there)] == [200, 302]
    assert SignInLink.objects.get().user == SignInLink.objects.redeem(theirs)


def test_a_strangers_session_is_not_ones_own_to_end(browser, client):
    client.force_login(User.objects.create_user("eve@example.com"))
    hers = browser()
    for fields in ({"session": next(iter(rows(hers)))}, {}, {"session": ""}, {"session": "x\0"}):
        client.post("/account/sessions/", fields)
    assert hers.get("/account/").status_code == 200


def test_an_unknown_word_of_what_was_done_says_nothing(browser):
    assert "evil" not in browser().get("/account/?done=evil").content.decode()


def test_whoever_forgot_their_password_comes_by_a_link_and_chooses_another(client, ada, monkeypatch):
    given = {name: NEW[name] for name in ("new", "again")}
    client.get(f"/sign-in/{SignInLink.objects.issue(ada)}/")
    assert "is not asked for" in page(client)
    client.post("/account/password/", given)
    ada.refresh_from_db()
    assert ada.check_password(NEW["new"])
    # once: from now on it takes the one they have
    assert client.post("/account/password/", given).status_code == 422


def test_an_hour_after_the_link_the_old_password_is_asked_for(client, ada, monkeypatch):
    client.get(f"/sign-in/{SignInLink.objects.issue(ada)}/")
    monkeypatch.setattr(account, "LINK_COUNTS", 0)
    assert client.post("/account/password/", {name: NEW[name] for name in ("new", "again")}).status_code == 422
