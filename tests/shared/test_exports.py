"""Exports by workers that are killed and frozen, and from an API that fails: one whole file, each person once."""

import csv
import io
import json
import random
import signal
import time
import uuid
from pathlib import Path
from zipfile import ZipFile

import psutil
import pytest
from django.utils import timezone

from audiences.models import Export, Notice
from team.models import User
from tests.conftest import new_database
from tests.dashboard.running import wait
from tests.shared.deployment import GROUP, Deployment, kill

A_PAGE = 0.02  # seconds


@pytest.fixture
def here(request, deploy):
    """A deployment without a broker."""
    on_postgres = getattr(request, "param", "SQLite") == "PostgreSQL"
    here = deploy(**{"DATABASE_URL": new_database(request.getfixturevalue("postgres_url"))} if on_postgres else {})
    here.api.does.delay = A_PAGE
    yield here
    here.clear()


def ask(here: Deployment, people: int) -> int:
    here.api.does.people = people
    by = here.rows(User).get(is_superuser=True)
    wish = {"group_id": GROUP, "audience_id": "aud1", "name": "Leads", "columns": ["id", "name"], "by": by}
    return here.rows(Export).create(form_key=uuid.uuid4().hex, next_check_at=timezone.now(), **wish).pk


def row(here: Deployment, pk: int) -> Export:
    return here.rows(Export).get(pk=pk)


def holder(workers: list) -> psutil.Popen | None:
    """The worker that has a turn: it writes a segment."""
    return next((one for one in workers if any(".jsonl" in path for path in open_files(one))), None)


def open_files(running) -> list[str]:
    return [file.path for file in psutil.Process(running.process.pid).open_files()]


def read_on(here: Deployment, workers: list, pages: int) -> None:
    """Wait until one of them has it, and has read so many pages more."""
    wait(lambda: holder(workers), 60)
    enough = here.api.does.calls["prospects"] + pages
    wait(lambda: here.api.does.calls["prospects"] >= enough, 60)


def settled(here: Deployment, pk: int, within: float = 60.0) -> Export:
    """The export once it has ended; no lease of the dead and no pause is waited for meanwhile."""
    end = time.monotonic() + within
    while (found := row(here, pk)).is_under_way:
        assert time.monotonic() < end, (found.state, found.problem, found.rows)
        waits = here.rows(Export).filter(pk=pk, lease_until__lte=timezone.now())
        waits.filter(next_check_at__gt=timezone.now()).update(next_check_at=timezone.now())
        time.sleep(0.2)
    return found


def is_whole(here: Deployment, export: Export, people: int) -> None:
    """Each person of the API stands in the file once, in its order, and the manifest says so."""
    folder = Path(here.environ["VAR_DIR"]) / "exports" / export.folder
    wait(lambda: [path.name for path in folder.iterdir()] == [export.archive])  # the spool goes once it is released
    with ZipFile(folder / export.archive) as pack:
        assert pack.testzip() is None
        file, manifest = (pack.read(name) for name in pack.namelist())
    _, *lines = csv.reader(io.StringIO(file.decode("utf-8-sig"), newline=""), strict=True)
    assert [line[0] for line in lines] == [f"p{number}" for number in range(people)]
    facts = json.loads(manifest)
    assert (export.state, export.rows, facts["rows"], facts["whole"]) == ("whole", people, people, True)
    assert [notice.kind for notice in here.rows(Notice).filter(audience_id="aud1")] == ["exported"]


@pytest.mark.parametrize(
    ("here", "people", "kills"),
    [
        ("SQLite", 300, 3),
        pytest.param("SQLite", 2400, 20, marks=pytest.mark.soak),
        pytest.param("PostgreSQL", 2400, 20, marks=pytest.mark.soak),
    ],
    indirect=["here"],
)
def test_workers_killed_in_mid_export_give_one_whole_file(here, people, kills):
    workers = [here.worker() for _ in range(min(kills, 3) + 1)]
    pk = ask(here, people)
    for number in range(kills):
        read_on(here, workers, random.randint(1, people // 3 // kills // 2))
        workers.remove(dying := holder(workers))
        kill(dying.process)
        print(f"killed at {row(here, pk).rows} of {people}")
        if len(workers) < kills - number:
            workers.append(here.worker())
        here.end_leases(Export)
    is_whole(here, settled(here, pk), people)


def test_whatever_the_api_does_on_the_way_the_file_is_whole(here):
    # a 400 may be about the page's size: the client asks once more without one
    troubles = [["502"], ["cut"], ["429"], ["409"], ["400", "400"]]
    here.api.does.on_the_way = {str(3 * number): trouble for number, trouble in enumerate(troubles, start=2)}
    here.worker()
    export = settled(here, ask(here, 90))
    assert not any(here.api.does.on_the_way.values())
    assert export.restarts == 1
    is_whole(here, export, 90)


@pytest.mark.soak
@pytest.mark.parametrize("here", ["SQLite", "PostgreSQL"], indirect=True)
def test_a_worker_that_was_frozen_beyond_its_lease_writes_nothing_that_counts(here):
    workers = [here.worker(), here.worker()]
    pk = ask(here, 300)
    wait(lambda: row(here, pk).rows > 30, 30)
    frozen = holder(workers)
    frozen.process.send_signal(signal.SIGSTOP)
    here.end_leases(Export)
    export = settled(here, pk)
    frozen.process.send_signal(signal.SIGCONT)
    # once it has taken up another, it is through with the first
    workers.remove(frozen)
    kill(workers[0].process)
    other = ask(here, 30)
    wait(lambda: not row(here, other).is_under_way, 30)
    assert row(here, pk).fence == export.fence
    here.rows(Notice).order_by("-pk").first().delete()
    is_whole(here, export, 300)
