"""Opening answers: JSON that breaks naive code, envelopes that aren't, and what an error keeps."""

import json
import time

import pytest

from audiences.api import errors
from audiences.api.envelope import Envelope, decode, opened
from audiences.api.messages import Failure, Operation, Reply, Request

REQUEST = Request(Operation.ACCOUNTS, "GET", "/v1/x")


@pytest.mark.parametrize(
    ("body", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'\xef\xbb\xbf{"a": 1}', {"a": 1}),
        (b'{"a": NaN, "b": Infinity, "c": -Infinity}', {"a": None, "b": None, "c": None}),
        (b'{"a": "\xff"}', {"a": "\N{REPLACEMENT CHARACTER}"}),
        (b'{"a": "line\nbreak"}', {"a": "line\nbreak"}),
        (b"[123456789012345678, 1234567890123456789]", [123456789012345678, "1234567890123456789"]),
        (b"[" * 200_000, None),
        (b'{"a":' * 200_000, None),
        (b"", None),
        (b"<html>", None),
        (b'{"a": 1', None),
    ],
)
def test_decode(body, value):
    assert decode(body) == value


def test_huge_numbers_are_neither_slow_nor_fatal():
    started = time.perf_counter()
    assert decode(b"[" + b"9" * 5000 + b"]") == ["9" * 5000]
    assert decode(b"[" + b"9" * 4_000_000 + b"]") == ["9" * 4_000_000]
    assert decode(b"[1." + b"9" * 1_000_000 + b"]") == [2.0]
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize(
    ("body", "envelope"),
    [
        ({"success": True, "data": {"a": 1}, "error": None, "traceId": "t"}, Envelope({"a": 1}, "t")),
        ({"data": [1]}, Envelope([1], "")),
        ({"success": "true", "data": None}, Envelope(None, "")),
        ({"success": True, "data": 1, "traceId": 77}, Envelope(1, "77")),
        ({"success": True, "data": 1, "traceId": {"a": "b"}}, Envelope(1, "")),
        ({"success": True, "data": 1, "traceId": ["a"]}, Envelope(1, "")),
        ({"success": True, "data": 1, "traceId": "a\nb\x00\ud800" + "x" * 500}, Envelope(1, "a b\ufffd" + "x" * 196)),
    ],
)
def test_successful_answers(body, envelope):
    assert opened(Reply(200, json.dumps(body).encode()), REQUEST) == envelope


@pytest.mark.parametrize(
    "body",
    [
        {"success": False, "data": None, "error": {"code": "OOPS", "message": "No."}, "traceId": "t"},
        {"success": False, "data": {"id": "a"}, "error": None},
        {"success": "false", "data": {"id": "a"}},
        {"data": None, "error": {"code": "OOPS"}},
        {"success": True},
        [],
        "x",
        None,
        5,
    ],
)
def test_2xx_that_is_no_success(body):
    with pytest.raises(errors.Unreadable) as caught:
        opened(Reply(200, json.dumps(body).encode()), REQUEST)
    assert caught.value.status == 200
    assert caught.value.message


def _raised(status, body, retry_after=None):
    with pytest.raises(errors.ApiError) as caught:
        opened(Reply(status, body if isinstance(body, bytes) else json.dumps(body).encode(), retry_after), REQUEST)
    return caught.value


def test_an_error_keeps_all_it_was_told(reference):
    error = _raised(400, reference("list-audiences", "400"))
    assert type(error) is errors.ValidationFailed
    assert vars(error) == {
        "message": "Thanks for the context. I can send over details this afternoon.",
        "status": 400,
        "code": "VALIDATION_ERROR",
        "details": "string",
        "trace_id": "507f1f77bcf86cd799439011",
        "method": "GET",
        "path": "/v1/x",
    }


@pytest.mark.parametrize(
    ("page", "status", "kind"),
    [
        ("list-audience-prospects", "401", errors.Unauthorized),
        ("list-audience-prospects", "403", errors.Forbidden),
        ("list-audience-prospects", "404", errors.NotFound),
        ("list-audience-prospects", "429", errors.RateLimited),
        ("list-audience-prospects", "500", errors.InternalError),
        ("list-audience-prospects", "502", errors.UpstreamError),
        ("create-audience", "422", errors.Unprocessable),
    ],
)
def test_reference_errors(reference, page, status, kind):
    error = _raised(int(status), reference(page, status))
    assert type(error) is kind
    assert error.trace_id == "507f1f77bcf86cd799439011"


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b"null", b'"x"', b"[" * 100_000, {"error": None}, {"error": 5}, {"error": {"message": {}}}],
)
def test_errors_without_an_envelope_still_say_something(body):
    error = _raised(503, body)
    assert type(error) is errors.InternalError
    assert error.message in ("The API answered 503 without saying why.", "5")
    assert (error.code, error.trace_id) == ("", "")


def test_an_error_that_is_a_bare_sentence():
    assert _raised(403, {"error": "Not for you."}).message == "Not for you."


def test_what_an_error_says_is_cleaned():
    details = {"na\x00me": ["\ud800", {"deep": [[[[["gone"]]]]]}], "n": 5}
    words = {"message": "a\x00b\ud800", "code": "A\nB" + "x" * 300, "details": details}
    error = _raised(400, {"error": words, "traceId": None})
    assert error.message == "ab\ufffd"
    assert error.code == ("A B" + "x" * 300)[:200]
    assert error.details == {"name": ["\ufffd", {"deep": [[[""]]]}], "n": 5}
    assert str(error).encode()


def test_details_stay_small():
    error = _raised(400, {"error": {"details": [{str(n): n for n in range(500)}] * 500}})
    assert len(error.details) == 100
    assert len(error.details[0]) == 100


@pytest.mark.parametrize(("header", "wait"), [("7", 7.0), ("soon", None), (None, None), ("99999", None)])
def test_rate_limits_carry_their_wait(header, wait):
    assert _raised(429, {}, header).retry_after == wait


def test_failures_become_their_error():
    with pytest.raises(errors.TimedOut, match=r"Slow\.") as caught:
        opened(Failure(errors.TimedOut, "Slow.", 200), REQUEST)
    assert (caught.value.status, caught.value.path) == (200, "/v1/x")
