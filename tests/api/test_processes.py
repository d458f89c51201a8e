"""Forks and ends of the interpreter, in processes of their own."""

import subprocess
import sys
import time

import pytest

from tests.api.hostile import answer, envelope, say_nothing, serving

FORK = """
import os, sys, threading
from audiences.api.client import AudiencesClient
client = AudiencesClient(sys.argv[1], "key", bulkhead=2)
client.account_groups()
client._transport._bulkhead._lock.acquire()  # as if another thread held it in the moment of the fork
child = os.fork()
if child == 0:
    os._exit(42 if client.account_groups().value[0].id == "g1" else 1)
client._transport._bulkhead._lock.release()
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 42
assert client.account_groups().value[0].id == "g1"
"""

HANG = """
import socket, sys, threading, time
from audiences.api.client import AudiencesClient, Deadline
from audiences.api.errors import NotSent, TimedOut
if sys.argv[2] == "dns":
    socket.getaddrinfo = lambda *args, **kwargs: time.sleep(30)
client = AudiencesClient(sys.argv[1], "key")
try:
    client.account_groups(deadline=Deadline(0.2))
except (NotSent, TimedOut):
    sys.exit(42)
"""


def _run(code, *arguments):
    return subprocess.run(
        [sys.executable, "-c", code, *arguments], timeout=10, capture_output=True, text=True, check=False
    )


def test_a_forked_child_makes_its_own_threads():
    with serving(answer(envelope({"items": [{"id": "g1"}]}))) as server:
        done = _run(FORK, server.url)
        assert (done.returncode, done.stderr) == (0, "")
        assert server.connections == 2


@pytest.mark.parametrize("where", ["dns", "answer"])
def test_a_call_that_hangs_does_not_hold_the_interpreter(where):
    with serving(say_nothing) as server:
        started = time.monotonic()
        done = _run(HANG, server.url, where)
        assert (done.returncode, done.stderr) == (42, "")
        assert time.monotonic() - started < 5
