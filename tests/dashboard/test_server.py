"""What workers are forked from, and when the server gives up on them; what they survive is in test_up.py."""

import re
import socket
import subprocess
import sys

import pytest

from dashboard.server import Respawned, workers
from tests.dashboard.running import ROOT, clean

GRANIANS_RULE = 5.5


@pytest.mark.parametrize(("deaths", "apart", "gives_up"), [(50, 0.6, False), (9, 0.01, False), (10, 0.01, True)])
def test_gives_up_only_when_workers_die_at_once(deaths, apart, gives_up):
    respawned = Respawned()
    for number in range(deaths):
        respawned[0] = number * apart
    now = (deaths - 1) * apart + 0.01
    assert (now - respawned.get(0, 0) <= GRANIANS_RULE) is gives_up


@pytest.mark.parametrize(
    ("redis", "named", "expected"),
    [("", "", 1), ("redis://127.0.0.1/0", "", 2), ("redis://127.0.0.1/0", "3", 3), ("", "4", 4)],
)
def test_one_worker_unless_the_cache_is_shared(monkeypatch, redis, named, expected):
    monkeypatch.setenv("REDIS_URL", redis)
    monkeypatch.setenv("WEB_WORKERS", named)
    assert workers() == expected


THREADS = """
from dashboard import server
server.Server.serve = lambda self: print(self.blocking_threads - server._FOR_OTHERS)
server.serve("127.0.0.1", 8000)
"""


@pytest.mark.parametrize(("named", "expected"), [("", "64"), ("7", "7")])
def test_as_many_threads_may_wait_for_the_api_as_the_setting_says(tmp_path, named, expected):
    (tmp_path / "static").mkdir()
    environ = clean(VAR_DIR=tmp_path, AUDIENCES_API_KEY="sk_1", SECRET_KEY="s", WEB_THREADS=named)
    command = [sys.executable, "-c", THREADS]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)
    assert ended.stdout == f"{expected}\n", ended.stderr


BEFORE_THE_FORK = """
import os, threading
from dashboard import server
files = lambda: os.listdir("/proc/self/fd")
server.Server.serve = lambda self: print("secret" in str(os.environ), threading.active_count(), files())
server.serve("127.0.0.1", 8000)
"""


def test_workers_are_forked_from_a_process_without_secrets_threads_or_connections(tmp_path):
    (tmp_path / "static").mkdir()
    environ = clean(VAR_DIR=tmp_path, AUDIENCES_API_KEY="secret", SECRET_KEY="secret")
    command = [sys.executable, "-c", BEFORE_THE_FORK]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)
    # standard input, output, error, and the folder that is being listed
    assert ended.stdout == "False 1 ['0', '1', '2', '3']\n", ended.stderr


def test_a_port_that_is_taken_is_one_sentence(tmp_path):
    (tmp_path / "static").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as holder:
        port = str(holder.getsockname()[1])
        environ = clean(VAR_DIR=tmp_path, AUDIENCES_API_KEY="sk_1", SECRET_KEY="s")
        command = [sys.executable, "-m", "dashboard.server", "--port", port]
        ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=20)
    assert ended.returncode == 1
    assert re.fullmatch(rf"Port {port} of 127\.0\.0\.1 cannot be used: [^\n]+\n", ended.stderr)
