"""`python -m operations.alive`: what health checks ask."""

import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import psycopg
import pytest

from operations import alive
from operations.models import Heartbeat
from tests.dashboard.running import ROOT

TABLE = "CREATE TABLE operations_heartbeat (kind varchar(8), name varchar(120), at timestamptz)"
HERE = f"{socket.gethostname()}-7"


class _Page(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/health/live" else 503)
        self.end_headers()

    def log_message(self, *_):
        """Nothing to the terminal."""


@pytest.fixture
def port():
    """A server that is well at one address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Page)
    threading.Thread(target=server.serve_forever, args=[0.05], daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


def test_a_server_that_answers_is_well(port):
    assert alive.main(["http", str(port), "/health/live"]) == ""
    assert "503" in alive.main(["http", str(port), "/health/ready"])


def test_one_that_does_not_answer_is_not(free_port):
    assert "does not answer" in alive.main(["http", str(free_port), "/"])


@pytest.mark.parametrize("said", [b"", b"rubbish", b"HTTP/1.1\r\n"])
def test_nor_is_one_that_talks_nonsense(said):
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def answer():
            connection, _ = listener.accept()
            with connection:
                connection.recv(1000)
                connection.sendall(said)

        threading.Thread(target=answer, daemon=True).start()
        assert "answers" in alive.answers(listener.getsockname()[1], "/")


@pytest.mark.parametrize(
    ("kind", "name", "ago", "sentence"),
    [
        ("worker", HERE, 50, ""),
        ("worker", HERE, 70, "was last seen here 7"),
        ("beat", HERE, 0, "No worker has been seen here"),
        ("worker", "elsewhere-7", 0, "No worker has been seen here"),
    ],
)
def test_a_worker_is_well_that_was_seen_here_a_moment_ago(database, monkeypatch, kind, name, ago, sentence):
    monkeypatch.setenv("DATABASE_URL", database)
    with psycopg.connect(database) as connection:
        connection.execute(TABLE)
        row = (kind, name, datetime.now(UTC) - timedelta(seconds=ago))
        connection.execute("INSERT INTO operations_heartbeat VALUES (%s, %s, %s)", row)
    found = alive.main(["heartbeat", "worker"])
    assert sentence in found if sentence else found == ""


def test_it_asks_for_what_processes_write():
    fields = {field.column for field in Heartbeat._meta.fields}
    assert {"kind", "name", "at"} <= fields
    assert f"FROM {Heartbeat._meta.db_table} " in alive._SEEN
    assert {"worker", "beat"} == set(Heartbeat.Kind.values)


def test_a_database_that_is_away_is_named_without_its_password(tmp_path, free_port, monkeypatch):
    monkeypatch.delenv("DATABASE_URL", raising=False)
    (tmp_path / "url").write_text(f"postgres://u:hunter2@127.0.0.1:{free_port}/db\n")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "url"))
    assert alive.main(["heartbeat", "worker"]) == "The database does not tell: OperationalError."


def test_it_ends_with_an_exit_code_and_without_django(port):
    code = "import runpy, sys; sys.argv[1:] = %r\ntry: runpy.run_module('operations.alive', run_name='__main__')\n"
    code += "finally: assert not any(name.split('.')[0] in ('django', 'psycopg') for name in sys.modules)"
    for words, status in ((["http", str(port), "/health/live"], 0), (["http", str(port), "/"], 1), (["?"], 1)):
        ended = subprocess.run(
            [sys.executable, "-c", code % words], cwd=ROOT, env=dict(os.environ), capture_output=True
        )
        assert ended.returncode == status, ended.stderr
        assert b"Error" not in ended.stderr
