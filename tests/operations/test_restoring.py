"""Dump, wipe, restore, sign in: on both databases, with the programs that a deployment has."""

import re
import sqlite3
from contextlib import closing
from datetime import timedelta
from io import StringIO
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone

from operations import backups, dumps, marker, opening, refilling, restoring, swapping, voiding
from operations.models import Backup, Heartbeat, Restored
from operations.pipes import Refused
from operations.restoring import Wish
from team.models import AccountGroup, Membership, User
from tests.operations import world
from tests.operations.conftest import new_key


def taken():
    """A backup of what there is now."""
    return backups.take()[0].path


def restored(path, key, **wishes):
    """What the command says."""
    said = StringIO()
    call_command("restore", path, identity=key.identity, stdout=said, url="https://audiences.example.com", **wishes)
    return said.getvalue()


def refused(path, identity, **wishes):
    with pytest.raises(Refused) as problem:
        restoring.restore(Wish(path, identity, **wishes), lambda _line: None)
    return str(problem.value)


def wipe():
    """As on a machine that nobody has used."""
    call_command("flush", interactive=False, verbosity=0, inhibit_post_migrate=True)


def test_dump_wipe_restore_sign_in(backed_up, key):
    world.make()
    path = taken()
    wipe()
    said = restored(path, key)
    assert set(User.objects.values_list("email", flat=True)) == {world.BOSS, world.ANN, world.MIA}
    link = re.search(r"https://audiences.example.com(/sign-in/\S+)", said)[1]
    browser = Client()
    assert browser.get(link).status_code == 302
    assert "Members" in browser.get("/restored/").content.decode()
    assert "  Members set aside: 2\n" in said
    assert not marker.stands()


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_the_first_admin_is_made_where_the_dump_has_none(backed_up, key):
    path = taken()
    assert world.BOSS in restored(path, key)
    assert User.objects.get().is_superuser


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_people_are_replaced_only_when_somebody_says_so_and_are_kept(backed_up, key):
    world.make()
    path = taken()
    User.objects.create_user("new@example.com")
    assert "--replace" in refused(path, key.identity)
    assert User.objects.filter(email="new@example.com").exists()
    said = restored(path, key, replace=True)
    assert not User.objects.filter(email="new@example.com").exists()
    kept = next(backed_up.glob("before-restore-*.age"))
    assert str(kept) in said
    restored(kept, key, replace=True, trust=True)
    assert User.objects.filter(email="new@example.com").exists()


def cut(data):
    return data[:-1]


def cut_at_a_block(data):
    return data[: len(data) - len(data) % 65552 - 65552] if len(data) > 131104 else data[: len(data) // 2]


def flipped(data):
    middle = len(data) // 2
    return data[:middle] + bytes([data[middle] ^ 1]) + data[middle + 1 :]


def longer(data):
    return data + b"x"


HARMS = (cut, cut_at_a_block, flipped, longer, lambda _: b"", lambda _: b"PGDMP no age")


def test_a_damaged_file_is_refused_and_nothing_is_touched(backed_up, key):
    world.make()
    path = taken()
    whole, before = path.read_bytes(), list(User.objects.values_list("email", "password"))
    for harm in HARMS:
        path.write_bytes(harm(whole))
        assert "damaged or cut short" in refused(path, key.identity, replace=True)
    assert list(User.objects.values_list("email", "password")) == before
    assert (Membership.objects.count(), Restored.objects.count(), marker.stands()) == (3, 0, False)
    assert list(backed_up.glob("before-restore-*")) == []


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_another_key_is_named(backed_up, tmp_path):
    stranger = new_key(tmp_path)
    assert "was encrypted to another key" in refused(taken(), stranger.identity)
    (tmp_path / "no-key").write_text("no key at all\n")
    assert "cannot be used as an identity" in refused(taken(), tmp_path / "no-key")
    assert "There is no identity at" in refused(taken(), tmp_path / "missing")


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_a_dump_of_the_other_kind_is_refused(backed_up, key, kind, monkeypatch):
    path = taken()
    monkeypatch.setattr(opening.postgres, "is_it", lambda: kind == "SQLite")
    assert "one cannot become the other" in refused(path, key.identity)


def test_what_is_no_dump_of_the_dashboard_is_refused(backed_up, key, kind):
    tables = ["team_user", "django_migrations"]
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f"ALTER TABLE {table} RENAME TO django_other_{table}")
        path = taken()
        for table in tables:
            cursor.execute(f"ALTER TABLE django_other_{table} RENAME TO {table}")
    said = refused(path, key.identity)
    assert "something else than a dump" in said or "not a dump of the dashboard" in said


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_a_newer_dump_is_refused(backed_up, key):
    MigrationRecorder(connection).record_applied("team", "9999_of_tomorrow")
    path = taken()
    MigrationRecorder(connection).record_unapplied("team", "9999_of_tomorrow")
    assert "newer version of the dashboard" in refused(path, key.identity)


def test_an_older_dump_is_brought_up_to_date(backed_up, key, settings):
    call_command("migrate", "operations", "0001", verbosity=0)
    User.objects.create_user("old@example.com")
    path = taken()
    call_command("migrate", verbosity=0)
    restored(path, key, replace=True)
    assert User.objects.filter(email="old@example.com").exists()
    assert Backup.objects.count() == 0
    # without a row of its own the name says when it was taken
    assert abs(dumps.taken_at(path.name) - timezone.now()) < timedelta(minutes=1)


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_a_worker_that_was_heard_of_is_named(backed_up, key):
    path = taken()
    beat = Heartbeat.objects.create(kind="worker", name="worker@box", at=timezone.now())
    assert "Worker worker@box" in refused(path, key.identity)
    Heartbeat.objects.filter(pk=beat.pk).update(at=timezone.now() - timedelta(seconds=61))
    restored(path, key)
    assert Heartbeat.objects.count() == 0


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_whoever_is_connected_is_named(backed_up, key, address, monkeypatch):
    monkeypatch.setattr("operations.company._LEAVING", 0.2)
    path = taken()
    with psycopg.connect(address, application_name="psql of ann"):
        assert "psql of ann" in refused(path, key.identity)


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_whoever_has_the_file_open_keeps_it_from_being_replaced(backed_up, key, tmp_path):
    path = taken()
    with sqlite3.connect(tmp_path / "dashboard.sqlite3") as other:
        other.execute("PRAGMA journal_mode=WAL")
        other.execute("SELECT count(*) FROM team_user")
        assert "still has the database open" in refused(path, key.identity)
    other.close()


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_whoever_writes_to_the_new_file_at_once_loses_nothing(backed_up, key, tmp_path, monkeypatch):
    """A web server that nobody has noticed: what it wrote is in a log beside the file, until it is in the file."""
    live, kept, replace = tmp_path / "dashboard.sqlite3", [], Path.replace
    world.make()
    path = taken()

    def replace_and_write(self, target):
        done = replace(self, target)
        if Path(target) == live:
            kept.append(sqlite3.connect(live, isolation_level=None))
            kept[0].execute("PRAGMA journal_mode=WAL")
            kept[0].execute("UPDATE team_user SET name = 'Written at once'")
        return done

    monkeypatch.setattr(Path, "replace", replace_and_write)
    restored(path, key, replace=True)
    with closing(sqlite3.connect(live)) as anew:
        assert anew.execute("SELECT DISTINCT name FROM team_user").fetchall() == [("Written at once",)]
    kept[0].close()


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_former_admins_everywhere_are_named_and_the_first_admins_link_opens(backed_up, key):
    User.objects.create_superuser("former@example.com")
    User.objects.create_user(world.BOSS, is_active=False)
    said = restored(taken(), key, replace=True)
    assert "Admins everywhere no more" in said
    assert "  former@example.com\n" in said
    browser = Client()
    browser.get(re.search(r"https://audiences.example.com(/sign-in/\S+)", said)[1])
    assert browser.get("/restored/").status_code == 200


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_nothing_in_the_clear_is_left_beside_the_live_file(backed_up, key, tmp_path):
    world.make()
    path = taken()
    (tmp_path / "dashboard.sqlite3").chmod(0o640)
    left = tmp_path / ".dashboard.sqlite3.restoring"
    left.write_text("of a restore that died")
    restored(path, key, replace=True)
    path.write_bytes(flipped(path.read_bytes()))
    refused(path, key.identity, replace=True)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["backups", "dashboard.sqlite3"]
    assert (tmp_path / "dashboard.sqlite3").stat().st_mode & 0o777 == 0o640
    assert {one.suffix for one in backed_up.iterdir()} == {".age"}


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_a_live_file_that_is_no_database_any_more_is_replaced(backed_up, key, tmp_path):
    world.make()
    path = taken()
    connection.close()
    (tmp_path / "dashboard.sqlite3").write_bytes(b"a disk that is broken " * 1000)
    restored(path, key)
    assert User.objects.count() == 3


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_what_is_not_ours_is_not_dropped(backed_up, key):
    path = taken()
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE ledger (id int)")
    assert "such as ledger" in refused(path, key.identity)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE ledger")
        cursor.execute("CREATE TABLE audiences_of_a_later_version (id int)")
    restored(path, key)
    assert "audiences_of_a_later_version" not in connection.introspection.table_names()


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_half_a_script_is_taken_back(backed_up, key, monkeypatch):
    """psql by itself would commit what it got before its input ended."""
    made = world.make()
    world.attempt(made.group, made.ann, "Long", "refused", description="x" * 200_000)
    path = taken()
    wipe()
    User.objects.create_user("still@example.com")

    def hand_on(line, script, psql, server):
        refilling._tell(psql, script.out.read(60_000))
        script.running.kill()
        while script.out.read(1 << 20):
            pass

    monkeypatch.setattr(refilling, "_hand_on", hand_on)
    said = refused(path, key.identity, replace=True)
    assert "pg_restore failed, and nothing has changed" in said
    assert [user.email for user in User.objects.all()] == ["still@example.com"]
    assert not marker.stands()


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_a_crash_before_everything_is_closed_leaves_the_mark_and_a_second_run_ends_it(backed_up, key, monkeypatch):
    world.make()
    path = taken()
    wipe()
    with monkeypatch.context() as crash:
        crash.setattr(voiding, "_close", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restoring.restore(Wish(path, key.identity), lambda _line: None)
    assert marker.stands()
    assert Membership.objects.count() == 3  # which is why nothing may start
    with pytest.raises(SystemExit, match="A restore was not finished"):
        call_command("prepare")
    assert "restore_in_progress" not in path.read_bytes().decode(errors="replace")
    restored(path, key)  # what is there is of the dump: nobody has to say --replace
    assert not marker.stands()
    assert Membership.objects.count() == 1


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_a_crash_before_everything_is_closed_leaves_the_live_file_as_it_was(backed_up, key, monkeypatch):
    world.make()
    path = taken()
    wipe()
    User.objects.create_user("still@example.com")
    with monkeypatch.context() as crash:
        crash.setattr(swapping, "swap", lambda _: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            restoring.restore(Wish(path, key.identity, replace=True), lambda _line: None)
    assert [user.email for user in User.objects.all()] == ["still@example.com"]


def test_with_trust_everything_is_as_it_was(backed_up, key):
    made = world.make()
    path = taken()
    wipe()
    said = restored(path, key, trust=True)
    assert "sign-in" not in said
    assert Membership.objects.count() == 3
    assert Restored.objects.count() == 0
    assert AccountGroup.objects.get().generation == 7
    assert Client().get(f"/s/{made.token}/").status_code != 404
    assert not Backup.objects.filter(is_running=True).exists()
    assert not marker.stands()


def test_a_dump_that_is_not_there_is_one_sentence(backed_up, key):
    with pytest.raises(CommandError, match="There is no dump at"):
        call_command("restore", backed_up / "nothing.age", identity=key.identity)
