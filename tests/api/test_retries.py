"""How often something is asked: reads as the policy says, the POST once, the limit dropped once and for all."""

import pytest
import requests
import responses

from audiences.api import errors, policy
from audiences.api.client import WEB, WORKER, Deadline

LIST = "https://api.test/v1/accounts/g1/audiences"
FINE = {"json": {"success": True, "data": {"items": [{"id": "a1"}]}}}
DOWN = {"status": 503}


@pytest.fixture
def wire():
    with responses.RequestsMock(assert_all_requests_are_fired=False) as mock:
        yield mock


@pytest.fixture
def naps(monkeypatch):
    """The pauses taken, instead of taking them."""
    taken = []
    monkeypatch.setattr("audiences.api.client.time.sleep", taken.append)
    return taken


def _play(wire, *answers, method="GET"):
    for answer in answers:
        wire.add(method, LIST, **answer)


@pytest.mark.parametrize("first", [{"status": 502}, DOWN, {"status": 504}, {"body": requests.ConnectionError()}])
def test_web_reads_are_tried_once_more_at_once(connect, wire, naps, first):
    _play(wire, first, FINE)
    assert connect().audiences("g1").value.items[0].id == "a1"
    assert (len(wire.calls), naps) == (2, [0.0])


def test_web_reads_are_tried_twice_at_most(connect, wire, naps):
    _play(wire, DOWN)
    with pytest.raises(errors.InternalError):
        connect().audiences("g1")
    assert len(wire.calls) == 2


@pytest.mark.parametrize("status", [302, 401, 403, 404, 408, 409, 422, 429, 500, 501, 505])
def test_what_would_end_the_same_is_not_tried_again(connect, wire, naps, status):
    _play(wire, {"status": status})
    with pytest.raises(errors.ApiError):
        connect(policy=WORKER).audiences("g1")
    assert len(wire.calls) == 1


def test_rubbish_is_not_asked_for_again(connect, wire, naps):
    _play(wire, {"body": "<html>"})
    with pytest.raises(errors.Unreadable):
        connect(policy=WORKER).audiences("g1")
    assert len(wire.calls) == 1


@pytest.mark.parametrize(("seconds", "calls"), [(2.9, 1), (4, 2)])
def test_no_second_try_without_three_seconds_left(connect, wire, naps, seconds, calls):
    _play(wire, DOWN)
    with pytest.raises(errors.InternalError):
        connect().audiences("g1", deadline=Deadline(seconds))
    assert len(wire.calls) == calls


def test_workers_try_three_times_and_back_off(connect, wire, naps, monkeypatch):
    monkeypatch.setattr(policy.random, "uniform", lambda low, high: high)
    _play(wire, DOWN)
    with pytest.raises(errors.InternalError):
        connect(policy=WORKER).audiences("g1")
    assert (len(wire.calls), naps) == (3, [2.0, 4.0])


def test_a_worker_does_not_sleep_past_its_deadline(connect, wire, naps, monkeypatch):
    monkeypatch.setattr(policy.random, "uniform", lambda low, high: high)
    _play(wire, DOWN)
    with pytest.raises(errors.InternalError):
        connect(policy=WORKER).audiences("g1", deadline=Deadline(6))
    assert naps == [2.0]


def test_pauses_grow_to_a_minute(monkeypatch):
    monkeypatch.setattr(policy.random, "uniform", lambda low, high: (low, high))
    assert [WORKER.pause_before(n) for n in (2, 3, 9)] == [(0, 2.0), (0, 4.0), (0, 60.0)]
    assert WEB.pause_before(2) == 0


@pytest.mark.parametrize("outcome", [{"status": 502}, DOWN, {"status": 429}, {"body": requests.ConnectionError()}])
@pytest.mark.parametrize("chosen", [WEB, WORKER])
def test_the_post_is_sent_once(connect, wire, naps, outcome, chosen):
    _play(wire, outcome, method="POST")
    with pytest.raises(errors.ApiError):
        connect(policy=chosen).create_audience("g1", name="x", type="on_demand")
    assert len(wire.calls) == 1


def test_a_validation_error_of_the_post_is_final(connect, wire):
    _play(wire, _refusal("limit"), method="POST")
    with pytest.raises(errors.ValidationFailed):
        connect().create_audience("g1", name="x", type="on_demand")
    assert len(wire.calls) == 1


def _refusal(message="", **error):
    return {"status": 400, "json": {"success": False, "error": {"message": message, **error}}}


@pytest.mark.parametrize(
    "refusal",
    [
        _refusal("limit must not be greater than 20"),
        _refusal("Bad request", details=[{"path": ["query", "Limit"]}]),
        _refusal("cursor and limit", details=None),
        _refusal(code="INVALID_LIMIT"),
        _refusal("Request validation failed"),
        {"status": 400, "body": "<html>"},
    ],
)
def test_a_refused_limit_is_left_out_and_not_tried_again(connect, wire, refusal):
    _play(wire, refusal, FINE)
    client = connect()
    assert client.audiences("g1", "c1").value.items
    assert client.audiences("g1", "c1").value.items
    queries = [call.request.params for call in wire.calls]
    assert queries == [{"cursor": "c1", "limit": "50"}, {"cursor": "c1"}, {"cursor": "c1"}]


def test_the_limit_stays_out_of_the_other_lists_too(connect, wire, reference):
    _play(wire, _refusal("limit"), FINE)
    wire.get(f"{LIST}/a1/prospects", json=reference("list-audience-prospects"))
    client = connect()
    client.audiences("g1")
    client.prospects("g1", "a1")
    assert wire.calls[-1].request.params == {}


def test_a_refused_cursor_is_final(connect, wire):
    _play(wire, _refusal("Invalid cursor", details={"field": "cursor"}))
    with pytest.raises(errors.ValidationFailed):
        connect().audiences("g1", "c1")
    assert len(wire.calls) == 1


def test_a_refusal_that_was_not_about_the_limit_is_not_remembered(connect, wire):
    _play(wire, _refusal("No."), _refusal("No."), FINE)
    client = connect()
    with pytest.raises(errors.ValidationFailed):
        client.audiences("g1", "c1")
    client.audiences("g1")
    assert wire.calls[-1].request.params == {"limit": "50"}


def test_calls_share_a_deadline():
    deadline = Deadline(5)
    assert 4.9 < deadline.left() <= 5
    assert deadline.within(60).left() <= 5
    assert deadline.within(2).left() <= 2
    assert Deadline(-1).left() == 0
