"""Invitations: shown once, stored as a hash, good for one, and never a way into somebody's account."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from team.models import Event, Invitation, Letter, Membership, SignInLink, User
from tests.team.conftest import browser, enlist, text

pytestmark = pytest.mark.django_db
TEAM = "/g/grp/team/"
PASSWORD = "correct horse battery"
ANOTHER = {"new": "another horse battery", "again": "another horse battery"}
EASY = {"new": "iloveyou1", "again": "iloveyou1"}
NEW = {"name": " Zoe\nZ ", "password": PASSWORD}


def invite(admin, email="Zoe@Example.com", role="member"):
    return admin.post(f"{TEAM}invite/", {"email": email, "role": role})


def link_of(answer):
    assert answer.status_code == 200
    return re.search(r'data-copy="http://testserver(/join/[^"]+)"', text(answer))[1]


@pytest.fixture
def link(admin):
    return link_of(invite(admin))


def deed(client, name):
    return client.post(f"{TEAM}invitations/{Invitation.objects.get().pk}/{name}/")


def test_the_link_stands_on_the_answer_and_nowhere_else(admin, link, capsys):
    token = link.split("/")[2]
    assert token not in text(admin.get(TEAM)) + text(admin.get("/g/grp/audit/"))
    call_command("dumpdata")
    dump = capsys.readouterr().out
    assert "zoe@example.com" in dump
    assert token not in dump
    assert token not in str(dict(admin.session.items()))


def test_looking_uses_nothing_up_and_tells_nobody_else(link, client):
    for _ in range(2):
        shown = client.get(link)  # by a scanner of mail, a preview, the person
        assert ["Ann" in text(shown), "Group" in text(shown), "as member" in text(shown)] == [True] * 3
        assert shown["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        assert shown["Referrer-Policy"] == "same-origin"
    assert client.head(link).status_code == 200
    assert Invitation.objects.by_token(link.split("/")[2])


def test_it_makes_an_account_signs_in_and_lets_in(link, client):
    session = client.session
    session.save()
    client.cookies["sessionid"] = session.session_key  # planted by somebody else
    assert client.post(link, NEW)["Location"] == "/g/grp/"
    assert client.session.session_key != session.session_key
    zoe = User.objects.get(email="zoe@example.com")
    assert (zoe.name, zoe.check_password(PASSWORD)) == ("Zoe Z", True)
    assert Membership.objects.get(user=zoe).role == "member"
    assert client.get("/g/grp/").status_code == 200
    assert list(Event.objects.values_list("kind", "who")) == [("joined", "Zoe Z"), ("invited", "Ann")]
    assert Client().get(link).status_code == 404


def test_as_an_admin(admin, client):
    client.post(link_of(invite(admin, role="admin")), NEW)
    assert client.get(TEAM).status_code == 200


GUESSED = ("", "12345678", "zoe@example", "x" * 2000)


@pytest.mark.parametrize("fields", [{"name": " "}, *({"password": word} for word in GUESSED)])
def test_what_is_missing_or_easily_guessed_is_said(link, client, fields):
    answer = client.post(link, NEW | fields)
    assert answer.status_code == 422
    assert "field-error" in text(answer)
    assert not User.objects.filter(email="zoe@example.com").exists()
    assert PASSWORD not in text(answer)


def _use(client, link):
    assert client.post(link, NEW).status_code == 302


ENDS = {
    "used": _use,
    "expired": lambda *_: Invitation.objects.update(expires_at=timezone.now()),
    "withdrawn": lambda *_: Invitation.objects.all().delete(),
    "asleep": lambda *_: Invitation.objects.update(is_asleep=True),
    "renewed": lambda *_: Invitation.objects.renew(Invitation.objects.get()),
}


@pytest.mark.parametrize("end", ENDS)
def test_what_is_over_is_like_what_never_was(link, end):
    ENDS[end](Client(), link)
    people = User.objects.count()
    for client in (Client(), browser(User.objects.get(email="ann@example.com"))):
        for ask in (client.get, client.post):
            over, never = ask(link), ask("/join/nothing/")
            assert over.status_code == never.status_code == 404
            assert over.content == never.content
            assert over["X-Robots-Tag"] == never["X-Robots-Tag"]
    assert User.objects.count() == people


def test_it_signs_nobody_in_to_an_account_that_there_is(link, client, other):
    zoe = enlist(other, "zoe@example.com", password=PASSWORD)
    for answer in (client.get(link), client.post(link, NEW | {"email": "zoe@example.com"})):
        assert "This address has an account" in text(answer)
        assert "_auth_user_id" not in client.session
    assert zoe.groups.count() == 1
    signed_in = client.post("/sign-in/", {"email": "zoe@example.com", "password": PASSWORD, "next": link})
    assert signed_in["Location"] == link
    assert "Save and join</button>" in text(client.get(link))
    assert zoe.groups.count() == 1
    assert client.post(link, ANOTHER)["Location"] == "/g/grp/"
    assert zoe.groups.count() == 2


def test_it_is_for_one_person(link, admin, client, other):
    eve = browser(enlist(other, "eve@example.com"))
    for someone, address in ((admin, "ann@example.com"), (eve, "eve@example.com")):
        assert f"You are signed in as {address}" in text(someone.get(link))
        assert someone.post(link, NEW).status_code == 403
    assert Invitation.objects.count() == 1


def test_who_joins_leaves_behind_what_an_admin_of_another_group_may_hold(link, other, admin):
    zoe = enlist(other, "zoe@example.com", password=PASSWORD)
    SignInLink.objects.issue(zoe)
    theirs, hers = browser(zoe), browser(zoe)
    key = hers.session.session_key
    hers.post(link, ANOTHER)
    assert SignInLink.objects.count() == 0
    assert [one.get("/g/grp/").status_code for one in (hers, theirs, admin)] == [200, 302, 200]
    assert hers.session.session_key != key
    signing_in = [{"email": zoe.email, "password": word} for word in (PASSWORD, ANOTHER["new"])]
    assert [Client().post("/sign-in/", fields).status_code for fields in signing_in] == [422, 302]


@pytest.mark.parametrize("wrong", [{}, {"new": PASSWORD, "again": PASSWORD}, ANOTHER | {"again": "other"}, EASY])
def test_joining_with_an_account_takes_another_password(link, other, wrong):
    zoe = enlist(other, "zoe@example.com", password=PASSWORD)
    hers = browser(zoe)
    answer = hers.post(link, wrong)
    assert answer.status_code == 422
    assert "field-error" in text(answer)
    assert "horse battery" not in text(answer)
    zoe.refresh_from_db()
    assert (zoe.check_password(PASSWORD), zoe.groups.count(), Invitation.objects.count()) == (True, 1, 1)
    assert hers.get("/g/other/").status_code == 200


def test_a_password_is_not_changed_by_an_invitation_that_is_over(link, other, monkeypatch):
    zoe = enlist(other, "zoe@example.com", password=PASSWORD)
    monkeypatch.setattr(type(Invitation.objects), "redeem", lambda *_: False)  # another tab was faster
    hers = browser(zoe)
    assert hers.post(link, ANOTHER).status_code == 404
    zoe.refresh_from_db()
    assert zoe.check_password(PASSWORD)
    assert hers.get("/g/other/").status_code == 200


def test_a_member_is_not_invited(admin, mia):
    User.objects.create_superuser("boss@example.com")
    for email in ("MIA@example.com", "boss@example.com"):
        answer = invite(admin, email)
        assert answer.status_code == 409
        assert "is in this team already" in text(answer)
    assert Invitation.objects.count() == 0


@pytest.mark.parametrize("fields", [{"email": "no address"}, {"email": ""}, {"role": "owner"}])
def test_an_invitation_that_cannot_be(admin, fields):
    assert invite(admin, **fields).status_code == 422
    assert Invitation.objects.count() == 0


def test_inviting_once_more_ends_the_first_link(admin, link, client):
    second = link_of(invite(admin, "zoe@example.com", "admin"))
    assert client.get(link).status_code == 404
    assert "as admin" in text(client.get(second))
    assert Invitation.objects.count() == 1


def test_pending_ones_are_listed_made_anew_and_withdrawn(admin, link, client, row):
    assert "zoe@example.com" in text(admin.get(TEAM))
    second = link_of(deed(admin, "renew"))
    assert [client.get(one).status_code for one in (link, second)] == [404, 200]
    number = Invitation.objects.get().pk
    assert deed(admin, "withdraw")["Location"] == f"{TEAM}?done=withdrawn"
    assert client.get(second).status_code == 404
    assert admin.post(f"{TEAM}invitations/{number}/withdraw/").status_code == 404
    assert [event.kind for event in Event.objects.all()] == ["uninvited", "reinvited", "invited"]


@pytest.mark.parametrize("name", ["renew", "keep", "withdraw"])
def test_another_groups_invitation_is_none(admin, other, name):
    eve = enlist(other, "eve@example.com", "admin")
    Invitation.objects.issue(other, "new@example.com", "member", eve)
    assert deed(admin, name).status_code == 404
    assert Invitation.objects.count() == 1


def test_one_that_is_asleep_can_be_kept_with_another_link(admin, link, client):
    Invitation.objects.update(is_asleep=True, by=None)
    assert "suspended" in text(admin.get(TEAM))
    another = link_of(deed(admin, "keep"))
    assert "Ann" in text(client.get(another))
    assert client.get(link).status_code == 404
    assert [event.kind for event in Event.objects.all()] == ["invitation-taken", "invited"]


def test_a_letter_has_a_link_of_its_own(admin, client, settings):
    settings.EMAIL_URL = "smtp://mail.example"
    copied = link_of(invite(admin))
    letter = Letter.objects.get()
    assert (letter.kind, letter.email) == ("invitation", "zoe@example.com")
    mailed = f"/join/{Invitation.objects.token_for_letter(letter.invitation)}/"
    assert [client.get(one).status_code for one in (copied, mailed)] == [200, 200]
    deed(admin, "renew")
    assert Letter.objects.count() == 1
    assert [client.get(one).status_code for one in (copied, mailed)] == [404, 404]
    again = f"/join/{Invitation.objects.token_for_letter(Invitation.objects.get())}/"
    assert client.post(again, NEW).status_code == 302
    assert Invitation.objects.token_for_letter(letter.invitation) == ""
    assert mail.outbox == []


def test_without_mail_there_is_no_letter(link):
    assert Letter.objects.count() == 0


def test_what_ended_long_ago_is_forgotten(link):
    for days, left in ((-29, 1), (-31, 0)):
        Invitation.objects.update(expires_at=timezone.now() + timedelta(days=days))
        Invitation.objects.clear_old()
        assert Invitation.objects.count() == left
