"""Leaving an account group: at the next click, with all that is left behind decided or suspended."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import legacies, sharing
from audiences.models import ShareLink, Watch
from audiences.shareview import View
from team.models import AccountGroup, Event, Invitation, Membership, User
from tests.team.conftest import enlist, text

pytestmark = pytest.mark.django_db
TEAM = "/g/grp/team/"


@pytest.fixture
def remove(mia):
    return f"{TEAM}{mia.pk}/remove/"


def link(by, number=1, **fields):
    given = {"audience_id": "aud", "view": View(f"Link <{number}>").as_stored(), "token_hash": f"{by.pk}-{number}"}
    given |= {"expires_at": timezone.now() + timedelta(days=9), "form_key": f"{by.pk}-{number}"}
    return ShareLink.objects.create(by=by, **{"group_id": "grp"} | given | fields)


@pytest.fixture
def left(mia, row):
    """What Mia leaves behind, one of each kind."""
    Invitation.objects.issue(row, "new@example.com", "member", mia)
    watch = Watch.objects.create(group=row, audience_id="fill", name="Filling", by=mia)
    return [link(mia), Invitation.objects.get(), watch]


def keys(left):
    return [f"{kind}-{one.pk}" for kind, one in zip(("link", "invitation", "watch"), left, strict=True)]


def again(rows):
    return [type(one).objects.filter(pk=one.pk).first() for one in rows]


def kinds():
    return sorted(Event.objects.values_list("kind", flat=True))


def test_it_counts_at_the_next_request(admin, member, mia, remove):
    pages = ["/g/grp/", "/g/grp/pulse/", "/g/grp/audiences/aud/"]
    assert {member.get(page).status_code for page in pages} == {200}
    assert "leave nothing behind" in text(admin.get(remove))
    assert admin.post(remove)["Location"] == f"{TEAM}?done=removed"
    assert {member.get(page).status_code for page in pages} == {404}
    assert User.objects.filter(pk=mia.pk, is_active=True).exists()
    assert Event.objects.get().about == "mia@example.com"


def test_the_first_member_is_not_let_in_again(admin, mia, remove):
    User.objects.filter(pk=mia.pk).update(joins_first_group=True)
    admin.post(remove)
    AccountGroup.objects.welcome_first_members()
    assert not Membership.objects.filter(user=mia).exists()


def test_first_it_shows_what_is_left_behind(admin, ann, mia, left, remove):
    now = timezone.now()
    link(mia, 2, revoked_at=now)
    link(mia, 3, expires_at=now)
    link(ann, 4)
    Watch.objects.create(group_id="grp", audience_id="done", name="Done", by=mia, state="ready")
    said = text(admin.get(remove))
    assert [said.count(f'data-legacy="{key}"') for key in keys(left)] == [1, 1, 1]
    assert said.count("data-legacy") == 3
    assert "Link &lt;1&gt;" in said
    assert Membership.objects.filter(user=mia).exists()


def test_what_is_kept_is_whose_it_is_now(admin, ann, left, remove):
    admin.post(remove, dict.fromkeys(keys(left), "keep"))
    assert [(one.by, getattr(one, "is_asleep", False)) for one in again(left)] == [(ann, False)] * 3
    assert kinds() == ["invitation-taken", "link-taken", "removed", "watch-taken"]


def test_what_is_revoked_ends(admin, left, remove):
    admin.post(remove, dict.fromkeys(keys(left), "revoke"))
    ended, gone, watch = again(left)
    assert ended.revoked_at
    assert gone is None
    assert (watch.by, watch.state) == (None, "populating")
    assert kinds() == ["link-revoked", "removed", "uninvited", "watch-dropped"]


def test_an_expired_link_does_not_come_alive_as_theirs(admin, ann, mia, remove):
    expired = link(mia, expires_at=timezone.now())
    admin.post(remove)
    admin.post(f"/g/grp/links/{expired.pk}/", {"wish": "extend"})
    expired.refresh_from_db()
    assert sharing.state(expired) == "asleep"
    admin.post(f"/g/grp/links/{expired.pk}/", {"wish": "wake"})
    expired.refresh_from_db()
    assert (sharing.state(expired), expired.by) == ("live", ann)


@pytest.mark.parametrize("wishes", [{}, {"link-1": "steal"}])
def test_what_nobody_decides_is_suspended(admin, mia, left, remove, wishes):
    admin.post(remove, wishes)
    asleep, invited, watch = again(left)
    assert [asleep.is_asleep, asleep.revoked_at, invited.is_asleep, watch.by] == [True, None, True, mia]
    assert kinds() == ["invitation-asleep", "link-asleep", "removed"]


def test_only_what_is_in_this_group(admin, mia, other, remove):
    Membership.objects.create(user=mia, group=other)
    theirs = link(mia, group_id=other.pk)
    Invitation.objects.issue(other, "new@example.com", "member", mia)
    admin.post(remove)
    theirs.refresh_from_db()
    assert [theirs.is_asleep, Invitation.objects.get().is_asleep] == [False, False]
    assert list(mia.groups.all()) == [other]


def test_all_of_it_or_nothing(admin, mia, left, remove, monkeypatch):
    def breaks(*_):
        raise RuntimeError("in the midst of it")

    monkeypatch.setattr(legacies.membership, "end", breaks)
    with pytest.raises(RuntimeError):
        admin.post(remove, dict.fromkeys(keys(left), "revoke"))
    assert again(left)[0].revoked_at is None
    assert Invitation.objects.exists()
    assert Event.objects.count() == 0


def test_whoever_leaves_by_themselves_keeps_nothing(member, mia, left, remove):
    said = text(member.get(remove))
    assert "Keep as mine" not in said
    first, second, third = keys(left)
    assert member.post(remove, {first: "keep", second: "revoke", third: "keep"})["Location"] == "/"
    asleep, gone, watch = again(left)
    assert (asleep.is_asleep, asleep.by, gone, watch.by) == (True, mia, None, mia)
    assert member.get("/g/grp/").status_code == 404


def test_a_member_removes_nobody_else(member, row):
    bob = enlist(row, "bob@example.com")
    for ask in (member.get, member.post):
        assert ask(f"{TEAM}{bob.pk}/remove/").status_code == 403
    assert bob.groups.count() == 1


def test_an_admin_who_is_not_the_last_may_leave(admin, ann, row):
    enlist(row, "bob@example.com", "admin")
    assert admin.post(f"{TEAM}{ann.pk}/remove/")["Location"] == "/"
    assert admin.get(TEAM).status_code == 404


def test_nobody_who_left_is_told_of_what_they_looked_at(admin, mia, ann, row, remove):
    watch = Watch.objects.create(group=row, audience_id="fill", name="Filling", by=ann)
    watch.onlookers.add(mia, ann)
    admin.post(remove)
    assert list(watch.onlookers.all()) == [ann]
