"""kill -9 in the midst of a backup and of a restore, again and again: nothing half looks whole, and nothing half opens.

Real commands on a real PostgreSQL; what is killed is our process, pg_dump, age, pg_restore or psql, at any moment. The
short form kills once, and its commands are forks of the tests' process: to start one anew is most of what it costs.
"""

import os
import random
import signal
import subprocess
import sys
import time
from contextlib import suppress
from types import SimpleNamespace

import psutil
import psycopg
import pytest
from django.core.management import execute_from_command_line
from django.db import connections

from tests.dashboard.running import ROOT, Running, clean, wait
from tests.operations import world
from tests.operations.conftest import using

pytestmark = pytest.mark.parametrize("kind", ["PostgreSQL"], indirect=True)
PASSWORD = "kept-out-of-sight"
ROWS = 30_000  # so that a dump takes long enough to be killed in
SHORT, LONG = 1, pytest.param(30, marks=pytest.mark.soak)


class Forked:
    """A command in a process of its own that has not to import anything; used as a Popen is."""

    def __init__(self, words, log):
        self.returncode = None
        connections.close_all()  # a socket is nobody's to share
        self.pid = os.fork()
        if not self.pid:
            self._run(words, log)

    def _run(self, words, log):
        code = 70
        try:
            with log.open("w") as sys.stdout:
                sys.stderr = sys.stdout
                try:
                    execute_from_command_line(["manage.py", *words])
                    code = 0
                except SystemExit as end:
                    print(end)
                    code = 1
        finally:
            os._exit(code)

    def poll(self):
        if self.returncode is None and (ended := os.waitpid(self.pid, os.WNOHANG))[0]:
            self.returncode = os.waitstatus_to_exitcode(ended[1])
        return self.returncode

    def wait(self, seconds):
        wait(lambda: self.poll() is not None, seconds)
        return self.returncode


class Place:
    """A database with rows, and the commands on it."""

    def __init__(self, folder, address, key):
        self.folder, self.address, self.key = folder, address, key
        self.backups = folder / "killed"
        address = address.replace("tests@", f"tests:{PASSWORD}@")
        self.environ = clean(
            VAR_DIR=folder,
            SECRET_KEY="x" * 50,
            DATABASE_URL=address,
            BACKUP_DIR=self.backups,
            AUDIENCES_API_KEY="sk_x",
            BACKUP_RECIPIENTS=key.recipient,
        )
        with using(self.address):
            world.make()
        self.sql(
            "INSERT INTO team_event (group_id, at, kind, who, about, subject, network, times)"
            f" SELECT 'grp', now(), 'created', md5(i::text), md5(i::text), '', '', 1 FROM generate_series(1, {ROWS}) i"
        )

    def sql(self, words):
        with psycopg.connect(self.address, autocommit=True) as there:
            done = there.execute(words)
            return done.fetchall() if done.description else []

    def start(self, *words):
        return Running(["manage.py", *map(str, words)], self.environ, self.folder / "log")

    def run(self, *words):
        command = [sys.executable, "manage.py", *map(str, words)]
        return subprocess.run(command, cwd=ROOT, env=self.environ, capture_output=True, text=True, timeout=120)

    def forks(self, settings):
        """From here on commands are forks of this process, which has the settings that they would have."""
        settings.BACKUP_DIR, settings.BACKUP_RECIPIENTS = self.backups, [self.key.recipient]
        self.backups.mkdir()
        log = self.folder / "log"
        self.start = lambda *words: SimpleNamespace(process=Forked([*map(str, words)], log))

        def run(*words):
            code = self.start(*words).process.wait(60)
            return SimpleNamespace(returncode=code, stderr=log.read_text())

        self.run = run

    def restore(self, path):
        return "restore", path, "--identity", self.key.identity, "--replace"

    def whole(self):
        """The files that look whole."""
        return sorted(path for path in self.backups.iterdir() if not path.name.startswith("."))

    def contents(self):
        counts = "SELECT (SELECT count(*) FROM team_event), (SELECT count(*) FROM team_membership)"
        return self.sql(counts)[0]


@pytest.fixture
def place(address, key, tmp_path):
    return Place(tmp_path, address, key)


def strike(running: Running, names: tuple[str, ...], within: float) -> None:
    """Kill the command, or one of its processes of these names, at any moment of the time from the first of them on."""
    wait(lambda: running.process.poll() is not None or _below(running, names), 30)
    time.sleep(random.uniform(0, within))
    with suppress(psutil.NoSuchProcess):  # it has just ended
        random.choice([psutil.Process(running.process.pid), *_below(running, names)]).send_signal(signal.SIGKILL)
    running.process.wait(60)


def _below(running: Running, names: tuple[str, ...]) -> list[psutil.Process]:
    with suppress(psutil.NoSuchProcess):
        return [one for one in psutil.Process(running.process.pid).children() if _name(one) in names]
    return []


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


@pytest.mark.parametrize("kills", [SHORT, LONG])
def test_a_killed_backup_leaves_nothing_that_looks_whole_and_the_next_one_goes_on(place, kills, settings):
    if kills == SHORT:
        place.forks(settings)
    for _ in range(kills):
        strike(place.start("backup"), ("pg_dump", "age"), 0.4)
        place.sql("UPDATE operations_backup SET lease_until = now() - interval '1 second' WHERE is_running")
    for path in place.whole() if place.backups.exists() else []:
        opened = subprocess.run(["age", "-d", "-i", place.key.identity, path], capture_output=True)
        assert (opened.returncode, opened.stdout[:5], len(opened.stdout) > 500_000) == (0, b"PGDMP", True)
    ended = place.run("backup")
    assert ended.returncode == 0, ended.stderr
    good = place.sql("SELECT count(*) FROM operations_backup WHERE file <> '' AND NOT is_running")
    assert good[0][0] >= 1
    assert b"PGDMP" not in b"".join(path.read_bytes()[:64] for path in place.backups.iterdir())


@pytest.mark.parametrize("kills", [SHORT, LONG])
def test_a_killed_restore_is_all_or_nothing_and_opens_nothing(place, kills, settings):
    if kills == SHORT:
        place.forks(settings)
    assert place.run("backup").returncode == 0
    path = place.whole()[0]
    before = place.contents()
    place.sql(
        "INSERT INTO team_event (group_id, at, kind, who, about, subject, network, times)"
        " VALUES ('grp', now(), 'created', 'new', '', '', '', 1)"
    )
    after = before[0] + 1, before[1]
    outcomes = set()
    for _ in range(kills):
        strike(place.start(*place.restore(path)), ("psql", "pg_restore"), 1.5)
        wait(
            lambda: (
                not place.sql(
                    "SELECT 1 FROM pg_stat_activity WHERE datname = current_database()"
                    " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
                )
            ),
            20,
        )
        stands = bool(place.sql("SELECT to_regclass('restore_in_progress')")[0][0])
        events, members = place.contents()
        outcomes.add((events, members, stands))
        closed = before[0] + 1, 1  # its restore is an event, and the admin everywhere is the only member
        met = (after, closed) if not stands else (before, after, closed)
        assert (events, members) in met
        if stands:
            refused = place.run("prepare")
            assert (refused.returncode, "A restore was not finished" in refused.stderr) == (1, True)
    ended = place.run(*place.restore(path))
    assert ended.returncode == 0, ended.stderr
    assert place.contents() == (before[0] + 1, 1)
    assert not place.sql("SELECT to_regclass('restore_in_progress')")[0][0]
    print(f"{kills} kills, states met: {sorted(outcomes)}")


@pytest.mark.soak  # test_dumps.py looks at what the programs are told
def test_no_password_is_on_a_command_line_and_nothing_is_in_the_clear(place):
    """Looked at all through a backup and a restore, by whoever may look at processes."""
    seen = set()

    def watch(running):
        while running.process.poll() is None:
            for one in psutil.Process(running.process.pid).children(recursive=True):
                try:
                    seen.add((one.name(), " ".join(one.cmdline())))
                except (psutil.NoSuchProcess, psutil.ZombieProcess):
                    continue
            time.sleep(0.002)
        assert running.process.returncode == 0, running.said
        return running.said

    said = watch(place.start("backup"))
    path = place.whole()[0]
    said += watch(place.start(*place.restore(path)))
    assert {"pg_dump", "age", "pg_restore", "psql"} <= {name for name, _ in seen}
    assert [words for _, words in seen if PASSWORD in words] == []
    assert PASSWORD not in said
    for written in [*place.backups.iterdir()]:
        assert world.ANN.encode() not in written.read_bytes()


WEB, WORKER = ["dashboard.server", "--port", "0"], ["celery", "-A", "dashboard", "worker"]


@pytest.mark.parametrize("words", [WEB, pytest.param(WORKER, marks=pytest.mark.soak)], ids=["web", "worker"])
def test_while_a_restore_is_not_finished_nothing_starts(place, words):
    place.sql("CREATE TABLE restore_in_progress (since timestamptz)")
    started = [sys.executable, "-m", *words]
    ended = subprocess.run(started, cwd=ROOT, env=place.environ, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, "A restore was not finished" in ended.stderr) == (1, True)


@pytest.mark.soak  # tests/operations/test_backups.py has it within one process
def test_two_backups_at_once_are_one(place):
    both = [place.start("backup"), Running(["manage.py", "backup"], place.environ, place.folder / "other")]
    codes = sorted(running.process.wait(60) for running in both)
    made = len(place.whole())
    said = "".join(running.said for running in both)
    assert (codes, made, "is being taken right now" in said) in (([0, 1], 1, True), ([0, 0], 2, False))
