"""Audiences that are not ready: what each answer of the API makes of their row."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import known, readiness, tasks
from audiences.api.client import Deadline
from audiences.api.errors import (
    Forbidden,
    HeldBack,
    InternalError,
    NotFound,
    NotReady,
    RateLimited,
    Resting,
    Unauthorized,
    ValidationFailed,
)
from audiences.api.records import Navigation
from audiences.models import KnownAudience, Notice, Watch
from team.models import LONG_AGO, User
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
NOT_READY = NotReady("not yet", status=409, trace_id="t-409")
GONE = NotFound("no such audience", status=404)


@pytest.fixture
def watch(row, fake, ada):
    fake.states["new"] = NOT_READY
    readiness.created(row, "new", "A new one", ada)
    return lambda: Watch.objects.get(audience_id="new")


def look(watch):
    """What the tick does once the row is due."""
    Watch.objects.update(next_check_at=timezone.now())
    readiness.due(Deadline(5))
    return watch()


def seconds_to_next(row):
    return (row.next_check_at - timezone.now()).total_seconds()


def test_a_created_one_is_looked_at_soon(watch):
    assert watch().state == "populating"
    assert 0 < seconds_to_next(watch()) <= 2


def test_a_409_is_looked_at_again(watch):
    row = look(watch)
    assert (row.state, row.trace_id) == ("populating", "t-409")
    assert 3.5 <= seconds_to_next(row) <= 6


def test_ready_is_told_to_the_creator_and_to_whoever_looked_on(watch, fake, row):
    mia, eve = User.objects.create_user("mia@example.com"), User.objects.create_user("eve@example.com")
    row.members.add(mia)
    for user in (mia, eve):  # Eve has left the group since
        readiness.looks_on(watch(), user)
    fake.states.clear()
    assert look(watch).state == "ready"
    assert sorted(Notice.objects.values_list("user__email", "kind")) == [
        ("ada@example.com", "ready"), ("mia@example.com", "ready")]  # fmt: skip
    row.refresh_from_db()
    assert timezone.now() - row.names_changed_at < timedelta(seconds=5)


def test_ready_is_what_has_its_people_too(watch, fake):
    fake.states.clear()
    fake.pages = {"": NOT_READY}
    assert look(watch).state == "populating"
    fake.pages = {"": Forbidden("the key may not read people", status=403)}
    assert look(watch).state == "ready"


def test_a_409_that_was_remembered_for_a_moment_makes_nothing_populate_again(watch, fake, row, ada):
    fake.states.clear()
    look(watch)
    assert readiness.met(row, "new", ada).state == "ready"
    Watch.objects.update(settled_at=timezone.now() - readiness.A_MOMENT)
    assert readiness.met(row, "new", ada).state == "populating"


def test_a_row_that_nobody_foresaw_keeps_no_other_waiting(watch, fake, row, ada):
    readiness.created(row, "navigation", "An id that no path can hold", ada)
    Watch.objects.filter(audience_id="navigation").update(since=timezone.now() - timedelta(days=1))
    fake.states["navigation"] = ValueError("no audience's id")
    fake.states.pop("new")
    assert look(watch).state == "ready"


def test_what_is_ready_is_asked_for_no_more(watch, fake):
    fake.states.clear()
    look(watch)
    fake.calls.clear()
    readiness.due(Deadline(5))
    assert fake.calls == []
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    "error",
    [InternalError("500", status=500), Forbidden("403", status=403), RateLimited("429", status=429, retry_after=1)],
)
def test_an_answer_that_says_nothing_about_it_leaves_it_as_it_is(watch, fake, error):
    fake.states["new"] = error
    row = look(watch)
    assert row.state == "populating"
    assert row.problem
    assert row.next_check_at > timezone.now()


def test_a_429_is_waited_for(watch, fake):
    fake.states["new"] = RateLimited("429", status=429, retry_after=400)
    assert seconds_to_next(look(watch)) > 390


@pytest.mark.parametrize("error", [HeldBack("wait", retry_after=30), Resting("rest", retry_after=30)])
def test_what_may_not_be_asked_stays_due_and_the_others_are_not_tried(watch, fake, row, ada, error):
    readiness.created(row, "other", "Another", ada)
    fake.failures["audience"] = error
    look(watch)
    assert len(fake.calls) == 1
    assert sorted(seconds_to_next(one) > 25 for one in Watch.objects.all()) == [False, True]


def test_gone_after_two_404s(watch, fake):
    fake.states["new"] = GONE
    assert look(watch).state == "populating"
    assert look(watch).state == "gone"
    assert Notice.objects.get().kind == "gone"


def test_a_404_and_then_an_answer_is_no_end(watch, fake):
    fake.states["new"] = GONE
    look(watch)
    fake.states["new"] = NOT_READY
    look(watch)
    fake.states["new"] = GONE
    assert look(watch).state == "populating"


def test_a_key_that_lost_the_group_makes_nothing_gone(watch, fake):
    fake.states["new"] = GONE
    fake.failures["navigation"] = GONE
    for _ in range(3):
        assert look(watch).state == "populating"


def test_failed_with_the_apis_words(watch, fake):
    fake.states["new"] = ValidationFailed("This audience is broken.", status=400)
    look(watch)
    row = look(watch)
    assert (row.state, row.problem) == ("failed", "This audience is broken.")
    assert Notice.objects.get().words == "This audience is broken."


def test_stalled_after_a_day_told_once_and_asked_hourly(watch):
    Watch.objects.update(since=timezone.now() - timedelta(hours=25))
    for _ in range(2):
        row = look(watch)
        assert row.state == "stalled"
        assert 2800 < seconds_to_next(row) < 4400
    assert Notice.objects.get().kind == "stalled"


def test_a_stalled_one_may_still_become_ready(watch, fake):
    Watch.objects.update(since=timezone.now() - timedelta(hours=25))
    look(watch)
    fake.states.clear()
    assert look(watch).state == "ready"


def test_a_refused_key_pauses_and_another_goes_on(watch, fake, settings):
    fake.states["new"] = Unauthorized("401", status=401)
    look(watch)
    fake.calls.clear()
    look(watch)
    assert fake.calls == []
    settings.AUDIENCES_API_KEY = "sk_test_another"
    fake.states.clear()
    assert look(watch).state == "ready"


def test_a_409_that_anybody_meets_is_watched_and_they_are_told(row, fake, ada):
    fake.states["aud"] = NOT_READY
    watch = readiness.met(row, "aud", ada)
    assert readiness.met(row, "aud", ada).pk == watch.pk
    fake.states.clear()
    look(lambda: None)
    assert Notice.objects.get().user == ada


def test_one_that_is_not_ready_again_is_shown_again(watch, fake, row, ada):
    fake.states.clear()
    look(watch)
    Watch.objects.update(settled_at=timezone.now() - timedelta(minutes=1))
    again = readiness.met(row, "new", ada)
    assert (again.state, again.by, again.settled_at) == ("populating", ada, None)
    look(watch)
    assert Notice.objects.count() == 2


def missed(row, fake):
    known.note(row, Navigation((), (audience("aud", "Was there"),)), timezone.now())
    known.note(row, Navigation(), timezone.now())
    fake.tree = Navigation()


@pytest.mark.parametrize(("error", "state"), [(NOT_READY, "populating"), (None, "ready"), (GONE, "missed")])
def test_one_that_vanished_is_asked_for(row, fake, error, state):
    missed(row, fake)
    if error:
        fake.states["aud"] = error
    tasks.tick()
    found = Watch.objects.get()
    assert (found.state, found.name) == (state, "aud" if state == "ready" else "Was there")
    assert readiness.populating(row) == ([found] if state == "populating" else [])
    assert not KnownAudience.objects.filter(is_missed=True).exists()


def test_one_that_was_there_all_along_has_nobody_read_the_list_again(row, fake):
    missed(row, fake)
    tasks.tick()
    row.refresh_from_db()
    assert row.names_changed_at == LONG_AGO


def test_one_that_was_deleted_is_gone_and_nobody_is_bothered(row, fake):
    missed(row, fake)
    fake.states["aud"] = GONE
    tasks.tick()
    assert look(Watch.objects.get).state == "gone"
    assert not Notice.objects.exists()


def test_one_that_navigation_lists_again_is_looked_at_at_once(watch, fake, row):
    look(watch)
    known.note(row, Navigation((), (audience("new"),)), timezone.now())
    fake.states.clear()
    tasks.tick()
    assert watch().state == "ready"


def test_a_look_at_a_persons_wish_is_one_call(watch, fake):
    fake.calls.clear()
    readiness.ask_now(watch(), Deadline(5))
    readiness.ask_now(watch(), Deadline(5))
    assert fake.calls == [("audience", "new")]


def test_a_row_that_another_leases_is_left_to_it(watch, fake):
    fake.calls.clear()
    Watch.objects.update(lease_until=timezone.now() + timedelta(seconds=60))
    readiness.ask_now(watch(), Deadline(5))
    assert fake.calls == []
