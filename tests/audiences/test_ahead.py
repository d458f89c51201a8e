"""What is asked for before anybody reads it: one page ahead, and people beside the navigation."""

import time

import pytest

from audiences import catalog, flight
from audiences.api.client import Deadline
from audiences.budget import Budget
from audiences.rendered import PeopleAsked, Rendered, rendered_prospects
from tests.audiences.conftest import until

pytestmark = [pytest.mark.django_db, pytest.mark.ahead]
PAGES = {"": (("a", "b"), "two"), "two": (("c",), "three"), "three": ((), "")}
NOW = Deadline(7200)  # made when tests are collected, long before this one runs


@pytest.fixture(autouse=True)
def _landed():
    """What was begun ends with its test."""
    yield
    until(lambda: not flight._flying)


def asked(fake):
    """The cursors of the pages of people that were asked for."""
    return [call[-1] for call in fake.calls if call[0] == "prospects"]


def scroll(row, cursor=""):
    return rendered_prospects(PeopleAsked(row, "aud", cursor, ""), NOW, _made, ahead=True)


def _made(page):
    return Rendered("", tuple(person.id for person in page.items), page.next_cursor, page.left_out)


def test_whoever_scrolls_has_the_next_page_asked_for_and_no_more(fake, row):
    fake.pages = PAGES
    scroll(row)
    until(lambda: asked(fake) == ["", "two"])
    time.sleep(0.05)
    assert asked(fake) == ["", "two"]


def test_whoever_comes_meanwhile_waits_for_the_same_call(fake, row):
    fake.pages, fake.delay = PAGES, 0.2
    scroll(row)
    assert scroll(row, "two").value.ids == ("c",)
    until(lambda: asked(fake) == ["", "two", "three"])


def test_at_the_end_there_is_nothing_ahead(fake, row):
    fake.pages = PAGES
    scroll(row, "three")
    time.sleep(0.05)
    assert asked(fake) == ["three"]


@pytest.mark.parametrize("rate", [None, 4.0])
def test_nothing_is_asked_ahead_of_a_short_budget(fake, row, settings, rate):
    fake.pages, settings.AUDIENCES_API_RATE = PAGES, rate
    if rate:
        for _ in range(3):
            Budget().admit()  # what is left is kept for people
    else:
        Budget().hold(5)
    scroll(row)
    time.sleep(0.05)
    assert asked(fake) == [""]


def test_nothing_is_asked_ahead_where_nothing_may_be_kept(fake, row, settings):
    fake.pages, settings.PROSPECTS_MAX_AGE = PAGES, 0
    scroll(row)
    catalog.begin_prospects(row, "aud", "")
    time.sleep(0.05)
    assert asked(fake) == [""]


def test_people_are_asked_for_while_the_navigation_is(fake, row):
    fake.pages, fake.delay = PAGES, 0.2
    start = time.monotonic()
    catalog.begin_prospects(row, "aud", "")
    catalog.navigation(row, NOW)
    assert catalog.prospects(row, "aud", "", NOW).value.items
    assert time.monotonic() - start < 0.38
    assert asked(fake) == [""]


def test_where_the_navigation_is_known_people_are_asked_for_when_they_are_read(fake, row):
    catalog.navigation(row, NOW)
    catalog.begin_prospects(row, "aud", "")
    time.sleep(0.05)
    assert asked(fake) == []
