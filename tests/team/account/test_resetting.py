"""A new password by letter: nobody learns who has an account, and a link works once."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from audiences.api.client import Deadline
from team import letters
from team.models import Letter, ResetRequest, Session, SignInLink, User
from team.onetime import Purpose
from tests.team.account.conftest import PASSWORD

pytestmark = pytest.mark.django_db
NEW = {"new": "tulips in the harbour", "again": "tulips in the harbour"}


@pytest.fixture
def mailed(settings):
    """Mail is set up."""
    settings.EMAIL_URL = "smtp://mail.example"
    settings.PUBLIC_URL = "https://audiences.example.com"


def ask(client, email="ada@example.com", network="192.0.2.1"):
    return client.post("/password/reset/", {"email": email}, REMOTE_ADDR=network)


def link(user):
    return f"/password/reset/{SignInLink.objects.issue(user, Purpose.RESET)}/"


def test_from_the_letter_to_a_new_password(client, ada, mailed):
    assert "/password/reset/" in client.get("/sign-in/").content.decode()
    ask(client, " ADA@example.com ")
    letters.send(Deadline(5))
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.com"]
    address = re.search(r"https://audiences\.example\.com(/password/reset/\S+/)", letter.body)[1]
    assert client.post(address, NEW)["Location"] == "/"
    ada.refresh_from_db()
    assert ada.check_password(NEW["new"])
    assert int(client.session["_auth_user_id"]) == ada.pk


def test_known_and_unknown_addresses_get_the_same_answer_and_the_same_work(ada, mailed, django_assert_num_queries):
    pages = []
    for number, email in enumerate(("ada@example.com", "bob@example.com")):
        client = Client()
        with django_assert_num_queries(6):
            answer = ask(client, email, f"192.0.2.{number}")
        page = client.get(answer["Location"])
        token = str(page.context["csrf_token"]).encode()
        pages.append((answer.status_code, answer["Location"], page.content.replace(token, b"")))
    assert pages[0] == pages[1]
    assert "a letter with a link is on its way" in pages[0][2].decode()
    assert list(Letter.objects.values_list("email", flat=True)) == ["ada@example.com", "bob@example.com"]


@pytest.mark.parametrize("who", ["nobody", "somebody who left"])
def test_for_nobody_there_is_no_letter(client, ada, mailed, who):
    User.objects.update(is_active=False)
    ask(client, "ada@example.com" if who == "somebody who left" else "bob@example.com")
    letters.send(Deadline(5))
    assert mail.outbox == []
    assert not Letter.objects.exists()
    assert not SignInLink.objects.exists()


def test_more_than_three_an_hour_for_an_address_are_ignored_without_a_word(client, ada, mailed):
    answers = {ask(client, network=f"192.0.2.{n}").status_code for n in range(6)}
    assert answers == {302}
    assert Letter.objects.count() == letters.AN_ADDRESS
    ResetRequest.objects.update(at=timezone.now() - letters.WITHIN)
    ask(client)
    assert Letter.objects.count() == letters.AN_ADDRESS + 1


def test_more_than_ten_an_hour_from_one_place_are_ignored(client, mailed):
    for n in range(14):
        ask(client, f"p{n}@example.com")
    assert Letter.objects.count() == letters.A_NETWORK


def test_what_is_kept_of_asking_names_nobody(client, mailed):
    ask(client)
    assert "ada" not in str(ResetRequest.objects.values())


def test_an_address_that_is_none_is_said(client, mailed):
    assert ask(client, "no address").status_code == 422
    assert not Letter.objects.exists()


def test_without_mail_the_page_says_who_can_help(client, ada):
    for answer in (client.get("/password/reset/"), ask(client)):
        assert answer.status_code == 200
        assert "Ask an admin" in answer.content.decode()
    assert not Letter.objects.exists()


def test_looking_at_a_link_uses_nothing_up(client, ada):
    address = link(ada)
    for _ in range(3):
        assert client.get(address).status_code == client.head(address).status_code == 200
    assert client.post(address, NEW).status_code == 302


def test_used_expired_unknown_and_foreign_links_are_the_same_404(ada):
    used, expired, live = link(ada), link(ada), link(ada)
    sign_in = SignInLink.objects.issue(ada)
    Client().post(used, NEW)
    SignInLink.objects.create(user=ada, purpose="reset", token_hash="x", expires_at=timezone.now())
    pages = set()
    for address in (used, expired, live, "/password/reset/nonsense/", f"/password/reset/{sign_in}/"):
        for answer in (Client().get(address), Client().post(address, NEW)):
            assert answer.status_code == 404
            pages.add(answer.content)
    assert len(pages) == 1


def test_an_hour_is_the_end_of_a_link(client, ada):
    address = link(ada)
    SignInLink.objects.update(expires_at=timezone.now() + timedelta(minutes=59))
    assert client.get(address).status_code == 200
    SignInLink.objects.update(expires_at=timezone.now())
    assert client.get(address).status_code == 404


def test_a_link_to_choose_a_password_signs_nobody_in_by_itself(client, ada):
    token = SignInLink.objects.issue(ada, Purpose.RESET)
    assert client.get(f"/sign-in/{token}/").status_code == 404
    assert SignInLink.objects.whose(token, Purpose.RESET) == ada


def test_every_session_and_every_link_ends(client, ada):
    elsewhere = Client()
    elsewhere.force_login(ada)
    SignInLink.objects.issue(ada)
    client.post(link(ada), NEW)
    assert elsewhere.get("/account/").status_code == 302
    assert client.get("/account/").status_code == 200
    assert Session.objects.filter(user=ada).count() == 1
    assert not SignInLink.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [{"new": "short", "again": "short"}, {"new": "ada@example.com"}, {"again": "other"}, {"new": "password"}, {}],
)
def test_a_password_that_will_not_do_is_said_and_the_link_stays(client, ada, typed):
    address = link(ada)
    fields = (NEW | typed | ({"again": typed["new"]} if "new" in typed else {})) if typed else {}
    assert client.post(address, fields).status_code == 422
    assert client.post(address, NEW).status_code == 302


def test_no_password_is_printed_into_the_page(client, ada):
    answer = client.post(link(ada), {"new": PASSWORD, "again": "another"})
    assert PASSWORD not in answer.content.decode()
