"""The page of the team: who may see it, who is on it, other roles, the settings, the links that let people in again."""

import re

import pytest
from django.utils import timezone

from team.models import AccountGroup, Event, Membership, SignInLink, User
from tests.team.conftest import browser, enlist, text

pytestmark = pytest.mark.django_db
TEAM = "/g/grp/team/"
# every address of an admin's, below the group; {mia} is a member's number
ADDRESSES = [
    "team/",
    "team/settings/",
    "team/invite/",
    *(f"team/invitations/1/{deed}/" for deed in ("renew", "keep", "withdraw")),
    *(f"team/{{mia}}/{deed}/" for deed in ("role", "sign-in-link", "remove")),
    "audit/",
]


def role_of(user):
    return Membership.objects.get(user=user).role


def change(client, user, role):
    return client.post(f"{TEAM}{user.pk}/role/", {"role": role})


@pytest.mark.parametrize("address", ADDRESSES)
def test_admins_only_and_strangers_cannot_tell_it_from_nothing(address, mia, row, other):
    address = address.format(mia=mia.pk)
    member = browser(enlist(row, "mel@example.com"))
    stranger = browser(enlist(other, "eve@example.com", "admin"))
    takes = ("get",) if address in ("team/", "audit/") else ("get", "post")
    for ask in takes:
        assert getattr(member, ask)(f"/g/grp/{address}").status_code == 403
        theirs, nobodys = (getattr(stranger, ask)(f"/g/{group}/{address}") for group in ("grp", "nothing"))
        assert theirs.status_code == nobodys.status_code == 404
        assert theirs.content == nobodys.content
    assert Event.objects.count() == 0


@pytest.mark.parametrize("address", ADDRESSES)
def test_outsiders_are_sent_to_sign_in(address, client, row):
    assert client.get(f"/g/grp/{address.format(mia=1)}")["Location"].startswith("/sign-in/")


@pytest.mark.parametrize("address", [one for one in ADDRESSES[1:-1] if "remove" not in one])
def test_an_address_that_takes_a_form_leads_to_it(address, admin, mia):
    assert admin.get(f"/g/grp/{address.format(mia=mia.pk)}")["Location"] == TEAM


@pytest.mark.parametrize("number", ["{eve}", "999", "9" * 40])
@pytest.mark.parametrize("deed", ["role", "sign-in-link", "remove"])
def test_a_stranger_is_nobody_of_this_team(deed, number, admin, other):
    eve = enlist(other, "eve@example.com")
    answer = admin.post(f"{TEAM}{number.format(eve=eve.pk)}/{deed}/", {"role": "admin"})
    assert answer.status_code == 404
    assert role_of(eve) == "member"


def test_who_is_in_the_team(admin, mia, other):
    enlist(other, "eve@example.com")
    User.objects.create_superuser("boss@example.com")
    User.objects.filter(pk=mia.pk).update(seen_at=timezone.now())
    said = text(admin.get(TEAM))
    lines = [
        re.sub(r"<[^>]+>|\s+", " ", line) for line in re.findall(r"<tr role=.row. data-person.*?</tr>", said, re.S)
    ]
    assert ["Ann" in lines[0], "boss@example.com" in lines[1], "mia@example.com" in lines[2]] == [True] * 3
    assert "everywhere" in lines[1]
    assert ["never" in line for line in lines[1:]] == [True, False]
    assert ["Remove" in line for line in lines] == [False, False, True]
    assert "eve@example.com" not in said


def test_admins_find_it_in_the_sidebar(admin, member):
    assert f'href="{TEAM}"' in text(admin.get("/g/grp/"))
    assert f'href="{TEAM}"' not in text(member.get("/g/grp/"))


def test_another_role_counts_at_the_next_click(admin, member, mia, ann):
    assert change(admin, mia, "admin")["Location"] == f"{TEAM}?done=role"
    assert "The role was changed" in text(admin.get(f"{TEAM}?done=role"))
    assert member.get(TEAM).status_code == 200
    assert change(member, ann, "member").status_code == 302
    assert admin.get(TEAM).status_code == 403
    assert list(Event.objects.values_list("kind", "who", "about")) == [
        ("role", "Mia", "ann@example.com to member"),
        ("role", "Ann", "mia@example.com to admin"),
    ]


def test_the_same_role_again_is_no_news(admin, mia):
    assert change(admin, mia, "member").status_code == 302
    assert Event.objects.count() == 0


@pytest.mark.parametrize("role", ["", "owner"])
def test_a_role_that_there_is_not(admin, mia, role):
    assert change(admin, mia, role).status_code == 409
    assert role_of(mia) == "member"


@pytest.mark.parametrize("deed", ["role", "remove"])
def test_the_last_admin_stays(admin, ann, mia, deed):
    enlist(AccountGroup.objects.get(), "gone@example.com", "admin", is_active=False)
    User.objects.create_superuser("off@example.com", is_active=False)
    answer = admin.post(f"{TEAM}{ann.pk}/{deed}/", {"role": "member"})
    assert answer.status_code == 409
    assert "This is the last admin of the group" in text(answer)
    assert role_of(ann) == "admin"


def test_an_admin_of_everywhere_counts_as_one(admin, ann):
    User.objects.create_superuser("boss@example.com")
    assert change(admin, ann, "member")["Location"] == "/g/grp/"
    assert role_of(ann) == "member"


@pytest.mark.parametrize("deed", ["role", "remove"])
def test_an_admin_of_everywhere_is_left_alone(admin, row, deed):
    boss = User.objects.create_superuser("boss@example.com")
    Membership.objects.create(user=boss, group=row, role="admin")
    answer = admin.post(f"{TEAM}{boss.pk}/{deed}/", {"role": "member"})
    assert answer.status_code == 409
    assert "admin everywhere" in text(answer)
    assert role_of(boss) == "admin"


def test_the_settings(admin, member, row):
    AccountGroup.objects.update(generation=7)
    for _ in range(2):
        answer = admin.post(f"{TEAM}settings/", {"sharing": "everyone", "exporting": "everyone"})
        assert answer["Location"] == f"{TEAM}?done=settings"
    row.refresh_from_db()
    assert (row.sharing, row.exporting, row.generation) == ("everyone", "everyone", 7)
    assert list(Event.objects.values_list("about", flat=True)) == ["make links: everyone in the group"]
    assert admin.post(f"{TEAM}settings/", {"sharing": "nobody"}).status_code == 409


def link_of(answer):
    assert answer.status_code == 200
    return re.search(r'data-copy="http://testserver([^"]+)"', text(answer))[1]


def test_a_sign_in_link_for_who_has_no_password(admin, mia, client):
    token = link_of(admin.post(f"{TEAM}{mia.pk}/sign-in-link/")).split("/")[2]
    event = Event.objects.get()
    assert (event.kind, event.about) == ("sign-in-link", "mia@example.com")
    assert token not in repr(vars(event)) + text(admin.get(TEAM))
    assert [SignInLink.objects.redeem(token) for _ in range(2)] == [mia, None]


def test_no_sign_in_link_into_a_group_of_others(admin, ann, mia, other):
    theirs = Membership.objects.create(user=mia, group=other)
    for role in ("none", "member"):
        assert admin.post(f"{TEAM}{mia.pk}/sign-in-link/").status_code == 409
        Membership.objects.get_or_create(user=ann, group=other, role="member") if role == "none" else None
    assert SignInLink.objects.count() == 0
    Membership.objects.filter(user=ann, group=other).update(role="admin")
    link_of(admin.post(f"{TEAM}{mia.pk}/sign-in-link/"))
    theirs.delete()


def test_a_sign_in_link_for_an_admin_of_everywhere_is_theirs_to_make(admin, row):
    boss, chief = (User.objects.create_superuser(f"{name}@example.com") for name in ("boss", "chief"))
    assert admin.post(f"{TEAM}{boss.pk}/sign-in-link/").status_code == 409
    assert SignInLink.objects.count() == 0
    link_of(browser(chief).post(f"{TEAM}{boss.pk}/sign-in-link/"))
