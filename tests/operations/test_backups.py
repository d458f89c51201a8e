"""One backup a day, by one worker at a time; what came of each try is remembered and told to admins."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from operations import backups, dumps, tasks
from operations.models import Backup
from operations.pipes import Refused

SQLITE = pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
pytestmark = SQLITE
HOUR = timedelta(hours=1)


@pytest.fixture
def quick(backed_up, monkeypatch):
    """Writing a dump takes no time; gives how often it was written, and may be told to fail."""
    made = []

    def write(moment, alive, *, start=dumps.OURS):
        alive()
        made.append(moment)
        if made.fails:
            raise Refused(made.fails)
        path = backed_up / f"{start}-{moment:%Y%m%dT%H%M%SZ}.sqlite.age"
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
    good = backups.last_good()
    assert (good.size, good.sha256, good.problem, good.is_running) == (1, "f" * 64, "", False)
    assert backups.trouble() == ""


def test_none_is_taken_without_a_public_key(quick, settings):
    settings.BACKUP_RECIPIENTS = []
    tasks.backup()
    assert (len(quick), backups.is_on(), backups.trouble()) == (0, False, "")


def test_a_failed_one_is_tried_again_half_an_hour_later(quick):
    quick.fails = "The disk of BACKUP_DIR is full."
    tasks.backup()
    tasks.backup()
    assert len(quick) == 1
    assert backups.last_good() is None
    assert "No backup has been taken yet." in backups.trouble()
    assert "The disk of BACKUP_DIR is full." in backups.trouble()
    age(started_at=timedelta(minutes=31))
    quick.fails = ""
    tasks.backup()
    assert len(quick) == 2
    assert backups.trouble() == ""


def test_one_that_is_too_old_is_told_of(quick):
    tasks.backup()
    age(started_at=25 * HOUR)
    assert backups.trouble() == ""
    age(started_at=27 * HOUR)
    assert "older than 26 hours" in backups.trouble()


def test_two_are_not_taken_at_once(quick):
    Backup.objects.create(lease_until=timezone.now() + HOUR)
    tasks.backup()
    assert quick == []
    with pytest.raises(CommandError, match="A backup is being taken right now"):
        call_command("backup")


def test_when_whoever_took_it_died_the_next_one_goes_on(quick):
    dead = Backup.objects.create(lease_until=timezone.now() - timedelta(seconds=1))
    tasks.backup()
    assert len(quick) == 1
    dead.refresh_from_db()
    assert (dead.is_running, dead.file) == (False, "")
    assert "stopped in the midst" in dead.problem
    assert backups.last_good().pk != dead.pk


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
    good = backups.last_good()
    assert (good.copied_at, good.copy_problem) == (None, "sh ended with 1: no route.")
    assert "could not" not in backups.trouble()
    assert f"The copy of {good.file} elsewhere failed: sh ended with 1: no route." in backups.trouble()
    settings.BACKUP_COPY_COMMAND = ["cp", "{}", str(tmp_path / "elsewhere")]
    tasks.backup()
    assert not (tmp_path / "elsewhere").exists()
    age(copy_tried_at=timedelta(minutes=31))
    tasks.backup()
    assert (tmp_path / "elsewhere").exists()
    assert len(quick) == 1
    assert backups.trouble() == ""
    assert backups.last_good().copied_at
    assert not backups.last_good().is_running


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
