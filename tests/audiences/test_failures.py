"""Every error of the API has a page that says what happened and what to do."""

import pytest

from audiences import failures, reasons
from audiences.api import errors


def make(kind, status=None, path="/v1/accounts/g/audiences", message="", **more):
    return kind(message, status=status, code="C", details=None, trace_id="trace-9", method="GET", path=path, **more)


def leaves(kind=errors.ApiError):
    below = kind.__subclasses__()
    return [leaf for sub in below for leaf in leaves(sub)] if below else [kind]


@pytest.mark.parametrize("kind", leaves())
def test_every_error_has_a_state_with_its_trace_id(kind):
    more = {"retry_after": 3.2} if hasattr(kind(""), "retry_after") else {}
    state = failures.of_error(make(kind, 418, **more), "/here/")
    assert state.title
    assert state.what
    assert state.todo
    assert state.action_url
    assert state.trace_id == "trace-9"
    assert state.status in (200, 404, 503)


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        (errors.NotReady, 200),
        (errors.NotFound, 404),
        (errors.Unauthorized, 503),
        (errors.Forbidden, 503),
        (errors.ValidationFailed, 503),
        (errors.InternalError, 503),
        (errors.TimedOut, 503),
    ],
)
def test_the_status_fits(kind, status):
    assert failures.of_error(make(kind, 400), "/").status == status


@pytest.mark.parametrize("kind", [errors.RateLimited, errors.HeldBack, errors.RateSpent, errors.Resting])
@pytest.mark.parametrize(
    ("wait", "shown", "asks"),
    [(3.2, "by itself in", True), (None, "in a moment", False), (0.0, "in a moment", False), (700.0, "12 min", False)],
)
def test_a_limit_tells_when_it_is_worth_asking_again(kind, wait, shown, asks):
    state = failures.of_error(make(kind, 429, retry_after=wait), "/")
    assert shown in state.todo
    assert state.asks_again is asks
    assert (state.retry_after or 0) >= (wait or 0)


@pytest.mark.parametrize("kind", [errors.RateLimited, errors.HeldBack])
def test_a_429_is_the_services_wish(kind):
    assert "service asks us to slow down" in failures.of_error(make(kind, 429, retry_after=3.0), "/").title


def test_our_own_rate_is_not_called_the_services_wish():
    state = failures.of_error(make(errors.RateSpent, retry_after=3.0), "/")
    said = f"{state.title} {state.what}"
    assert "this dashboard asks" in said
    assert "slow down" not in said
    assert "429" not in said


@pytest.mark.parametrize(("path", "permission"), [("/v1/a/prospects", "prospects:read"), ("/v1/a", "audiences:read")])
def test_a_missing_permission_is_named(path, permission):
    assert permission in failures.of_error(make(errors.Forbidden, 403, path), "/").what


def test_the_apis_words_are_quoted_and_cut():
    state = failures.of_error(make(errors.Unprocessable, 422, message="too\nmany " * 100), "/")
    assert "“too many" in state.what
    assert len(state.what) < 260


@pytest.mark.parametrize(
    ("kind", "status", "words"),
    [
        (errors.UpstreamError, 502, "the service answers 502: something behind it failed"),
        (errors.InternalError, 500, "the service answers 500: it failed while working on the request"),
        (errors.TimedOut, None, "the service did not answer in time"),
        (errors.RateLimited, 429, "the service asks us to slow down (429)"),
        (errors.HeldBack, 429, "the service asks us to slow down (429)"),
        (errors.RateSpent, None, "the dashboard is at its own rate for the service and asks again soon"),
        (errors.ConnectionLost, None, "the service closed the connection before its answer was complete"),
    ],
)
def test_why_an_answer_is_old(kind, status, words):
    more = {"retry_after": None} if issubclass(kind, errors.RateLimited) else {}
    assert reasons.why(make(kind, status, **more)) == words


UNASKED = [
    errors.Forbidden,
    errors.NotFound,
    errors.Refused,
    errors.ValidationFailed,
    errors.TimedOut,
    errors.Unreadable,
]


@pytest.mark.parametrize("is_admin", [True, False])
@pytest.mark.parametrize("kind", UNASKED)
def test_whoever_asks_learns_how_to_name_the_groups(kind, is_admin):
    state = failures.no_groups(make(kind, 403), is_admin)
    assert "AUDIENCES_ACCOUNT_GROUPS" in state.todo
    assert state.status == 503
    assert state.trace_id == "trace-9"


def test_a_key_that_reaches_no_group_concerns_admins():
    assert "AUDIENCES_ACCOUNT_GROUPS" in failures.no_groups(None, is_admin=True).todo
    assert "Ask an admin" in failures.no_groups(None, is_admin=False).todo


def test_no_groups_because_the_api_is_down_says_that():
    assert failures.no_groups(make(errors.TimedOut), is_admin=True).kind == "down"
