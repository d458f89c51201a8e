"""The error tree: which status is which error, what it keeps, and the wait of a 429."""

import copy
import pickle

import pytest

from audiences.api import errors
from audiences.api.errors import class_for, parse_retry_after


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, errors.ValidationFailed),
        (401, errors.Unauthorized),
        (402, errors.Refused),
        (403, errors.Forbidden),
        (404, errors.NotFound),
        (408, errors.Refused),
        (409, errors.Refused),
        (422, errors.Unprocessable),
        (425, errors.Refused),
        (429, errors.RateLimited),
        (500, errors.InternalError),
        (501, errors.InternalError),
        (502, errors.UpstreamError),
        (503, errors.InternalError),
        (504, errors.InternalError),
        (599, errors.InternalError),
        (302, errors.Unreadable),
        (200, errors.Unreadable),
    ],
)
def test_class_for(status, kind):
    assert class_for(status) is kind


def test_a_conflict_is_what_the_call_says():
    assert class_for(409, conflict=errors.NotReady) is errors.NotReady


def test_the_tree():
    unavailable = {
        "InternalError", "UpstreamError", "NotSent", "ConnectionLost", "TimedOut", "TooLarge", "Unreadable",
    }  # fmt: skip
    assert {kind.__name__ for kind in errors.Unavailable.__subclasses__()} == unavailable
    direct = {kind.__name__ for kind in errors.ApiError.__subclasses__()}
    assert direct == {
        "ValidationFailed", "Unauthorized", "Forbidden", "NotFound", "NotReady", "Unprocessable", "RateLimited",
        "Refused", "Unavailable",
    }  # fmt: skip
    for name in direct | unavailable:
        assert name in errors.__doc__


@pytest.mark.parametrize("again", [copy.copy, copy.deepcopy, lambda error: pickle.loads(pickle.dumps(error))])
def test_errors_survive_copying_and_pickling(again):
    error = errors.RateLimited(
        "Slow down", retry_after=3.0, status=429, code="RATE", details={"a": 1}, trace_id="t", method="GET", path="/v1"
    )
    twin = again(error)
    assert type(twin) is errors.RateLimited
    assert (vars(twin), twin.args, str(twin)) == (vars(error), ("Slow down",), "Slow down")


def test_repr_is_for_logs():
    error = errors.NotFound("Private words", status=404, code="GONE", method="GET", path="/v1/x", trace_id="t1")
    assert repr(error) == "<NotFound 404 GONE GET /v1/x t1>"


NOW = 1_767_225_600.0  # Thu, 01 Jan 2026 00:00:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("0", 0.0),
        ("12", 12.0),
        (" 12 ", 12.0),
        ("1.5", 1.5),
        ("900", 900.0),
        ("901", None),
        ("-1", None),
        ("99999999999999999999", None),
        ("soon", None),
        ("", None),
        (None, None),
        ("1e2", None),
        ("nan", None),
        ("٣", None),
        ("x" * 10_000, None),
        ("Thu, 01 Jan 2026 00:01:30 GMT", 90.0),
        ("Thu, 01 Jan 2026 00:01:30 -0000", 90.0),
        ("Thu, 01 Jan 2026 01:00:30 +0100", 30.0),
        ("Thu, 01 Jan 2026 00:00:00 GMT", 0.0),
        ("Wed, 31 Dec 2025 23:59:00 GMT", None),
        ("Thu, 01 Jan 2026 06:00:00 GMT", None),
        ("Thu, 99 Jan 2026 00:00:00 GMT", None),
        ("Thu, 01 Jan 999999 00:00:00 GMT", None),
    ],
)
def test_parse_retry_after(header, seconds):
    assert parse_retry_after(header, NOW) == seconds
