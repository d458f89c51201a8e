"""The database as schedule: one claim at a time, a lease that ends, a fence that holds."""

from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import schedule
from audiences.models import Watch

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def watch(row):
    return Watch.objects.create(group=row, audience_id="aud", next_check_at=timezone.now())


def again(watch):
    return Watch.objects.get(pk=watch.pk)


def test_a_row_that_is_due_is_claimed_once(watch):
    claimed = schedule.claim(Watch.objects.all())
    assert (claimed.pk, claimed.fence) == (watch.pk, 1)
    assert schedule.claim(Watch.objects.all()) is None


@pytest.mark.parametrize("when", [None, timedelta(seconds=1)])
def test_what_is_not_due_is_not_claimed(watch, when):
    Watch.objects.update(next_check_at=when and timezone.now() + when)
    assert schedule.claim(Watch.objects.all()) is None


def test_two_that_read_the_same_row_cannot_both_hold_it(watch):
    one, other = again(watch), again(watch)
    assert schedule.hold(one)
    assert not schedule.hold(other)


def test_a_lease_that_ended_is_anybodys_and_its_holder_writes_no_more(watch):
    slow = schedule.claim(Watch.objects.all())
    Watch.objects.update(lease_until=timezone.now() - SECOND)
    quick = schedule.claim(Watch.objects.all())
    assert schedule.release(quick, problem="the quick one's")
    assert not schedule.release(slow, problem="the slow one's")
    assert again(watch).problem == "the quick one's"


def test_a_released_row_can_be_claimed_again(watch):
    schedule.release(schedule.claim(Watch.objects.all()), next_check_at=timezone.now())
    assert schedule.claim(Watch.objects.all()) is not None


def test_who_read_a_row_while_another_held_it_cannot_hold_it_as_it_was_read(watch):
    first = schedule.claim(Watch.objects.all())
    later = again(watch)
    schedule.release(first, state="ready")
    assert not schedule.hold(later)


def test_a_row_that_has_moved_on_is_not_written(watch):
    claimed = schedule.claim(Watch.objects.all())
    Watch.objects.update(state="ready")
    assert not schedule.release(claimed, still="populating", problem="old news")


@pytest.mark.parametrize(
    ("age", "seconds"),
    [(0, 5), (4.9, 5), (5, 10), (14, 10), (15, 20), (599, 20), (600, 60), (7199, 60), (7200, 300), (86_399, 300),
     (86_400, 3600), (864_000, 3600)],
)  # fmt: skip
def test_the_pauses_of_a_poll(age, seconds):
    assert schedule.pause(timedelta(seconds=age)) == timedelta(seconds=seconds)


def test_pauses_are_spread_by_a_fifth():
    spans = [schedule.spread(100 * SECOND) / SECOND for _ in range(300)]
    assert 80 <= min(spans) < 85
    assert 115 < max(spans) <= 120
