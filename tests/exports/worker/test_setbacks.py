"""What becomes of an export whatever the API answers, and when the disk fails: when it goes on, or how it ends."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from audiences import kept
from audiences.api import errors
from audiences.exports import desk, spool, walking
from audiences.exports.order import Export
from audiences.kept import Trouble
from audiences.models import Watch
from audiences.refusal import key_refusal
from tests.exports.worker.conftest import ids, long_ago, waits

pytestmark = pytest.mark.django_db
LIMITED = errors.RateLimited("slow down", status=429, retry_after=7.0, trace_id="t-429")
BAD_PLACE = errors.ValidationFailed("what cursor is this", status=400)
GONE = errors.NotFound("no such audience", status=404)
NOT_READY = errors.NotReady("not yet", status=409, trace_id="t-409")


WAITS = [
    (NOT_READY, 3.5, 6, 0),
    (LIMITED, 6, 7, 0),
    (errors.RateLimited("slow down", status=429), 4, 5, 0),
    (errors.HeldBack("held", status=429, retry_after=9.0), 8, 9, 0),
    (errors.RateSpent("our own rate", retry_after=4.0), 3, 4, 0),
    (errors.Resting("left alone", retry_after=12.0), 11, 12, 0),
    (errors.UpstreamError("behind", status=502), 1, 2.5, 1),
    (errors.InternalError("oh", status=503), 1, 2.5, 1),
    (errors.TimedOut("slow"), 1, 2.5, 1),
    (errors.ConnectionLost("cut"), 1, 2.5, 1),
    (errors.NotSent("nobody there"), 1, 2.5, 1),
    (errors.Refused("request timeout", status=408), 1, 2.5, 1),
    (errors.Refused("too early", status=425), 1, 2.5, 1),
    (errors.RateLimited("slow down", status=429, retry_after=0.0), 0, 1, 0),
    (errors.Unreadable("what"), 1, 2.5, 1),
    (errors.Unauthorized("who", status=401), 58, 60, 0),
    (errors.Forbidden("not you", status=403), 58, 60, 0),
    (GONE, 19, 20, 0),
    (errors.Unprocessable("cannot", status=422), 19, 20, 0),
]


@pytest.mark.parametrize(("error", "least", "most", "tries"), WAITS, ids=[type(one[0]).__name__ for one in WAITS])
def test_an_error_in_mid_walk_is_waited_for_and_what_was_read_stays(worker, error, least, most, tries):
    well, worker.api.pages = worker.api.pages, worker.api.pages | {"c1": error}
    export = worker.turn(worker.ask())
    assert (export.state, export.cursor, export.tries, ids(export)) == ("walking", "c1", tries, "ab")
    assert least <= waits(export) <= most
    assert export.problem
    assert not export.early
    worker.api.pages = well
    cache.clear()
    export = worker.turn(export)
    assert (export.state, export.problem, export.tries, ids(export)) == ("whole", "", 0, "abcde")
    assert worker.asked().count("") == 1


def test_failures_in_a_row_are_waited_for_longer_and_a_minute_at_most(worker):
    worker.api.pages["c1"] = errors.UpstreamError("behind", status=502, trace_id="t-502")
    export = worker.turn(worker.ask())
    pauses = [waits(export := worker.turn(export)) for _ in range(8)]
    assert [round(pause) > before for pause, before in zip(pauses[:3], (2, 5, 11), strict=True)] == [True] * 3
    assert 47 <= max(pauses) <= 72
    assert (export.tries, export.trace_id) == (9, "t-502")


def test_the_dashboards_own_rate_is_waited_for_within_the_turn(worker):
    spent = errors.RateSpent("our own rate", retry_after=0.3)
    worker.api.pages = Troubled({"c1": [spent, spent]}, worker.api.pages)
    export = worker.turn(worker.ask())
    assert (export.state, export.fence, ids(export)) == ("whole", 2, "abcde")
    assert worker.asked() == ["", "c1", "c1", "c1", "c2"]


class Troubled(dict):
    """Pages at which errors come first."""

    def __init__(self, troubles, pages):
        super().__init__(pages)
        self._troubles = troubles

    def __getitem__(self, cursor):
        return self._troubles[cursor].pop(0) if self._troubles.get(cursor) else super().__getitem__(cursor)


def test_a_409_has_the_audience_watched(worker):
    worker.api.states["aud"] = NOT_READY
    export = worker.turn(worker.ask())
    assert (export.state, export.trace_id, export.is_queued) == ("walking", "t-409", False)
    assert Watch.objects.get().audience_id == "aud"


def test_a_refused_key_is_not_asked_with_for_a_minute(worker):
    error = errors.Unauthorized("who", status=401)
    kept.save(kept.key(None, "refused"), Trouble.of(error), "", timedelta(days=1))
    export = worker.turn(worker.ask())
    assert 58 <= waits(export) <= 60
    assert worker.api.calls == []


def test_a_page_that_comes_says_that_the_key_is_refused_no_more(worker, monkeypatch):
    kept.save(kept.key(None, "refused"), Trouble.of(errors.Unauthorized("who", status=401)), "", timedelta(days=1))
    monkeypatch.setattr(walking, "is_key_refused", lambda: False)  # a minute is over
    worker.turn(worker.ask())
    assert key_refusal() is None


def test_a_refused_cursor_begins_again(worker):
    well, worker.api.pages = worker.api.pages, worker.api.pages | {"c1": BAD_PLACE}
    export = worker.turn(worker.ask())
    assert (export.state, export.restarts, export.cursor, export.rows, ids(export)) == ("walking", 1, "", 0, "")
    assert 1 <= waits(export) <= 2
    worker.api.pages = well
    export = worker.turn(export)
    assert (export.state, ids(export), export.twice) == ("whole", "abcde", 0)


def test_a_cursor_refused_again_and_again_ends_it_early_with_what_there_is(worker):
    worker.api.pages["c1"] = BAD_PLACE
    export = worker.ask()
    for _ in range(4):
        assert export.state == "walking"
        export = worker.turn(export)
    assert (export.state, export.restarts, export.cursor, ids(export)) == ("partial", 3, "", "ab")
    assert "several times" in export.early


def test_a_400_without_a_cursor_is_no_question_of_the_place(worker):
    worker.api.pages[""] = BAD_PLACE
    export = worker.turn(worker.ask())
    assert (export.restarts, export.noes) == (0, 1)
    assert worker.turn(export).state == "partial"


def test_gone_is_what_is_a_404_twice_while_the_group_answers(worker):
    worker.api.pages["c1"] = GONE
    export = worker.turn(worker.ask())
    worker.api.failures["navigation"] = GONE
    export = worker.turn(export)
    assert (export.state, export.noes) == ("walking", 1)
    worker.api.failures.clear()
    export = worker.turn(export)
    assert (export.state, export.cursor, ids(export)) == ("partial", "c1", "ab")
    assert "no such audience" in export.early


def test_a_day_without_a_page_ends_it_early_and_it_can_be_taken_up_again(worker):
    well, worker.api.pages = worker.api.pages, worker.api.pages | {"c1": errors.UpstreamError("oh", status=502)}
    export = worker.turn(worker.ask())
    long_ago(export, hours=25)
    export = worker.turn(export)
    assert (export.state, export.cursor, ids(export)) == ("partial", "c1", "ab")
    assert "24 hours" in export.early
    worker.api.pages = well
    assert desk.again(export, worker.by)
    export = worker.turn(export)
    assert (export.state, export.early, ids(export)) == ("whole", "", "abcde")
    assert worker.asked().count("") == 1


def test_a_day_counts_from_the_first_failure(worker):
    export = worker.ask(moved_at=timezone.now() - timedelta(days=3))
    worker.api.pages["c1"] = errors.NotReady("not yet", status=409)
    export = worker.turn(export)
    Export.objects.update(moved_at=timezone.now() - timedelta(days=3))
    export = worker.turn(export)
    assert (export.state, round(waits(export)) <= 6) == ("walking", True)


def test_what_failed_before_the_dashboard_was_off_is_no_failure_in_a_row(worker):
    worker.api.pages["c1"] = errors.UpstreamError("oh", status=502)
    export = worker.turn(worker.ask())
    long_ago(export, hours=60)
    Export.objects.update(next_check_at=timezone.now() - timedelta(hours=50))
    worker.ring()
    export.refresh_from_db()
    assert (export.state, timezone.now() - export.waits_since < timedelta(hours=1)) == ("walking", True)


def test_what_cannot_be_read_for_a_moment_is_waited_for_and_not_lost(worker, monkeypatch):
    worker.api.pages["c1"] = errors.UpstreamError("oh", status=502)
    export = worker.turn(worker.ask())
    (export.path() / "left.seen").unlink()
    really = Path.open

    def many(path, mode="r"):
        if path.suffix == ".jsonl" and mode == "rb":
            raise OSError(errno.EMFILE, "too many open files")
        return really(path, mode)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", many)
        export = worker.turn(export)
    assert (export.state, export.restarts, export.rows, ids(export)) == ("walking", 0, 2, "ab")


def test_a_disk_that_is_full_is_waited_for(worker, monkeypatch):
    write = spool.Spool._write

    def full(self, lines):
        write(self, lines[: len(lines) // 2])
        raise OSError(28, "No space left on device")

    export = worker.ask()
    worker.at("c", lambda: monkeypatch.setattr(spool.Spool, "_write", full))
    export = worker.turn(export)
    assert (export.state, export.problem, ids(export)) == ("walking", "the dashboard's disk is full", "ab")
    assert 47 <= waits(export) <= 72
    monkeypatch.setattr(spool.Spool, "_write", write)
    assert ids(worker.turn(export)) == "abcde"


def test_pages_that_are_gone_are_read_again_but_not_for_ever(worker):
    worker.api.pages["c1"] = LIMITED
    export = worker.turn(worker.ask())
    for restarts in (1, 2, 3):
        cache.clear()
        desk.clear_folder(export)
        export = worker.turn(export)
        assert (export.state, export.restarts) == ("walking", restarts)
        export = worker.turn(export)
    desk.clear_folder(export)
    export = worker.turn(export)
    assert (export.state, export.rows, ids(export)) == ("partial", 0, "")
