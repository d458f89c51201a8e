"""Probes pass whatever else is wrong, and say what is."""

import pytest
from django.db import DatabaseError, connection


class Down:
    def cursor(self):
        raise DatabaseError("gone")


@pytest.mark.parametrize("method", ["get", "head"])
@pytest.mark.parametrize("probe", ["live", "ready"])
@pytest.mark.django_db
def test_probes_pass_under_any_host(client, settings, probe, method):
    settings.ALLOWED_HOSTS = ["audiences.example.com"]
    answer = getattr(client, method)(f"/health/{probe}", headers={"host": "10.0.0.7:8000"})
    assert answer.status_code == 200
    assert answer["Cache-Control"] == "no-store, private"


def test_being_alive_needs_no_database(client):
    client.cookies["sessionid"] = "a" * 32  # reading it would need one
    assert client.get("/health/live").status_code == 200


@pytest.mark.django_db
def test_ready_names_what_is_down(client, monkeypatch):
    assert client.get("/health/ready").json() == {"status": "ready", "database": "ok", "cache": "ok"}
    monkeypatch.setattr(connection, "cursor", Down().cursor)
    answer = client.get("/health/ready")
    assert answer.status_code == 503
    assert answer.json() == {"status": "down", "database": "down", "cache": "ok"}
