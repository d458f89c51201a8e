"""After a restore nobody is in by it, no link opens, nothing is sent or mailed again."""

from types import SimpleNamespace

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone
from redis import Redis

from audiences.exports.order import Export
from audiences.models import Attempt, Notice, ShareLink
from dashboard.cache import SteadyRedisCache
from operations import voiding
from operations.models import Backup, Heartbeat, Restored
from team.models import (
    AccountGroup,
    Event,
    Invitation,
    Letter,
    Membership,
    ResetRequest,
    Session,
    SignInLink,
    User,
)
from tests.operations import world

pytestmark = pytest.mark.django_db


@pytest.fixture
def made():
    return world.make()


@pytest.fixture
def closed(made):
    Heartbeat.objects.create(kind="beat", name="beat", at=timezone.now())
    Backup.objects.create(lease_until=timezone.now())
    caches["default"].set("kept", b"x")
    made.counts = voiding.apply(timezone.now(), trust=False).counts
    return made


def test_all_ways_in_are_gone(closed):
    for model in (Session, SignInLink, ResetRequest, Invitation, Letter, Export, Heartbeat, Backup):
        assert not model.objects.exists(), model
    assert Client().get(f"/s/{closed.token}/").status_code == 404
    assert closed.counts["sessions"] == closed.counts["invitations"] == closed.counts["exports"] == 1


def test_no_notice_is_mailed_again(closed):
    assert not Notice.objects.exclude(mail_at=None).exists()
    assert Notice.objects.count() == 1


def test_members_wait_with_their_roles_and_admins_everywhere_stay(closed):
    assert list(Membership.objects.values_list("user__email", flat=True)) == [world.BOSS]
    waiting = Restored.objects.filter(kind="member").values_list("user__email", "role", "group")
    assert sorted(waiting) == [(world.ANN, "admin", "grp"), (world.MIA, "member", "grp")]


def test_of_admins_everywhere_only_the_one_of_the_settings_stays(made):
    """The others may have been taken out since, and have their old passwords again."""
    former = User.objects.create_superuser("former@example.com", "an old password")
    Membership.objects.create(user=former, group=made.group, role="admin")
    User.objects.create_superuser("asleep@example.com", is_active=False)
    assert voiding.apply(timezone.now(), trust=False).demoted == ["asleep@example.com", "former@example.com"]
    assert [user.email for user in User.objects.filter(is_superuser=True)] == [world.BOSS]
    assert list(Membership.objects.values_list("user__email", flat=True)) == [world.BOSS]
    assert Restored.objects.filter(kind="member", user=former, role="admin").exists()


def test_the_one_of_the_settings_is_admin_everywhere_whatever_they_were(made):
    User.objects.filter(pk=made.boss.pk).update(is_superuser=False, is_active=False)
    assert voiding.apply(timezone.now(), trust=False).demoted == []
    made.boss.refresh_from_db()
    assert (made.boss.is_superuser, made.boss.is_active) == (True, True)
    link = SignInLink.objects.issue(made.boss)
    browser = Client()
    assert browser.get(f"/sign-in/{link}/").status_code == 302
    assert browser.get("/restored/").status_code == 200


def test_where_the_dumps_of_the_other_deployment_lie_is_forgotten(made):
    for trust in (True, False):
        ended = {"is_running": False, "ended_at": timezone.now(), "file": "dashboard-20261128T221600Z.sqlite.age"}
        Backup.objects.create(lease_until=timezone.now(), **ended)
        voiding.apply(timezone.now(), trust=trust)
        assert not Backup.objects.exists()


def test_the_first_member_is_not_let_in_by_the_next_look_at_the_account_groups(closed):
    AccountGroup.objects.welcome_first_members()
    assert not Membership.objects.filter(user=closed.mia).exists()


def test_every_link_that_is_not_revoked_sleeps_and_those_that_were_open_are_listed(closed):
    assert not ShareLink.objects.filter(revoked_at=None, is_asleep=False).exists()
    titles = [row.link.view["title"] for row in Restored.objects.filter(kind="link").select_related("link")]
    assert sorted(titles) == ["Expired", "Live"]


def test_what_may_have_been_sent_since_is_unconfirmed_and_due(closed):
    states = dict(Attempt.objects.values_list("name", "state"))
    for was in ("sent", "written", "unsent", "unconfirmed"):
        assert states[f"Audience {was}"] == "unconfirmed"
    for was in ("created", "refused", "given_up"):
        assert states[f"Audience {was}"] == was
    looked_for = Attempt.objects.filter(state="unconfirmed")
    assert all(one.may_exist and one.next_check_at <= timezone.now() and one.sent_at for one in looked_for)
    assert Restored.objects.filter(kind="attempt").count() == 4


def test_of_two_attempts_of_one_name_one_is_looked_for(made):
    for number in range(2):
        world.attempt(made.group, made.ann, "Twice", "unsent", form_key=f"twice{number}")
    voiding.apply(timezone.now(), trust=False)
    assert sorted(Attempt.objects.filter(name="Twice").values_list("state", flat=True)) == ["given_up", "unconfirmed"]


def test_whatever_was_kept_of_the_api_is_old(closed):
    assert AccountGroup.objects.get().generation == 1007
    assert caches["default"].get("kept") is None


def test_the_audit_log_says_so(closed):
    event = Event.objects.get(kind="restored")
    assert "a backup of" in event.about


def test_trust_changes_nothing_but_what_was_the_other_deployments(made):
    before = (Session.objects.count(), Membership.objects.count(), ShareLink.objects.filter(is_asleep=False).count())
    Heartbeat.objects.create(kind="beat", name="beat", at=timezone.now())
    assert voiding.apply(timezone.now(), trust=True) == voiding.Closed()
    after = (Session.objects.count(), Membership.objects.count(), ShareLink.objects.filter(is_asleep=False).count())
    assert before == after
    assert not Heartbeat.objects.exists()
    assert not Restored.objects.exists()


def test_the_caches_are_emptied_and_the_brokers_messages_stay(made, redis_url, monkeypatch):
    options = {"OPTIONS": {"serializer": "dashboard.cache.PlainBytes"}, "KEY_PREFIX": "default"}
    cache = SteadyRedisCache(redis_url, options)
    monkeypatch.setattr(voiding, "caches", SimpleNamespace(all=lambda: [cache]))
    cache.set("kept", b"x")
    with Redis.from_url(redis_url) as redis:
        redis.set("celery-of-this-test", "a message")
        voiding.apply(timezone.now(), trust=False)
        assert cache.get("kept") is None
        assert redis.delete("celery-of-this-test") == 1
