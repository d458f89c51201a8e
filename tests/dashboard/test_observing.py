"""Each request is one event that can be found again, and says nothing of whom it was about."""

import json
import logging
import threading

import pytest

from audiences import behind, measures
from dashboard import requestid
from dashboard.logs import Events
from tests.audiences.conftest import _nothing_ahead, api, group, groups, member, named, sandbox_url  # noqa: F401

TOKEN = "dGtrGVHychMzr-GbsOzcEUDPaaPueorxmPcSwGXtrFc"


@pytest.fixture
def events():
    """What is logged from here on, as it would stand in the log."""
    lines, handler = [], logging.Handler()
    handler.setFormatter(Events())
    handler.emit = lambda record: lines.append(handler.format(record))
    loggers = [logging.getLogger(name) for name in ("dashboard.requests", "audiences.calls")]
    for logger in loggers:
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    yield lines
    for logger in loggers:
        logger.removeHandler(handler)
        logger.setLevel(logging.WARNING)


def test_a_page_and_its_calls_bear_the_same_name(member, group, named, events):  # noqa: F811
    audience = named("Nordic")
    events.clear()
    answer = member.get(f"/g/{group.id}/audiences/{audience.id}/prospects/")
    told = [json.loads(line) for line in events]
    assert answer.status_code == 200
    assert {event["request_id"] for event in told} == {answer.headers["X-Request-Id"]}
    by_name = {event["event"]: event for event in told}
    assert by_name["request"]["view"] == "prospects"
    assert (by_name["request"]["status"], by_name["request"]["method"]) == (200, "GET")
    assert by_name["api call"]["operation"] in ("prospects", "navigation")
    assert by_name["api call"]["outcome"] == "answered"
    assert len(by_name["api call"]["trace_id"]) > 8


def test_an_event_holds_no_id_no_name_and_no_token(member, group, named, events):  # noqa: F811
    audience = named("Nordic")
    events.clear()
    member.get(f"/g/{group.id}/audiences/{audience.id}/prospects/")
    member.get(f"/s/{TOKEN}/")
    member.get(f"/sign-in/{TOKEN}/?next=/x/")
    said = "\n".join(events)
    assert len(events) >= 3
    for word in (audience.id, audience.name, TOKEN, "mia@example.com", "sk_sandbox_all", "127.0.0.1"):
        assert word not in said


def test_probes_are_no_events(client, db, events):
    client.get("/health/live")
    client.get("/health/ready")
    assert events == []


@pytest.mark.parametrize(
    ("sender", "claim", "counts"),
    [
        ("10.1.2.3", "01JDPROXY-42", True),
        ("203.0.113.9", "01JDPROXY-42", False),
        ("10.1.2.3", "a b\r\nc: d", False),
        ("10.1.2.3", "x" * 65, False),
        ("10.1.2.3", "", False),
    ],
)
def test_only_a_proxy_of_ours_names_a_request(client, settings, sender, claim, counts):
    settings.TRUSTED_PROXIES = ["10.0.0.0/8"]
    answer = client.get("/keys/", REMOTE_ADDR=sender, headers={"x-request-id": claim})
    assert (answer.headers["X-Request-Id"] == claim) is counts


def test_without_redis_nobody_could_read_what_is_counted(client, db):
    client.get("/sign-in/")
    measures.flush()
    assert "request-us" not in measures._totals
    assert measures.totals(["requests-sign_in-4xx"]) == {}


def test_what_is_done_behind_a_page_is_part_of_it():
    requestid.begin("a-page-of-ours")
    seen, done = [], threading.Event()

    def job():
        seen.append(requestid.current())
        done.set()

    assert behind.soon(job)
    assert done.wait(5)
    assert seen == ["a-page-of-ours"]


def line(message, *arguments, fields=None, error=None):
    made = logging.getLogger("x").makeRecord("x", 40, "f", 1, message, arguments, error)
    if fields:
        made.fields = fields
    return Events().format(made)


def test_an_event_is_one_line_whatever_is_in_it():
    try:
        raise ValueError("several\nlines of ada@example.com")
    except ValueError:
        told = line("at\n%s", f"/s/{TOKEN}/", fields={"n": 7, "of": None}, error=__import__("sys").exc_info())
    assert "\n" not in told
    event = json.loads(told)
    assert event["event"] == "at\n/s/…/"
    assert (event["n"], event["of"], event["level"]) == (7, None, "error")
    assert "ValueError: several" in event["traceback"]
    assert "ada@example.com" not in told


@pytest.mark.parametrize("odd", ["\ud800", "\x00", "é\u2028", "{", '"', "x" * 100_000])
def test_strangers_words_break_no_line(odd):
    assert json.loads(line("%s", odd, fields={"x": odd}))["x"] == odd


def test_what_a_database_says_of_a_rows_values_is_left_out():
    told = 'duplicate key value violates "once"\nDETAIL:  Key (name)=(Ada Lovelace) already exists.'
    assert "Lovelace" not in line(told)
    assert "once" in line(told)


def test_requests_are_counted_by_view_and_outcome(client, db, settings):
    settings.REDIS_URL = "redis://127.0.0.1/0"
    before = measures.totals(["requests-sign_in-2xx", "request-us"])
    client.get("/sign-in/")
    measures.flush()
    after = measures.totals(["requests-sign_in-2xx", "request-us"])
    assert after["requests-sign_in-2xx"] == before.get("requests-sign_in-2xx", 0) + 1
    assert after["request-us"] > before.get("request-us", 0)
