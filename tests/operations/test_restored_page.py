"""The page that a restore leaves: who sees what, each thing decided once, without scripts."""

import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.utils import timezone

from audiences import creation, sharing
from audiences.models import Attempt, ShareLink
from operations import confirming, voiding
from operations.models import Restored
from team.models import AccountGroup, Event, Membership, User
from tests.operations import world
from tests.team.conftest import on_postgres  # noqa: F401

pytestmark = pytest.mark.django_db


def browser(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def there():
    made = world.make()
    other = AccountGroup.objects.create(id="other", name="South")
    Membership.objects.create(user=User.objects.create_user("sue@example.com"), group=other, role="admin")
    world.share(made.group, made.ann, world.HOSTILE)
    voiding.apply(timezone.now(), trust=False)
    return made


def row(kind, **of):
    return Restored.objects.get(kind=kind, **of)


def address(found):
    return f"/restored/{found.group_id}/{found.pk}/"


def member(email):
    return row("member", user__email=email)


def link(title):
    return next(one for one in Restored.objects.filter(kind="link") if one.link.view["title"] == title)


def test_an_admin_everywhere_sees_everything_and_what_it_means(there):
    page = browser(there.boss).get("/restored/").content.decode()
    for words in (world.ANN, world.MIA, "sue@example.com", "Live", "Expired", "Audience sent", "South", "expired"):
        assert words in page
    assert "Asleep" not in page
    assert "<script>alert" not in page
    assert "from a backup of" in page
    assert confirming.waiting(there.boss) == 10


def test_an_admin_of_a_group_sees_what_is_theirs(there):
    boss, ann = browser(there.boss), browser(there.ann)
    assert ann.get("/restored/").status_code == 403
    assert confirming.waiting(there.ann) == 0
    boss.post(address(member(world.ANN)), {"wish": "confirm"})
    page = ann.get("/restored/").content.decode()
    assert world.MIA in page
    assert "sue@example.com" not in page
    assert confirming.waiting(there.ann) == 8
    foreign = member("sue@example.com")
    assert ann.post(address(foreign), {"wish": "confirm"}).status_code == 404
    assert ann.post(f"/restored/grp/{foreign.pk}/", {"wish": "confirm"}).status_code == 404
    assert ann.post("/restored/other/").status_code == 404
    assert not Membership.objects.filter(group="other").exists()


def test_a_member_sees_nothing_of_it(there):
    Membership.objects.create(user=there.mia, group=there.group)
    mia = browser(there.mia)
    assert mia.get("/restored/").status_code == 403
    assert mia.post("/restored/").status_code == 403
    assert mia.post("/restored/grp/").status_code == 403
    assert mia.post(address(member(world.ANN)), {"wish": "confirm"}).status_code == 403


def test_a_form_without_its_token_changes_nothing(there):
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(there.boss)
    assert strict.post("/restored/").status_code == 403
    page = strict.get("/restored/").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
    sent = {"csrfmiddlewaretoken": token, "wish": "confirm"}
    assert strict.post(address(member(world.MIA)), sent).status_code == 302


def test_a_confirmed_member_is_what_they_were(there):
    answer = browser(there.boss).post(address(member(world.ANN)), {"wish": "confirm"}, follow=True)
    assert "Confirmed." in answer.content.decode()
    assert Membership.objects.get(user=there.ann).role == "admin"
    assert Event.objects.filter(kind="member-confirmed", about=f"{world.ANN} as admin", by=there.boss).count() == 1


def test_a_removed_member_leaves_as_by_the_page_of_the_team(there):
    browser(there.boss).post(address(member(world.ANN)), {"wish": "remove"})
    assert not Membership.objects.filter(user=there.ann).exists()
    assert Event.objects.filter(kind="removed", about=world.ANN).exists()
    assert ShareLink.objects.get(pk=there.link("Live").pk).is_asleep
    # a link of theirs that is confirmed after that is the admin's who does so
    browser(there.boss).post(address(link("Live")), {"wish": "confirm"})
    assert ShareLink.objects.get(pk=there.link("Live").pk).by == there.boss


def test_a_confirmed_link_opens_again_and_stays_its_makers(there):
    browser(there.boss).post(address(link("Live")), {"wish": "confirm"})
    woken = sharing.find(there.token)
    assert woken.by == there.ann
    assert Event.objects.filter(kind="link-confirmed", about="Live").count() == 1


def test_a_removed_link_is_revoked(there):
    browser(there.boss).post(address(link("Live")), {"wish": "remove"})
    assert sharing.state(there.link("Live")) == "revoked"


def test_a_confirmed_attempt_is_looked_for_and_a_removed_one_is_given_up(there):
    for name, wish, state in (("Audience sent", "confirm", "unconfirmed"), ("Audience unsent", "remove", "given_up")):
        browser(there.boss).post(address(row("attempt", attempt__name=name)), {"wish": wish})
        assert Attempt.objects.get(name=name).state == state
    assert sorted(Event.objects.filter(kind__startswith="attempt-").values_list("kind", flat=True)) == [
        "attempt-confirmed",
        "attempt-dismissed",
    ]


def test_a_double_click_decides_once(there):
    boss, found = browser(there.boss), member(world.ANN)
    boss.post(address(found), {"wish": "confirm"})
    second = boss.post(address(found), {"wish": "remove"}, follow=True)
    assert "decided already" in second.content.decode()
    assert Membership.objects.filter(user=there.ann).exists()
    assert Event.objects.filter(kind="member-confirmed").count() == 1


def test_everything_of_a_group_and_everything_at_once(there):
    boss = browser(there.boss)
    boss.post("/restored/grp/")
    assert sorted(Membership.objects.filter(group="grp").values_list("user__email", flat=True)) == sorted(
        [world.BOSS, world.ANN, world.MIA]
    )
    assert not Membership.objects.filter(group="other").exists()
    said = boss.post("/restored/", follow=True).content.decode()
    assert "Everything was confirmed." in said
    assert "Nothing waits" in said
    assert Membership.objects.filter(group="other").exists()
    assert confirming.waiting(there.boss) == 0


def test_what_has_settled_itself_waits_no_more(there):
    Membership.objects.create(user=there.mia, group=there.group)
    sharing.revoke(there.link("Live"), there.boss)
    creation.give_up(Attempt.objects.get(name="Audience sent"))
    assert confirming.waiting(there.boss) == 7
    found = member(world.MIA)
    assert confirming.remove(found, there.boss, "") is False
    assert Membership.objects.filter(user=there.mia).exists()


def test_who_is_no_admin_any_more_decides_nothing(there):
    Membership.objects.create(user=there.ann, group=there.group, role="member")
    with pytest.raises(PermissionDenied):
        confirming.confirm(member(world.MIA), there.ann, "")
    assert member(world.MIA).settled_at is None


@pytest.mark.parametrize("path", ["/restored/grp/", "/restored/grp/1/"])
def test_who_comes_by_another_way_is_led_to_the_page(there, path):
    found = member(world.ANN)
    assert browser(there.boss).get(path.replace("1", str(found.pk)))["Location"] == "/restored/"
    assert browser(there.boss).post(address(found), {"wish": "else"}).status_code == 403


def test_whoever_waits_reads_why(there):
    page = browser(there.mia).get("/", follow=True)
    said = page.content.decode()
    assert page.status_code == 200
    assert "An admin has to confirm that you still belong here" in said
    assert "restored from a backup of" in said


def test_admins_are_told_on_every_page_and_members_cost_nothing(there, fake, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert confirming.tells(there.boss)
    confirming.confirm_all(there.group, there.boss, "")
    assert "wait to be confirmed" in browser(there.boss).get("/g/grp/").content.decode()
    assert "wait to be confirmed" not in browser(there.ann).get("/g/grp/").content.decode()
    assert "wait to be confirmed" not in browser(there.mia).get("/g/grp/").content.decode()


def test_where_nothing_waits_that_is_asked_once_a_minute(there, django_assert_num_queries):
    Restored.objects.update(settled_at=timezone.now())
    with django_assert_num_queries(1):
        assert not confirming.tells(there.boss)
        assert not confirming.tells(there.boss)


def test_more_than_a_page_takes_is_said(there, monkeypatch):
    monkeypatch.setattr("operations.views.restored.SHOWN", 1)
    assert "6 more wait behind these" in browser(there.boss).get("/restored/").content.decode()


@pytest.mark.usefixtures("on_postgres")
@pytest.mark.django_db(transaction=True)
def test_two_admins_at_once_decide_once():
    made = world.make()
    voiding.apply(timezone.now(), trust=False)
    found = member(world.ANN)
    deeds = [confirming.confirm, confirming.remove] * 3

    def decide(deed):
        try:
            return deed(Restored.objects.select_related("group", "user").get(pk=found.pk), made.boss, "")
        finally:
            connection.close()

    with ThreadPoolExecutor(len(deeds)) as admins:
        done = list(admins.map(decide, deeds))
    assert sum(done) == 1
    was_confirmed = done.index(True) % 2 == 0
    assert Membership.objects.filter(user=made.ann).exists() == was_confirmed
    assert Event.objects.filter(kind__in=("member-confirmed", "removed")).count() == 1
