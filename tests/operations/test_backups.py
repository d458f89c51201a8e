"""One backup a day, by one worker at a time; what came of each try is remembered and told to admins."""

import errno
from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db.models import Q
from django.utils import timezone

from operations import backed_up as known
from operations import backups, copying, dumps, tasks
from operations.models import Backup
from operations.pipes import Refused

SQLITE = pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
pytestmark = SQLITE
HOUR = timedelta(hours=1)


@pytest.fixture
def quick(backed_up, monkeypatch):
    """Writing a dump takes no time; gives how often it was written, and may be told to fail."""
    made = []

    def write(moment, alive, *, start=dumps.OURS, note=""):
        alive()
        made.append(moment)
        if made.fails:
            raise Refused(made.fails)
        path = backed_up / f"{start}-{moment:%Y%m%dT%H%M%SZ}{note}.sqlite.age"
        path.write_bytes(b"x")
        return dumps.Dump(path, 1, "f" * 64)

    class Made(list):
        fails = ""

    made = Made()
    monkeypatch.setattr(dumps, "write", write)
    return made


def age(**values):
    """As if the last try had been made so long ago."""
    row = Backup.objects.first()
    Backup.objects.filter(pk=row.pk).update(**{name: timezone.now() - span for name, span in values.items()})


def test_the_first_is_taken_at_once_and_the_next_after_a_day(quick):
    for _ in range(3):
        tasks.backup()
    assert len(quick) == 1
    age(started_at=24 * HOUR)
    tasks.backup()
    assert len(quick) == 2
    good = known.last_good()
    assert (good.size, good.sha256, good.problem, good.is_running) == (1, "f" * 64, "", False)
    assert known.trouble() == ""


def test_none_is_taken_without_a_public_key(quick, settings):
    settings.BACKUP_RECIPIENTS = []
    tasks.backup()
    assert (len(quick), known.is_on(), known.trouble()) == (0, False, "")


def test_a_failed_one_is_tried_again_half_an_hour_later(quick):
    quick.fails = "The disk of BACKUP_DIR is full."
    tasks.backup()
    tasks.backup()
    assert len(quick) == 1
    assert known.last_good() is None
    assert "No backup has been taken yet." in known.trouble()
    assert "The disk of BACKUP_DIR is full." in known.trouble()
    age(started_at=timedelta(minutes=31))
    quick.fails = ""
    tasks.backup()
    assert len(quick) == 2
    assert known.trouble() == ""


def test_one_that_is_too_old_is_told_of(quick):
    tasks.backup()
    age(started_at=25 * HOUR)
    assert known.trouble() == ""
    age(started_at=27 * HOUR)
    assert "older than 26 hours" in known.trouble()


def test_two_are_not_taken_at_once(quick):
    Backup.objects.create(lease_until=timezone.now() + timedelta(minutes=1))
    tasks.backup()
    assert quick == []
    with pytest.raises(CommandError, match="A backup is being taken right now"):
        call_command("backup")


def test_a_ring_while_one_is_taken_is_no_error(quick, caplog, monkeypatch):
    """A dump takes longer than the time between two rings, and every worker hears them."""
    running = Backup.objects.create(lease_until=timezone.now() + timedelta(minutes=1))
    claims = []

    def claim():
        claims.append("tried")
        raise backups._Busy

    monkeypatch.setattr(backups, "_claim", claim)
    tasks.backup()
    assert claims == []
    monkeypatch.setattr(backups, "_dead", lambda _: Q(pk=running.pk))  # as if the other had claimed it a moment later
    tasks.backup()
    assert (claims, list(quick), caplog.messages) == (["tried"], [], [])


def test_a_clock_that_was_ahead_keeps_nobody_from_taking_one(quick):
    tasks.backup()
    age(started_at=-900 * HOUR)
    ahead = Backup.objects.get()
    ahead.file = "dashboard-29990101T000000Z.sqlite.age"
    ahead.save()
    (dumps.folder() / ahead.file).touch()
    Backup.objects.create(lease_until=timezone.now() + 900 * HOUR)  # and whoever took another one died
    assert "No backup has been taken yet." in known.trouble()
    tasks.backup()
    assert len(quick) == 2
    assert known.last_good().pk != ahead.pk
    assert f"The clock was ahead when {ahead.file} was taken" in known.trouble()
    (dumps.folder() / ahead.file).unlink()
    tasks.backup()
    assert (len(quick), known.trouble()) == (2, "")


def test_a_failure_while_the_clock_was_ahead_keeps_nobody_from_trying(quick):
    quick.fails = "The disk of BACKUP_DIR is full."
    tasks.backup()
    age(started_at=-900 * HOUR)
    quick.fails = ""
    tasks.backup()
    assert (len(quick), known.trouble()) == (2, "")


def test_a_dump_that_is_not_there_any_more_is_told_of_and_taken_anew(quick):
    tasks.backup()
    lost = known.last_good().file
    (dumps.folder() / lost).unlink()
    tasks.backup()
    assert known.last_good() is None
    assert f"{lost} is not in BACKUP_DIR any more" in known.trouble()
    age(started_at=HOUR)
    tasks.backup()
    assert (len(quick), known.trouble()) == (2, "")


def test_workers_with_a_folder_each_do_not_take_one_after_the_other(quick):
    for _ in range(4):
        tasks.backup()
        for path in dumps.folder().iterdir():
            path.unlink()
        age(started_at=HOUR)
    assert len(quick) == 2
    assert "workers on several machines need the same folder" in known.trouble()


def test_a_dump_that_is_copied_elsewhere_need_not_be_here(quick, settings):
    settings.BACKUP_COPY_COMMAND = ["true"]
    tasks.backup()
    (dumps.folder() / known.last_good().file).unlink()
    tasks.backup()
    assert (len(quick), known.trouble()) == (1, "")


def test_one_by_hand_is_called_so_and_counts_as_the_days(backed_up):
    call_command("backup")
    (path,) = backed_up.iterdir()
    assert path.name.endswith("Z-by-hand.sqlite.age")
    assert dumps.taken_at(path.name)
    tasks.backup()
    assert known.last_good().file == path.name


def test_a_folder_that_cannot_be_read_keeps_no_copy_from_being_made(quick, settings, tmp_path, monkeypatch):
    settings.BACKUP_COPY_COMMAND = ["cp", "{}", str(tmp_path / "elsewhere")]

    def unreadable(_):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(Path, "iterdir", unreadable)
    tasks.backup()
    assert (tmp_path / "elsewhere").exists()
    assert not Backup.objects.get().is_running


@pytest.mark.parametrize("part", [(dumps, "rotate"), (copying, "copy"), (dumps, "write")])
def test_whatever_goes_wrong_the_row_is_let_go(quick, settings, monkeypatch, part):
    settings.BACKUP_COPY_COMMAND = ["true"]

    def fails(*_, **__):
        raise RuntimeError("something that nobody thought of")

    monkeypatch.setattr(*part, fails)
    with pytest.raises(RuntimeError):
        backups.take()
    row = Backup.objects.get()
    assert (row.is_running, bool(row.ended_at), bool(row.file)) == (False, True, not row.problem)


def test_when_whoever_took_it_died_the_next_one_goes_on(quick):
    dead = Backup.objects.create(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.backup()
    assert len(quick) == 1
    dead.refresh_from_db()
    assert (dead.is_running, dead.file) == (False, "")
    assert "stopped in the midst" in dead.problem
    assert known.last_good().pk != dead.pk


def test_who_was_only_slow_makes_nothing_that_looks_whole(backed_up, monkeypatch):
    """Somebody else has ended the row meanwhile, and begun anew."""

    def ended(*_):
        Backup.objects.update(is_running=False)

    monkeypatch.setattr(dumps, "sync", ended)
    monkeypatch.setattr(backups, "_RENEWED", 0.0)
    with pytest.raises(Refused, match="somebody else has begun anew"):
        backups.take()
    assert list(backed_up.iterdir()) == []


def test_a_copy_that_fails_is_remembered_told_and_tried_again(quick, settings, tmp_path):
    settings.BACKUP_COPY_COMMAND = ["sh", "-c", "echo no route >&2; exit 1", "{}"]
    tasks.backup()
    good = known.last_good()
    assert (good.copied_at, good.copy_problem) == (None, "sh ended with 1: no route.")
    assert "could not" not in known.trouble()
    assert f"The copy of {good.file} elsewhere failed: sh ended with 1: no route." in known.trouble()
    settings.BACKUP_COPY_COMMAND = ["cp", "{}", str(tmp_path / "elsewhere")]
    tasks.backup()
    assert not (tmp_path / "elsewhere").exists()
    age(copy_tried_at=timedelta(minutes=31))
    tasks.backup()
    assert (tmp_path / "elsewhere").exists()
    assert len(quick) == 1
    assert known.trouble() == ""
    assert known.last_good().copied_at
    assert not known.last_good().is_running


def test_the_command_says_what_else_belongs_to_a_backup(backed_up, capsys, settings):
    call_command("backup")
    said = capsys.readouterr().out
    assert "SECRET_KEY" in said
    assert "age identity" in said
    settings.BACKUP_COPY_COMMAND = ["false"]
    with pytest.raises(CommandError, match="The dump is whole, but its copy elsewhere failed"):
        call_command("backup")


def test_a_database_from_before_there_were_rows_is_backed_up_too(backed_up):
    call_command("migrate", "operations", "0001", verbosity=0)
    assert backups.take()[0].path.exists()


def test_old_rows_are_forgotten(quick):
    old = timezone.now() - timedelta(days=500)
    Backup.objects.create(is_running=False, lease_until=old, started_at=old, ended_at=old, problem="long ago")
    tasks.backup()
    assert [row.problem for row in Backup.objects.all()] == [""]
