"""What navigation has named, and what it names no longer."""

from datetime import UTC, datetime, timedelta

import pytest

from audiences import catalog, known
from audiences.api.client import Deadline
from audiences.api.records import Navigation
from audiences.models import KnownAudience
from tests.audiences.fakes import audience

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=1)


def tree(*names):
    return Navigation((), tuple(audience(name, name.upper()) for name in names))


def rows():
    return {row.audience_id: (row.name, row.is_listed, row.is_missed) for row in KnownAudience.objects.all()}


def test_what_is_listed_is_known(row):
    known.note(row, tree("one", "two"), NOON)
    assert rows() == {"one": ("ONE", True, False), "two": ("TWO", True, False)}
    assert known.name_of(row, "one") == "ONE"
    assert known.name_of(row, "three") == ""


def test_what_is_listed_no_longer_is_missed_and_comes_back(row):
    known.note(row, tree("one", "two"), NOON)
    known.note(row, tree("two"), LATER)
    assert rows()["one"] == ("ONE", False, True)
    known.note(row, tree("one", "two"), LATER + timedelta(minutes=1))
    assert rows()["one"] == ("ONE", True, False)


def test_a_new_name_is_taken(row):
    known.note(row, tree("one"), NOON)
    known.note(row, Navigation((), (audience("one", "Renamed"),)), LATER)
    assert rows()["one"] == ("Renamed", True, False)


def test_an_older_reading_changes_no_newer_news(row):
    known.note(row, tree("one"), NOON)
    known.note(row, tree(), LATER)
    known.note(row, tree("one"), NOON)
    assert rows()["one"] == ("ONE", False, True)


def test_the_same_navigation_again_writes_nothing(row, django_assert_num_queries):
    known.note(row, tree("one", "two"), NOON)
    with django_assert_num_queries(1):
        known.note(row, tree("one", "two"), LATER)


def test_two_thousand_audiences_and_endless_names(row):
    many = Navigation((), tuple(audience(f"a{number}", "x" * 5000) for number in range(2000)))
    known.note(row, many, NOON)
    assert KnownAudience.objects.filter(name="x" * 200).count() == 2000


def test_the_catalog_notes_each_reading_once(row, fake, django_assert_num_queries):
    catalog.navigation(row, Deadline(5))
    assert rows() == {"aud": ("aud", True, False)}
    with django_assert_num_queries(0):
        catalog.navigation(row, Deadline(5))


def test_a_database_that_is_busy_costs_no_page_its_navigation(row, fake, monkeypatch):
    def busy(*_):
        raise known.DatabaseError("database is locked")

    monkeypatch.setattr(known, "note", busy)
    assert catalog.navigation(row, Deadline(5)).value.count == 1


def test_news_of_the_group_is_asked_for_at_once_and_by_one(row, fake, later):
    catalog.navigation(row, Deadline(5))
    row.names_changed_at = datetime.now(UTC) + timedelta(seconds=5)
    later(seconds=10)
    for _ in range(3):
        catalog.navigation(row, Deadline(5))
    assert fake.calls == [("navigation",)] * 2
