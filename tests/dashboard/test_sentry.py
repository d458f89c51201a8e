"""What reaches Sentry: a real process, a real failure with everything secret around it, and a server that listens."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from dashboard import sentry
from tests.dashboard.running import ROOT, clean

TOKEN = "dGtrGVHychMzr-GbsOzcEUDPaaPueorxmPcSwGXtrFc"
SECRET_WORDS = (
    *("sk_live_4711_secret", "a secret of tests", "ada@example.com", "Ada Lovelace", TOKEN, "the.session.id"),
    *("hunter2", "203.0.113.9", "postgres://", "Mozilla/5.0"),
)

# a view fails with people's data in its locals, its message, its chain, its address, its form and its session
FAILS = f"""
import logging, os
import django
django.setup()
from django.test import Client
from django.urls import get_resolver

def fail(request, token):
    person = {{"name": "Ada Lovelace", "email": "ada@example.com", "key": os.environ["AUDIENCES_API_KEY"]}}
    logging.getLogger("audiences").warning("about %s", person["email"])
    try:
        raise KeyError(person["name"])
    except KeyError as error:
        raise RuntimeError(f"no such person: {{person}}") from error

fail.login_required = False
for pattern in get_resolver().url_patterns[0].url_patterns:
    if pattern.name == "sign_in_link":
        pattern.callback = fail
client = Client(raise_request_exception=False, REMOTE_ADDR="203.0.113.9", SERVER_NAME="localhost")
client.cookies["sessionid"] = "the.session.id"
address = "/sign-in/{TOKEN}/?next=ada@example.com"
answer = client.post(address, {{"password": "hunter2"}}, headers={{"user-agent": "Mozilla/5.0"}})
print(answer.status_code)
logging.getLogger("audiences").error("Could not tell %s", "Ada Lovelace")
import sentry_sdk
sentry_sdk.flush(5)
"""


@pytest.fixture
def listener():
    """A server that takes what Sentry is sent: its address as a DSN, and the bodies."""
    bodies = []

    class Takes(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            bodies.append(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"{}")

        def log_message(self, *_):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Takes)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://public@127.0.0.1:{server.server_port}/1", bodies
    server.shutdown()
    server.server_close()
    thread.join()


def test_says_where_it_failed_and_nothing_of_whom(tmp_path, listener):
    dsn, bodies = listener
    (tmp_path / "static").mkdir()
    environ = clean(
        VAR_DIR=tmp_path,
        SECRET_KEY="a secret of tests",
        AUDIENCES_API_KEY="sk_live_4711_secret",
        SENTRY_DSN=dsn,
        DJANGO_SETTINGS_MODULE="dashboard.settings",
    )
    command = [sys.executable, "-c", FAILS]
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert ended.stdout == "500\n", ended.stderr
    said = b"\n".join(bodies).decode()
    assert [word for word in SECRET_WORDS if word in said] == []
    events = [json.loads(one) for body in bodies for one in body.decode().split("\n") if '"platform"' in one]
    failures = [event["exception"]["values"] for event in events if event["exception"]["values"]]
    assert [value["type"] for value in failures[0]] == ["KeyError", "RuntimeError"]
    assert failures[0][-1]["stacktrace"]["frames"][-1]["function"] == "fail"
    assert len({event["tags"]["request_id"] for event in events}) >= 1
    assert "Could not tell %s" in said


@pytest.mark.parametrize(("logger", "stays"), [("audiences.views", True), ("operations", True), ("kombu", False)])
def test_what_others_have_made_of_their_arguments_does_not_leave(logger, stays):
    kept = sentry.allowed({"logger": logger, "logentry": {"message": "gone: %s"}}, {})
    assert ("logentry" in kept) is stays


def test_what_a_later_version_adds_does_not_leave():
    event = {
        "event_id": "1",
        "level": "error",
        "user": {"email": "ada@example.com"},
        "novelty": "Ada",
        "extra": {"a": 1},
    }
    frame = {"filename": "a.py", "lineno": 7, "vars": {"key": "sk_1"}, "novelty": "Ada"}
    event["exception"] = {"values": [{"type": "X", "value": "Ada", "stacktrace": {"frames": [frame]}}]}
    kept = sentry.allowed(event, {})
    assert kept.keys() == {"event_id", "level", "exception", "tags"}
    assert "Ada" not in json.dumps(kept)
    assert kept["exception"]["values"][0]["stacktrace"]["frames"] == [{"filename": "a.py", "lineno": 7}]
