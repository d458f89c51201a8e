"""The worker and the clock, as real processes where it matters: a row that is due goes away."""

import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta

import pytest
from django.utils import timezone

from audiences import tasks
from dashboard import processes
from dashboard.celery import app
from team.models import Session, SignInLink, User
from tests.dashboard.running import ROOT, Running, clean, wait

SETTINGS = [
    ("task_acks_late", True),
    ("task_reject_on_worker_lost", True),
    ("worker_prefetch_multiplier", 1),
    ("result_backend", None),
    ("accept_content", ["json"]),
    ("task_serializer", "json"),
    ("task_soft_time_limit", 45),
    ("task_time_limit", 60),
    ("task_publish_retry", False),
    ("beat_scheduler", "dashboard.celery:Clock"),
]


@pytest.mark.parametrize(("name", "value"), SETTINGS)
def test_is_set_up_to_lose_nothing(name, value):
    assert app.conf[name] == value


@pytest.mark.parametrize("entry", app.conf.beat_schedule.values(), ids=app.conf.beat_schedule)
def test_what_beat_rings_exists_and_does_not_pile_up(entry):
    app.loader.import_default_modules()
    assert entry["task"] in app.tasks
    assert entry["options"]["expires"] <= 600


def test_publishing_from_web_code_fails_the_test():
    with pytest.raises(pytest.fail.Exception, match="a task was published"):
        tasks.tick.delay()


@pytest.mark.django_db
def test_a_tick_clears_what_is_over_and_nothing_else():
    now, hour = timezone.now(), timedelta(hours=1)
    Session.objects.create(session_key="over", expire_date=now - hour)
    Session.objects.create(session_key="good", expire_date=now + hour)
    user = User.objects.create_user("ada@example.com")
    SignInLink.objects.create(user=user, token_hash="over", expires_at=now - hour)
    SignInLink.objects.create(user=user, token_hash="good", expires_at=now + hour)
    for _ in range(2):  # a task may run twice
        tasks.tick()
    assert [session.session_key for session in Session.objects.all()] == ["good"]
    assert [link.token_hash for link in SignInLink.objects.all()] == ["good"]


@pytest.mark.django_db
def test_an_idle_tick_only_reads(django_assert_num_queries):
    with django_assert_num_queries(7):
        tasks.tick()


class Deployment:
    """Worker processes on a database of their own; `rings` is true once a tick did its work."""

    def __init__(self, folder):
        self._folder, self._running = folder, []
        self._environ = {"VAR_DIR": folder, "AUDIENCES_API_KEY": "sk_x", "SECRET_KEY": "x"}
        command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
        subprocess.run(command, cwd=ROOT, env=clean(**self._environ), check=True, timeout=60)

    def start(self, command, **variables):
        log = self._folder / f"log-{len(self._running)}"
        self._running.append(Running(command[1:], clean(**self._environ, **variables), log))
        return self._running[-1]

    def rings(self, within):
        with closing(sqlite3.connect(self._folder / "dashboard.sqlite3", timeout=20)) as database:
            columns = "session_key, session_data, expire_date, agent, network"
            database.execute(f"INSERT INTO team_session ({columns}) VALUES ('over', '', '2020-01-01', '', '')")
            database.commit()
            count = "SELECT count(*) FROM team_session"
            wait(lambda: database.execute(count).fetchone() == (0,), within)

    def living(self):
        """The kinds of processes that say that they live."""
        with closing(sqlite3.connect(self._folder / "dashboard.sqlite3", timeout=20)) as database:
            return sorted(kind for (kind,) in database.execute("SELECT kind FROM operations_heartbeat"))

    def clear(self):
        for running in self._running:
            running.clear()


@pytest.fixture
def deployment(tmp_path):
    deployment = Deployment(tmp_path)
    yield deployment
    deployment.clear()


def test_without_a_broker_the_worker_is_its_own_clock(deployment):
    worker = deployment.start(processes.worker())
    deployment.rings(within=15)
    deployment.rings(within=6)
    assert deployment.living() == ["beat", "worker"]
    # alone: a pool's processes would share a lock that one of them, killed, takes with it
    assert len(worker.tree()) == 1


@pytest.mark.soak  # tests/shared/test_readiness.py has it short
def test_with_redis_the_clock_goes_on_after_redis_was_emptied_and_restarted(deployment, own_redis, free_port):
    redis = own_redis(free_port)
    for command in (processes.worker(), processes.beat()):
        deployment.start(command, BROKER_URL=redis.url)
    deployment.rings(within=15)
    redis.empty()
    deployment.rings(within=6)
    redis.kill()
    own_redis(redis.port)
    deployment.rings(within=15)


def test_with_redis_it_survives_the_death_of_its_processes(deployment, redis_url):
    worker, beat = (
        deployment.start(command, BROKER_URL=redis_url) for command in (processes.worker(), processes.beat())
    )
    deployment.rings(within=15)
    assert deployment.living() == ["beat", "worker"]
    for process in worker.tree()[1:]:
        process.kill()
        deployment.rings(within=6)
    wait(lambda: len(worker.tree()) == 5)
    beat.end(signal.SIGTERM)
    assert deployment.living() == ["worker"]  # who ends as they should says so
    worker.end(signal.SIGTERM, 15)
    assert deployment.living() == []


@pytest.mark.soak
@pytest.mark.parametrize("harm", ["freeze", "kill"])
def test_resumes_within_15_seconds_of_a_minute_without_redis(deployment, own_redis, free_port, harm):
    redis = own_redis(free_port)
    for command in (processes.worker(), processes.beat()):
        deployment.start(command, BROKER_URL=redis.url)
    deployment.rings(within=15)
    getattr(redis, harm)()
    time.sleep(60)
    if harm == "freeze":
        redis.thaw()
    else:
        own_redis(redis.port)
    deployment.rings(within=15)
