"""The end of an export: the archive is released when it is closed, and its maker is told."""

import errno
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences.api import errors
from audiences.exports import closing, desk, files, lease, spool
from audiences.exports.order import Export
from audiences.models import Notice
from tests.exports.worker.conftest import ids, long_ago, names, waits

pytestmark = pytest.mark.django_db


@pytest.fixture
def close(monkeypatch):
    """Has files.close do something instead, or before."""

    def instead(action):
        really = files.close
        monkeypatch.setattr(closing.files, "close", lambda *given: action(really, *given))

    return instead


def test_a_whole_one_is_told_and_leaves_the_archive_alone(worker):
    export = worker.turn(worker.ask())
    assert (export.state, names(export)) == ("whole", [export.archive])
    assert export.size
    assert len(export.sha256) == 64
    assert timedelta(hours=23) < export.expires_at - timezone.now() <= timedelta(hours=24)
    notice = Notice.objects.get()
    assert (notice.kind, notice.name, notice.user, notice.audience_id) == ("exported", "Leads", worker.by, "aud")
    assert files.manifest(export)["traceIds"] == ["trace-prospects"] * 3


def test_a_partial_one_says_why_and_keeps_what_it_takes_to_go_on(worker):
    worker.people("ab", "cd", last="c1")
    worker.api.count = 9
    export = worker.turn(worker.ask())
    assert (export.state, names(export)) == ("partial", ["1.jsonl", export.archive])
    notice = Notice.objects.get()
    assert (notice.kind, notice.words) == ("export-early", export.early)


@pytest.mark.parametrize(("minutes", "is_mailed"), [(4, False), (6, True)])
def test_only_who_waited_long_gets_a_letter(worker, settings, minutes, is_mailed):
    settings.EMAIL_URL = "smtp://127.0.0.1:1"
    worker.turn(worker.ask(asked_at=timezone.now() - timedelta(minutes=minutes)))
    assert (Notice.objects.get().mail_at is not None) == is_mailed


def test_while_it_is_written_the_row_says_how_far_it_is(worker, close, monkeypatch):
    monkeypatch.setattr(lease, "_RENEW_EVERY", 0.0)
    seen = []

    def slow(really, export, records, trace_ids, alive):
        alive(4)
        seen.append(Export.objects.get().closed_rows)
        return really(export, records, trace_ids, alive)

    close(slow)
    worker.turn(worker.ask())
    assert seen == [4]


def test_cancelled_while_it_is_written_it_leaves_nothing(worker, close, monkeypatch):
    monkeypatch.setattr(lease, "_RENEW_EVERY", 0.0)
    close(lambda really, export, *given: desk.cancel(Export.objects.get(), worker.by) and really(export, *given))
    export = worker.ask()
    worker.ring()
    export.refresh_from_db()
    assert (export.state, export.path().exists(), Notice.objects.count()) == ("cancelled", False, 0)


def test_cancelled_after_it_is_written_and_before_it_is_released_it_leaves_nothing(worker, close):
    def late(really, *given):
        done = really(*given)
        desk.cancel(Export.objects.get(), worker.by)
        given[0].path().mkdir()
        (given[0].path() / done.archive).touch()
        return done

    close(late)
    export = worker.ask()
    worker.ring()
    assert not export.path().exists()


def test_who_slept_over_the_lease_while_writing_harms_nothing(worker, close, monkeypatch):
    monkeypatch.setattr(lease, "_RENEW_EVERY", 60.0)  # it notices only at its end
    worker.people("ab", "cd", "e", last="c1")
    worker.api.count = 9  # an early end, of which both find what was read
    calls = []

    def slow(really, *given):
        calls.append(given)
        if len(calls) == 1:
            Export.objects.update(lease_until=timezone.now())
            assert worker.ring() == 1
        return really(*given)

    close(slow)
    export = worker.turn(worker.ask())
    assert (export.state, len(calls), Notice.objects.count()) == ("partial", 2, 1)
    assert (ids(export), names(export)) == ("abcde", ["1.jsonl", export.archive])


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "no"), ValueError("?")])
def test_a_file_that_cannot_be_written_is_tried_for_a_day(worker, close, error):
    def refuse(*_):
        raise error

    close(refuse)
    export = worker.turn(worker.ask())
    assert (export.state, export.archive, ids(export)) == ("closing", "", "abcde")
    assert "the dashboard" in export.problem
    long_ago(export, hours=25)
    export = worker.turn(export)
    assert (export.state, export.archive, export.early) == ("partial", "", closing.UNWRITTEN)
    assert Notice.objects.get().kind == "export-early"


def test_a_sweep_that_fails_leaves_the_settled_row_alone_and_is_made_up_for(worker, monkeypatch, caplog):
    sweep = spool.sweep
    monkeypatch.setattr(spool, "sweep", busy(sweep))
    export = worker.ask()
    assert (worker.ring(), worker.ring()) == (1, 0)
    export.refresh_from_db()
    assert (export.state, export.next_check_at, export.problem, ids(export)) == ("whole", None, "", "abcde")
    assert "could not be deleted" in caplog.text
    monkeypatch.setattr(spool, "sweep", sweep)
    closing.clear_old()
    assert names(export) == [export.archive]


def busy(sweep):
    """Sweeping that fails once there is an archive."""

    def sweeping(folder, own, kept):
        if any(name.endswith(".zip") for name in kept):
            raise OSError(errno.EBUSY, "busy")
        sweep(folder, own, kept)

    return sweeping


def test_an_error_behind_the_settling_puts_nothing_off(worker, monkeypatch):
    monkeypatch.setattr(closing, "_sweep", lambda *_: 1 / 0)
    export = worker.ask()
    assert (worker.ring(), worker.ring()) == (1, 0)
    export.refresh_from_db()
    assert (export.state, export.next_check_at, export.tries) == ("whole", None, 0)


def test_where_telling_fails_it_is_tried_again_like_any_failure(worker, monkeypatch):
    tell = closing.notices.tell
    monkeypatch.setattr(closing.notices, "tell", lambda *_, **__: 1 / 0)
    export = worker.turn(worker.ask())
    assert (export.state, export.tries, export.lease_until < timezone.now()) == ("closing", 1, True)
    assert waits(export) > 1
    monkeypatch.setattr(closing.notices, "tell", tell)
    assert worker.turn(export).state == "whole"
    assert Notice.objects.count() == 1


def test_what_ended_early_long_ago_is_written_with_patience_of_its_own(worker, monkeypatch):
    worker.api.pages["c1"] = errors.UpstreamError("oh", status=502)
    export = worker.turn(worker.ask())
    long_ago(export, hours=25)
    sync = files.sync_names
    monkeypatch.setattr(files, "sync_names", refuse_with(OSError(errno.ENOSPC, "full")))
    export = worker.turn(export)
    assert (export.state, export.problem) == ("closing", "the dashboard's disk is full")
    long_ago(export, hours=23)
    monkeypatch.setattr(files, "sync_names", sync)
    export = worker.turn(export)
    assert (export.state, ids(export)) == ("partial", "ab")
    assert "502" in export.early


def test_without_a_file_it_still_says_why_it_ended_and_leaves_nothing_half(worker, monkeypatch):
    worker.api.pages["c1"] = errors.UpstreamError("oh", status=502)
    monkeypatch.setattr(files, "sync_names", refuse_with(OSError(errno.EIO, "broken")))
    export = worker.turn(worker.ask())
    for _ in range(2):
        long_ago(export, hours=25)
        export = worker.turn(export)
    assert (export.state, export.archive, names(export)) == ("partial", "", ["1.jsonl"])
    assert "502" in export.early
    assert closing.UNWRITTEN in export.early


def refuse_with(error):
    def refuse(*_):
        raise error

    return refuse


@pytest.mark.parametrize("lost", ["folder", "row"])
def test_what_is_not_what_was_read_is_read_again(worker, close, lost):
    def lose(really, export, *given):
        if Export.objects.get().restarts == 0:
            if lost == "folder":
                desk.clear_folder(export)
                export.path().mkdir()
            else:
                export.rows += 1
        return really(export, *given)

    close(lose)
    export = worker.turn(worker.ask())
    assert (export.state, export.restarts, export.rows) == ("walking", 1, 0)
    export = worker.turn(export)
    assert (export.state, ids(export)) == ("whole", "abcde")


def test_what_was_stopped_and_is_lost_is_not_read_again(worker):
    export = worker.ask()
    worker.at("c", lambda: desk.stop(Export.objects.get(), worker.by) and desk.clear_folder(export))
    export = worker.turn(export)
    assert (export.state, export.rows, len(worker.asked())) == ("partial", 0, 3)
    assert "not there any more" in export.early
