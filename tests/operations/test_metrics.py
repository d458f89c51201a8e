"""What Prometheus reads: counts of all processes in one place, what waits, what lives, and no word about anybody."""

import subprocess
import sys
from datetime import timedelta

import pytest
import requests
from django.db import OperationalError
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from audiences import calls, measures
from audiences.api import errors
from audiences.api.messages import Operation
from audiences.models import Watch
from dashboard import addresses, processes
from operations.metrics import Deployment, views
from operations.models import Heartbeat
from tests.dashboard.running import ROOT, Running, clean, wait


def read(text):
    """Samples by name and labels."""
    return {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def scraped():
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Deployment())
    return read(generate_latest(registry).decode())


@pytest.fixture
def _kept_open(monkeypatch, settings):
    """A test's database lives in its connection; its cache counts as one that all processes share."""
    settings.REDIS_URL = "redis://127.0.0.1/0"
    monkeypatch.setattr("django.db.connection.close", lambda: None)


@pytest.mark.django_db
@pytest.mark.usefixtures("_kept_open")
def test_calls_requests_and_reads_are_counted(client):
    measures.flush()  # what other tests have counted
    before = scraped()
    client.get("/keys/")
    calls.record(Operation.PROSPECTS, 0.25, None, "t")
    calls.record(Operation.PROSPECTS, 0.75, errors.TimedOut(""), "")
    measures.count("hit")
    measures.flush()
    after = scraped()

    def more(*key):
        return after[key] - before.get(key, 0)

    assert more("dashboard_requests_total", "2xx", "keys") == 1
    assert more("dashboard_request_seconds_count") == 1
    assert more("dashboard_request_seconds_bucket", "9.0") == 1
    assert more("dashboard_api_calls_total", "answered", "prospects") == 1
    assert more("dashboard_api_calls_total", "failed", "prospects") == 1
    assert more("dashboard_api_seconds_total", "prospects") == pytest.approx(1.0)
    assert more("dashboard_cache_reads_total", "fresh") == 1


@pytest.mark.django_db
@pytest.mark.usefixtures("_kept_open")
def test_what_waits_and_fills_is_read_from_the_rows(row):
    now = timezone.now()
    state = {"since": now - timedelta(minutes=9), "next_check_at": now - timedelta(seconds=30)}
    Watch.objects.create(group=row, audience_id="a", last_check_at=now - timedelta(minutes=5), **state)
    Watch.objects.create(group=row, audience_id="b", state="stalled", **state | {"next_check_at": now + timedelta(1)})
    Watch.objects.create(group=row, audience_id="c", state="ready", since=now)
    Heartbeat.objects.create(kind="worker", name="w", at=now)
    found = scraped()
    assert found["dashboard_queue_waiting", "audiences"] == 1
    assert found["dashboard_queue_age_seconds", "audiences"] == pytest.approx(30, abs=5)
    assert found["dashboard_audiences_populating", "populating"] == 1
    assert found["dashboard_audiences_populating", "stalled"] == 1
    assert found["dashboard_oldest_check_seconds",] == pytest.approx(540, abs=5)
    assert (found["dashboard_processes", "worker"], found["dashboard_processes", "beat"]) == (1, 0)
    assert found["dashboard_up", "database"] == 1


def test_a_database_that_is_away_costs_its_own_figures_alone(monkeypatch):
    monkeypatch.setattr("operations.metrics.health.parts", lambda: {"database": "down", "broker": "none"})

    def refuse():
        raise OperationalError("gone")

    monkeypatch.setattr("operations.metrics.queues.queues", refuse)
    monkeypatch.setattr("django.db.connection.close", lambda: None)
    found = scraped()
    assert found["dashboard_up", "database"] == 0
    assert ("dashboard_queue_waiting", "audiences") not in found


def test_every_view_has_a_name_to_be_counted_by():
    assert {"group", "prospects", "shared", "status", "static", "nowhere"} <= set(views())


@pytest.mark.parametrize(
    ("named", "redis", "word"),
    [
        ("9464", "redis://127.0.0.1", "must be an IP address and a port"),
        ("127.0.0.1:9464", "", "needs REDIS_URL"),
        ("", "", "is not set"),
    ],
)
def test_says_what_is_wrong_with_its_address(tmp_path, named, redis, word):
    environ = clean(VAR_DIR=tmp_path, SECRET_KEY="s", AUDIENCES_API_KEY="sk_1", METRICS_ADDRESS=named, REDIS_URL=redis)
    command = [sys.executable, "manage.py", "metrics"]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 1
    assert ended.stderr.startswith("METRICS_ADDRESS")
    assert word in ended.stderr
    assert ended.stderr.count("\n") == 1


@pytest.mark.parametrize("named", ["9464", "localhost:9464", "127.0.0.1:0"])
def test_only_an_ip_address_and_a_port_is_one(monkeypatch, named):
    monkeypatch.setenv("METRICS_ADDRESS", named)
    with pytest.raises(SystemExit, match="METRICS_ADDRESS must be an IP address and a port"):
        addresses.listener("METRICS_ADDRESS")


def test_the_process_answers_at_its_own_address_and_nowhere_else(tmp_path, redis_url, free_port):
    redis = f"{redis_url[:-1]}9"
    environ = clean(
        VAR_DIR=tmp_path,
        SECRET_KEY="s",
        AUDIENCES_API_KEY="sk_1",
        REDIS_URL=redis,
        METRICS_ADDRESS=f"127.0.0.1:{free_port}",
    )
    running = Running(processes.metrics()[1:], environ, tmp_path / "log")
    url = f"http://127.0.0.1:{free_port}/metrics"
    try:
        wait(lambda: _answers(url))
        found = read(requests.get(url, timeout=10).text)
        assert found["dashboard_up", "cache"] == 1
        assert ("dashboard_queue_waiting", "exports") not in found  # nobody has prepared this database
        assert requests.get(f"http://127.0.0.1:{free_port}/sign-in/", timeout=10).text.startswith("# HELP")
    finally:
        running.end(15)
    assert running.said == ""


def _answers(url):
    try:
        return requests.get(url, timeout=5).status_code == 200
    except requests.ConnectionError:
        return False
