"""A database that was away: each process gets over it with its first reader, however many connections it had."""

import time

import pytest
from django.db import OperationalError, connections

from dashboard.postgresql import POOL
from tests.postgres import running_cluster
from tests.shared.conftest import another_port

ALIAS = "database that is away"


@pytest.fixture
def cluster():
    with running_cluster(another_port(), ("fsync=off",)) as found:
        yield found


@pytest.fixture
def reader(cluster, django_db_blocker):
    """What one thread of a process has of the database."""
    wanted = {"ENGINE": "dashboard.postgresql", "HOST": "127.0.0.1", "NAME": "postgres", "USER": "tests"}
    wanted |= {"PORT": cluster.url.rpartition(":")[2].partition("/")[0], "OPTIONS": {"pool": POOL | {"timeout": 2}}}
    connections.settings[ALIAS] = connections.configure_settings({"default": wanted})["default"]
    found = connections.create_connection(ALIAS)
    with django_db_blocker.unblock():
        yield found
    found.close_pool()
    del connections.settings[ALIAS]


def read(reader):
    """As a page does; gives the seconds it took."""
    began = time.monotonic()
    try:
        with reader.cursor() as cursor:
            cursor.execute("SELECT 1")
    finally:
        reader.close()
    return time.monotonic() - began


def fill(reader):
    """As many connections as a process may have: its busiest moment is some minutes ago."""
    read(reader)
    pool = reader.pool
    held = [pool.getconn() for _ in range(POOL["max_size"])]
    for connection in held:
        pool.putconn(connection)


def test_a_restart_that_nobody_noticed_costs_no_reader_an_error(cluster, reader):
    fill(reader)
    cluster.kill()
    cluster.start()
    took = [read(reader) for _ in range(POOL["max_size"] + 1)]
    print(f"the first reader waited {took[0]:.2f} s, the slowest {max(took):.2f} s")
    assert max(took) < 2


@pytest.mark.parametrize("seconds", [3, *(pytest.param(one, marks=pytest.mark.soak) for one in (10, 60))])
def test_the_first_reader_after_an_outage_does_not_wait_for_the_pause_of_those_before(cluster, reader, seconds):
    fill(reader)
    cluster.kill()
    over = time.monotonic() + seconds
    while time.monotonic() < over:
        with pytest.raises(OperationalError):
            read(reader)
    cluster.start()
    took = read(reader)
    print(f"after {seconds} s away, the first reader waited {took:.2f} s")
    assert took < 2
