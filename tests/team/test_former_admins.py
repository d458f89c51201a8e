"""An admin who is none any more: nothing that they made as one, and may have kept, lets anybody in."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from team.models import Event, Invitation, Letter, SignInLink, User
from tests.team.conftest import browser, enlist, text

pytestmark = pytest.mark.django_db
TEAM = "/g/grp/team/"


@pytest.fixture
def eve(fake, row):
    """An admin like Ann."""
    return enlist(row, "eve@example.com", "admin", name="Eve")


def end_of(admin, eve, how):
    """She is removed, or a member from now on."""
    fields = {"role": "member"} if how == "role" else {}
    assert admin.post(f"{TEAM}{eve.pk}/{how}/", fields).status_code == 302


def link_of(answer):
    return re.search(r'data-copy="http://testserver([^"]+)"', text(answer))[1]


@pytest.mark.parametrize("how", ["role", "remove"])
def test_a_sign_in_link_that_she_made_ends(admin, eve, mia, how):
    link = link_of(browser(eve).post(f"{TEAM}{mia.pk}/sign-in-link/"))
    others = link_of(admin.post(f"{TEAM}{mia.pk}/sign-in-link/"))
    terminals = SignInLink.objects.issue(mia)
    end_of(admin, eve, how)
    assert Client().get(link).status_code == 404
    assert [Client().get(one).status_code for one in (others, f"/sign-in/{terminals}/")] == [302, 302]


def test_the_page_of_her_removal_says_that_they_end(admin, eve, mia, other):
    for person in (mia, mia, enlist(other, "of-others@example.com")):
        SignInLink.objects.issue(person, by=eve)
    SignInLink.objects.issue(mia)
    said = text(admin.get(f"{TEAM}{eve.pk}/remove/"))
    assert said.count('data-legacy="sign-in-') == said.count("made for somebody else: it ends") == 2
    assert "mia@example.com" in said
    assert "of-others@example.com" not in said
    assert 'type="radio"' not in said
    end_of(admin, eve, "remove")
    assert SignInLink.objects.get().by is None


def test_with_whoever_made_it_a_link_is_gone_too(eve, mia):
    token = SignInLink.objects.issue(mia, by=eve)
    User.objects.filter(pk=eve.pk).update(is_active=False)
    assert SignInLink.objects.redeem(token) is None
    User.objects.filter(pk=eve.pk).delete()
    assert not SignInLink.objects.exists()


@pytest.fixture
def invited(eve):
    """The link of an invitation that she made."""
    return link_of(browser(eve).post(f"{TEAM}invite/", {"email": "new@example.com", "role": "admin"}))


def test_with_her_role_all_her_invitations_rest(admin, ann, eve, invited, row, other):
    expired = Invitation.objects.issue(row, "late@example.com", "member", eve)
    Invitation.objects.filter(email="late@example.com").update(expires_at=timezone.now())
    anns = Invitation.objects.issue(row, "x@y.z", "member", ann)
    elsewhere = Invitation.objects.issue(other, "x@y.z", "member", eve)
    end_of(admin, eve, "role")
    assert "their invitations are suspended" in text(admin.get(f"{TEAM}?done=demoted"))
    assert Client().get(invited).status_code == 404
    assert [bool(Invitation.objects.by_token(one)) for one in (expired, anns, elsewhere)] == [False, True, True]
    assert Invitation.objects.filter(is_asleep=True).count() == 2
    assert Event.objects.filter(kind="invitation-asleep").count() == 2


def test_a_new_role_upwards_puts_nothing_to_rest(admin, mia, row):
    token = Invitation.objects.issue(row, "x@y.z", "member", mia)
    admin.post(f"{TEAM}{mia.pk}/role/", {"role": "admin"})
    assert Invitation.objects.by_token(token)


@pytest.mark.parametrize(("mail", "letters"), [("", 0), ("smtp://mail.example", 1)])
def test_what_is_kept_of_hers_does_not_open_by_the_link_she_had(admin, ann, eve, invited, settings, mail, letters):
    settings.EMAIL_URL = mail
    kept = Invitation.objects.get()
    said = text(admin.get(f"{TEAM}{eve.pk}/remove/"))
    assert "you make a new one on the team’s page" in said
    assert ("a letter with one goes out" in said) is bool(letters)
    admin.post(f"{TEAM}{eve.pk}/remove/", {f"invitation-{kept.pk}": "keep"})
    kept.refresh_from_db()
    assert (kept.by, kept.is_asleep) == (ann, False)
    assert Client().get(invited).status_code == 404
    assert Letter.objects.filter(invitation=kept).count() == letters
    another = link_of(admin.post(f"{TEAM}invitations/{kept.pk}/renew/"))
    assert "as admin" in text(Client().get(another))


def test_what_of_hers_has_expired_rests_too(admin, eve, invited):
    Invitation.objects.update(expires_at=timezone.now())
    end_of(admin, eve, "remove")
    assert Invitation.objects.get().is_asleep
