"""An admin who is none any more: nothing that they made as one, and may have kept, lets anybody in."""

import re

import pytest
from django.test import Client

from team.models import SignInLink, User
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
