"""Probes pass whatever else is wrong, and say what is."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone

from operations import heartbeat
from operations.models import Heartbeat

WELL = {"database": "ok", "cache": "ok", "broker": "none", "clock": "ok"}


class Down:
    def cursor(self):
        raise DatabaseError("gone")


@pytest.fixture
def beat(db):
    """A clock that lives."""
    return Heartbeat.objects.create(kind="beat", name="beat-1", at=timezone.now())


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("probe", ["live", "ready"])
def test_probes_pass_under_any_host(client, beat, settings, probe, method):
    settings.ALLOWED_HOSTS = ["audiences.example.com"]
    answer = getattr(client, method)(f"/health/{probe}", headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"


def test_being_alive_needs_no_database(client):
    client.cookies["sessionid"] = "a" * 32  # reading it would need one
    assert client.get("/health/live").status_code == 200


def test_ready_names_what_is_down(client, beat, monkeypatch):
    assert client.get("/health/ready").json() == {"status": "ready", **WELL}
    with monkeypatch.context() as patched:  # the test's own end needs the database again
        patched.setattr(connection, "cursor", Down().cursor)
        answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", **WELL, "database": "down", "clock": "unknown"}


def test_ready_says_when_the_clock_is_late(client, beat, monkeypatch):
    monkeypatch.setattr(heartbeat, "_began", heartbeat._began - 61)
    assert client.get("/health/ready").status_code == 200
    Heartbeat.objects.update(at=timezone.now() - timedelta(seconds=61))
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["clock"]) == (503, "late")
    Heartbeat.objects.all().delete()
    assert client.get("/health/ready").json()["clock"] == "late"


@pytest.mark.django_db
def test_a_deployment_that_has_just_started_may_wait_for_its_clock(client, monkeypatch):
    monkeypatch.setattr(heartbeat, "has_just_begun", lambda: True)
    assert client.get("/health/ready").json()["clock"] == "ok"


def test_ready_says_how_the_broker_is(client, beat, settings, own_redis, free_port):
    redis = own_redis(free_port)
    settings.BROKER_URL = redis.url
    assert client.get("/health/ready").json()["broker"] == "ok"
    redis.kill()
    answer = client.get("/health/ready")
    assert (answer.status_code, answer.json()["broker"]) == (503, "down")
    assert str(free_port) not in answer.content.decode()  # it says what, and not where
