"""Workers that are killed while they ask: nothing is lost and nothing done twice, on both databases, with no broker."""

import random
import signal
import time

import pytest
from django.utils import timezone

from audiences.models import Watch
from tests.conftest import new_database
from tests.dashboard.running import Running, wait
from tests.shared.deployment import DONE, Deployment, kill


@pytest.fixture
def here(request, deploy):
    """A deployment without a broker."""
    on_postgres = request.param == "PostgreSQL"
    here = deploy(**{"DATABASE_URL": new_database(request.getfixturevalue("postgres_url"))} if on_postgres else {})
    yield here
    here.clear()


def kill_while_it_asks(here: Deployment, worker: Running) -> None:
    """Some calls from now. One of another worker may be counted: then this one dies elsewhere, which is as good."""
    enough = here.api.does.asked.total() + random.randint(1, 4)
    wait(lambda: here.api.does.asked.total() >= enough, 30)
    kill(worker.process)


def move_on(here: Deployment) -> None:
    """As if a minute had passed: what is not ready is due, and no lease holds. One that a living worker holds neither:
    what it writes then comes too late.
    """
    here.end_leases(Watch)
    here.rows(Watch).filter(next_check_at__gt=timezone.now()).update(next_check_at=timezone.now())


SHORT, LONG = (30, 3, 3.0, True), (300, 50, 120.0, False)


@pytest.mark.parametrize(
    ("here", "audiences", "kills", "ready_within", "hurry"),
    [
        ("SQLite", *SHORT),
        pytest.param("PostgreSQL", *SHORT, marks=pytest.mark.soak),
        pytest.param("SQLite", *LONG, marks=pytest.mark.soak),
        pytest.param("PostgreSQL", *LONG, marks=pytest.mark.soak),
    ],
    indirect=["here"],
)
def test_nothing_is_lost_or_done_twice_when_workers_are_killed(here, audiences, kills, ready_within, hurry):
    ids = here.fill([random.uniform(0, ready_within) for _ in range(audiences)])
    here.api.does.delay = 0.1  # every kill comes in the middle of a call
    workers = [here.worker() for _ in range(kills + 1 if hurry else 2)]
    for _ in range(kills):
        kill_while_it_asks(here, workers.pop(0))
        if hurry:
            move_on(here)  # starting them one after the other would be all of the time that this takes
        else:
            workers.append(here.worker())
    print(f"{kills} kills, the last with {here.filling(ids)} of {len(ids)} to go")
    began = time.monotonic()
    while here.filling(ids):
        assert time.monotonic() - began < 200
        if hurry:
            move_on(here)
        time.sleep(0.5)
    print(f"all were ready {time.monotonic() - began:.0f} s later")
    assert here.outcomes(ids) == dict.fromkeys(ids, DONE)


@pytest.mark.soak
@pytest.mark.parametrize("here", ["SQLite", "PostgreSQL"], indirect=True)
def test_a_worker_that_was_frozen_beyond_its_lease_writes_nothing(here):
    ids, does = here.fill([0.0]), here.api.does
    does.delay = 1.0
    frozen = here.worker()
    wait(lambda: does.asked[ids[0]], 30)
    frozen.process.send_signal(signal.SIGSTOP)
    here.end_leases(Watch)
    does.delay = 0.0
    other = here.worker()
    wait(lambda: not here.filling(ids), 30)
    kill(other.process)
    frozen.process.send_signal(signal.SIGCONT)
    # it has its answer before it can ask for anything else
    ids += here.fill([0.0])
    wait(lambda: not here.filling(ids), 30)
    assert here.outcomes(ids) == dict.fromkeys(ids, DONE)
