"""A dump is encrypted, whole or not there, and of its kind only the newest are kept."""

import hashlib
import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.core.management import CommandError, call_command

from dashboard import server
from operations import copying, dumps, postgres
from operations.pipes import Refused
from tests.operations import world

NOW = datetime(2026, 11, 28, 22, 16, tzinfo=UTC)


def write():
    return dumps.write(NOW, lambda: None)


def program(folder, name, script):
    """A stand-in that comes before the real one."""
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


@pytest.fixture
def before(tmp_path, monkeypatch):
    """Where stand-ins are found first."""
    folder = tmp_path / "bin"
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")
    return folder


def test_is_named_by_its_moment_counted_and_for_its_owner_alone(backed_up, kind):
    made = write()
    end = kind.lower()
    assert made.path == backed_up / f"dashboard-20261128T221600Z.{end}.age"
    assert made.size == made.path.stat().st_size > 10_000
    assert made.sha256 == hashlib.sha256(made.path.read_bytes()).hexdigest()
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert write().path.name == f"dashboard-20261128T221601Z.{end}.age"


def test_the_standard_tools_alone_open_it(backed_up, key, kind, tmp_path):
    world.make()
    made = write()
    clear = tmp_path / "clear"
    subprocess.run(["age", "-d", "-i", key.identity, "-o", clear, made.path], check=True)
    assert world.ANN.encode() not in made.path.read_bytes()
    if kind == "SQLite":
        with closing(sqlite3.connect(clear)) as copy:
            assert copy.execute("SELECT count(*) FROM team_user").fetchone() == (3,)
        return
    restore = postgres.program("pg_restore", postgres.server_version())
    rows = subprocess.run(
        [restore, "--data-only", "--table=team_user", "-f", "-", clear], capture_output=True, check=True
    )
    assert world.ANN.encode() in rows.stdout


def test_nothing_else_is_left_in_the_folder(backed_up):
    made = write()
    assert list(backed_up.iterdir()) == [made.path]


def test_without_a_public_key_it_says_how_to_get_one(backed_up, settings):
    settings.BACKUP_RECIPIENTS = []
    with pytest.raises(CommandError, match=r"BACKUP_RECIPIENTS is not set.*age-keygen"):
        call_command("backup")


FAILURES = [
    ("echo 'age: error: writing: no space left on device' >&2; exit 1", r"The disk of BACKUP_DIR is full\."),
    ("cat >/dev/null; echo 'age: error: strange' >&2; exit 1", r"age failed: age: error: strange\."),
    ("kill -9 $$", r"age was killed by signal 9\."),
]


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
@pytest.mark.parametrize(("script", "sentence"), FAILURES)
def test_when_encrypting_fails_there_is_a_sentence_and_no_file(backed_up, before, script, sentence):
    program(before, "age", script)
    with pytest.raises(Refused, match=sentence):
        write()
    assert list(backed_up.iterdir()) == []


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_half_of_pg_dump_is_no_dump(backed_up, monkeypatch, tmp_path):
    """age ends well on whatever it got."""
    program(tmp_path / "bin", "pg_dump", "printf PGDMP; kill -9 $$")
    monkeypatch.setattr(postgres, "program", lambda *_: str(tmp_path / "bin" / "pg_dump"))
    with pytest.raises(Refused, match="pg_dump was killed by signal 9"):
        write()
    assert list(backed_up.iterdir()) == []


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_programs_that_are_missing_or_older_than_the_server_are_named(address, monkeypatch, tmp_path):
    monkeypatch.setattr(postgres, "_paths", lambda _: [])
    with pytest.raises(Refused, match="pg_dump is missing here"):
        postgres.program("pg_dump", 16)
    program(tmp_path / "bin", "pg_dump", "echo 'pg_dump (PostgreSQL) 14.1'")
    monkeypatch.setattr(postgres, "_paths", lambda _: [str(tmp_path / "bin" / "pg_dump")])
    with pytest.raises(Refused, match="of version 14, older than the server"):
        postgres.program("pg_dump", 15)


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_without_age_it_says_so(backed_up, monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(Refused, match="age is missing here"):
        write()


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_a_folder_that_is_gone_is_a_sentence(backed_up):
    backed_up.rmdir()
    with pytest.raises(Refused, match="BACKUP_DIR cannot be written to"):
        write()


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_the_password_is_in_no_command_line_and_options_are_honoured(address, monkeypatch):
    given = {"dbname": "d", "user": "u", "password": "secret", "host": "h", "sslmode": "verify-full"}
    monkeypatch.setattr(postgres, "parameters", lambda: given | {"options": "-c a=b"})
    told = postgres.environment()
    assert told["PGPASSWORD"] == "secret"
    assert (told["PGSSLMODE"], told["PGOPTIONS"], told["PGHOST"]) == ("verify-full", "-c a=b", "h")
    monkeypatch.setattr(postgres, "parameters", lambda: given | {"sslpassword": "x"})
    with pytest.raises(Refused, match="sslpassword"):
        postgres.environment()


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_the_newest_are_kept_and_nothing_of_others_is_touched(backed_up, settings):
    settings.BACKUP_KEEP = 2
    ours = [f"dashboard-2026112{day}T000000Z.{kind}.age" for day, kind in enumerate(("sqlite", "postgresql", "sqlite"))]
    others = ["before-restore-20200101T000000Z.sqlite.age", "dashboard-20200101T000000Z.sqlite", "notes.age", "key.txt"]
    others += ["dashboard-2020.sqlite.age", ".dashboard-20261128T221600Z.sqlite.age.0123abcd.part"]
    stray = ".dashboard-20200101T000000Z.sqlite.age.0123abcd.part"
    for name in [*ours, *others, stray]:
        (backed_up / name).write_bytes(b"")
    os.utime(backed_up / stray, (0, 0))
    assert dumps.rotate() == [ours[0]]
    assert sorted(path.name for path in backed_up.iterdir()) == sorted([*ours[1:], *others])


@pytest.mark.parametrize("kind", ["SQLite"], indirect=True)
def test_dumps_by_hand_push_no_daily_one_out_and_neither_do_those_of_a_clock_that_was_ahead(backed_up, settings):
    settings.BACKUP_KEEP = 2
    daily = [f"dashboard-2025112{day}T000000Z.sqlite.age" for day in range(3)]
    by_hand = [f"dashboard-2025122{day}T000000Z-by-hand.sqlite.age" for day in range(3)]
    ahead = [f"dashboard-2999010{day}T000000Z{end}.sqlite.age" for day in range(1, 4) for end in ("", "-by-hand")]
    stray = ".dashboard-20200101T000000Z-by-hand.sqlite.age.0123abcd.part"
    for name in [*daily, *by_hand, *ahead, stray]:
        (backed_up / name).write_bytes(b"")
    os.utime(backed_up / stray, (0, 0))
    assert dumps.rotate() == [daily[0], by_hand[0]]
    assert sorted(path.name for path in backed_up.iterdir()) == sorted([*daily[1:], *by_hand[1:], *ahead])


def test_the_command_to_copy_gets_the_path_where_it_wants_it(tmp_path, settings):
    path = tmp_path / "a dump"
    settings.BACKUP_COPY_COMMAND = ["rsync", "{}", "there:{}"]
    assert copying.command(path) == ["rsync", str(path), f"there:{path}"]
    settings.BACKUP_COPY_COMMAND = ["upload", "--fast"]
    assert copying.command(path) == ["upload", "--fast", str(path)]


def test_the_command_to_copy_is_told_no_secret(tmp_path, settings, monkeypatch):
    assert set(copying.SECRETS) >= set(server._SECRETS)
    monkeypatch.setenv("SECRET_KEY", "a secret")
    monkeypatch.setenv("RCLONE_CONFIG", "kept")
    script = "import os,pathlib,sys; pathlib.Path(sys.argv[1]).write_text(repr(dict(os.environ)))"
    settings.BACKUP_COPY_COMMAND = [sys.executable, "-c", script]
    copying.copy(tmp_path / "told", lambda: None)
    told = (tmp_path / "told").read_text()
    assert "a secret" not in told
    assert "kept" in told


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["sh", "-c", "echo gone wrong >&2; exit 3", "{}"], r"sh ended with 3: gone wrong\."),
        (["no-such-program"], r"no-such-program cannot be started: No such file or directory\."),
        (["sh", "-c", "kill -9 $$"], r"sh was killed by signal 9"),
    ],
)
def test_what_goes_wrong_in_copying_is_a_sentence(tmp_path, settings, command, sentence):
    settings.BACKUP_COPY_COMMAND = command
    with pytest.raises(Refused, match=sentence):
        copying.copy(tmp_path / "dump", lambda: None)


def test_copying_does_not_take_for_ever(tmp_path, settings, monkeypatch):
    settings.BACKUP_COPY_COMMAND = ["sleep", "60"]
    monkeypatch.setattr(copying, "SECONDS", 0.0)
    with pytest.raises(Refused, match="was not done within"):
        copying.copy(tmp_path / "dump", lambda: None)


@pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
def test_a_frozen_pg_dump_is_not_waited_for_for_ever(backed_up, monkeypatch, tmp_path):
    program(tmp_path / "bin", "pg_dump", "exec sleep 60")
    monkeypatch.setattr(postgres, "program", lambda *_: str(tmp_path / "bin" / "pg_dump"))
    monkeypatch.setattr(dumps, "SECONDS", 0.0)
    with pytest.raises(Refused, match="was not done within"):
        write()
    assert list(backed_up.iterdir()) == []
