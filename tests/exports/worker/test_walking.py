"""A turn along the cursor: what it reads and writes, where it ends, and what a crash or somebody's wish makes of it."""

import pytest
from django.utils import timezone

from audiences import schedule
from audiences.api import parsing
from audiences.api.records import Page
from audiences.exports import desk, lease, walking
from audiences.exports.order import Export
from tests.audiences.fakes import person
from tests.exports.worker.conftest import ids, names

pytestmark = pytest.mark.django_db


class Killed(BaseException):
    """The worker is gone, at once."""


def test_everybody_is_read_once_and_the_row_says_how_many(worker):
    worker.people("ab", "bc", "cd")
    export = worker.turn(worker.ask())
    assert (export.state, export.early, ids(export)) == ("whole", "", "abcd")
    assert (export.pages, export.rows, export.twice, export.nameless) == (3, 4, 2, 0)
    assert (export.expected, export.cursor, export.closed_rows) == (3, "", 4)
    assert worker.asked() == ["", "c1", "c2"]


def test_an_audience_without_people_is_whole(worker):
    worker.people("")
    export = worker.turn(worker.ask())
    assert (export.state, export.rows, ids(export)) == ("whole", 0, "")


def test_the_next_page_is_asked_for_before_the_last_is_written(worker):
    worker.people("ab", "cd", "ef")
    seen = []
    worker.at("a", lambda: seen.extend(worker.asked()) or walking._readers().submit(int).result())
    worker.turn(worker.ask())
    assert seen in (["", "c1"], [""])  # the thread has it, whether or not it has begun
    assert worker.asked() == ["", "c1", "c2"]


def test_entries_without_an_id_are_counted(worker):
    worker.api.pages = {"": Page((person("a"),), "", left_out=2)}
    assert worker.turn(worker.ask()).nameless == 2


@pytest.mark.parametrize(("count", "state"), [(5, "whole"), (6, "partial"), (None, "partial")])
def test_a_circle_is_an_end_behind_the_last_person_only(worker, count, state):
    worker.api.count = count
    worker.people("ab", "cd", "e", last="c1")
    export = worker.turn(worker.ask())
    assert (export.state, export.cursor, ids(export)) == (state, "", "abcde")
    assert worker.asked() == ["", "c1", "c2"]


def test_a_cursor_that_leads_to_itself_is_a_circle(worker):
    worker.people("ab", "cd", last="c1")
    assert worker.turn(worker.ask()).state == "whole"


def test_cursors_without_end_that_bring_nobody_are_a_circle(worker, monkeypatch):
    class Endless(dict):
        def __getitem__(self, cursor):
            return ("a",), f"c{int(cursor[1:] or 0) + 1}"

    monkeypatch.setattr(walking, "_NOBODY_NEW", 20)
    worker.api.pages = Endless(x=1)
    export = worker.turn(worker.ask())
    assert (export.state, export.pages, ids(export)) == ("partial", 22, "a")


def test_more_people_and_no_way_to_them_is_early(worker):
    worker.api.pages = {"": Page((person("a"),), "", 0, breaks_off=True)}
    export = worker.turn(worker.ask())
    assert (export.state, export.cursor, ids(export)) == ("partial", "", "a")
    assert "more people" in export.early


@pytest.mark.parametrize(
    ("body", "count", "state"),
    [
        ({"items": [{"id": "e"}], "nextCursor": 77}, None, "partial"),
        ({"items": [{"id": "e"}], "nextCursor": "a\tb"}, 3, "partial"),
        ({"items": None}, 3, "partial"),
        ({"items": None, "hasMore": False}, 100_000, "whole"),
        ({"items": [{"id": "e"}]}, 100_000, "partial"),
        ({"items": [{"id": "e"}]}, 3, "whole"),
        ([{"id": "e"}], 100_000, "partial"),
        ({"items": [], "nextCursor": None}, 100_000, "whole"),
        ({"items": [], "hasMore": False}, 100_000, "whole"),
        ({"items": [], "nextCursor": "c2"}, 100_000, "whole"),
        ({"items": None, "nextCursor": "c2"}, 100_000, "whole"),
    ],
)
def test_what_does_not_say_that_it_is_the_end_is_none_before_the_last_person(worker, body, count, state):
    worker.api.count = count
    worker.people("ab", "cd")
    page = parsing.page(body, parsing.prospect)
    worker.api.pages |= {"c1": page, "c2": (("e",), "")}
    export = worker.turn(worker.ask())
    assert (export.state, export.cursor) == (state, "")
    assert export.rows == (2 if worker.asked() == ["", "c1"] and not page.items else 3)


def test_it_says_how_many_came_of_how_many(worker):
    worker.api.count = 100_000
    worker.api.pages["c1"] = parsing.page([], parsing.prospect)
    export = worker.turn(worker.ask())
    assert export.early.endswith("that this was everybody: 2 of 100,000.")


def test_a_circle_of_an_audience_that_was_counted_as_empty_is_early(worker):
    worker.api.count = 0
    worker.people("ab", "cd", last="c1")
    assert worker.turn(worker.ask()).state == "partial"


@pytest.mark.parametrize("when", range(1, 6))
@pytest.mark.parametrize("before", [True, False])
def test_a_worker_killed_at_any_page_costs_that_page(worker, monkeypatch, when, before):
    keep, calls = schedule.keep, []

    def dying(*arguments, **values):
        calls.append(values)
        if before and len(calls) == when:
            raise Killed
        done = keep(*arguments, **values)
        if len(calls) == when:
            raise Killed
        return done

    monkeypatch.setattr(schedule, "keep", dying)
    export = worker.ask()
    with pytest.raises(Killed):
        worker.turn(export)
    monkeypatch.setattr(schedule, "keep", keep)
    export = worker.turn(export)
    assert (export.state, export.rows, export.pages, export.twice, ids(export)) == ("whole", 5, 3, 0, "abcde")


def test_a_frozen_worker_writes_nothing_that_counts(worker):
    def another():
        Export.objects.update(lease_until=timezone.now())
        assert worker.ring() == 1

    worker.at("c", another)
    export = worker.turn(worker.ask())
    assert (export.state, export.rows, export.pages, ids(export)) == ("whole", 5, 3, "abcde")
    assert names(export) == [export.archive]


def test_what_a_frozen_worker_writes_after_the_end_goes(worker, monkeypatch):
    """The other one has swept the folder before it opens its segment."""
    add = walking.Spool.add

    def late(spool, *given):
        monkeypatch.setattr(walking.Spool, "add", add)
        Export.objects.update(lease_until=timezone.now())
        assert worker.ring() == 1
        return add(spool, *given)

    monkeypatch.setattr(walking.Spool, "add", late)
    export = worker.ask()
    worker.ring()
    export.refresh_from_db()
    assert (export.state, names(export), ids(export)) == ("whole", [export.archive], "abcde")


@pytest.mark.parametrize("deed", [desk.cancel, desk.remove])
def test_cancelled_in_mid_turn_it_asks_no_more_and_leaves_nothing(worker, deed):
    worker.people(*"abcdefgh")
    export = worker.ask()
    worker.at("b", lambda: deed(export, worker.by))
    worker.ring()
    assert worker.asked() == ["", "c1", "c2"]  # the last was asked for before
    assert not export.path().exists()
    assert worker.ring() == 0


def test_stopped_in_mid_turn_it_keeps_what_the_row_counts(worker):
    export = worker.ask()

    def stop():
        export.refresh_from_db()
        assert desk.stop(export, worker.by)

    worker.at("c", stop)
    export = worker.turn(export)
    assert (export.state, export.cursor, ids(export)) == ("partial", "c1", "ab")
    assert export.early.endswith("stopped it.")


def test_a_lease_is_longer_than_a_call_may_take():
    assert lease.LEASE.total_seconds() >= walking.WORKER.total + 3
