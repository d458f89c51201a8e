"""What a page says of an error of the API: a designed state, or half a line where an old answer is shown."""

import math
import random
from collections.abc import Callable
from dataclasses import replace
from typing import TYPE_CHECKING

from audiences import reasons
from audiences.api import errors
from audiences.states import NOT_FOUND, State

if TYPE_CHECKING:
    from team.models import User

# many who were told to come back at the same moment would be refused again
_SPREAD = 1.0
_LONGEST_WAIT = 60
# asked in turn why somebody is in no group, before the usual is said; who stands above this app adds to it
REASONS: "list[Callable[[User], State | None]]" = []


def of_error(error: errors.ApiError, here: str) -> State:
    """The state that tells people about an error of the API; `here` is the address that tries again."""
    for kind, make in _MAKERS:
        if isinstance(error, kind):
            state = make(error)
            again = state if state.action_url else state.leading_to("Try again", here)
            return replace(again, trace_id=error.trace_id)
    raise TypeError(f"not an error of the API: {type(error).__name__}") from error


def _not_ready(error: errors.ApiError) -> State:
    return State(
        "not-ready",
        200,
        "This audience is still being populated",
        "The service is finding people for it, which can take from minutes to hours. Until then it shows nobody.",
        "You can close this page; the audience comes back to the sidebar by itself.",
        "Look again",
    )


def _limited(error: errors.ApiError) -> State:
    what = "More was asked of it than it allows at once (429). Nothing is wrong with this page."
    if isinstance(error, errors.HeldBack):
        what = "More is wanted of it than it allows at once, so this page waits for its turn. Nothing is wrong with it."
    return _waiting("limited", "The service asks us to slow down", what, error)


def _paced(error: errors.ApiError) -> State:
    what = "More is wanted of the service than this dashboard asks of it at once. Nothing is wrong with either."
    return _waiting("limited", "This page waits for its turn", what, error)


def _resting(error: errors.ApiError) -> State:
    what = "It failed so often just now that this dashboard leaves it alone for a moment."
    return _waiting("down", "The service has a problem", what, error)


def _crowded(error: errors.ApiError) -> State:
    what = "It answers slowly, and as many people as this dashboard has room for are waiting for it already."
    return _waiting("limited", "The service is slow right now", what, error)


def _waiting(kind: str, title: str, what: str, error: errors.ApiError) -> State:
    """A state that says when it is worth asking again; the page does so by itself where the wait is short."""
    wait: float | None = getattr(error, "retry_after", None)
    if not wait:
        return State(kind, 503, title, what, "Try again in a moment.", retry_after=None if wait is None else 0)
    seconds = math.ceil(wait + random.uniform(0, _SPREAD))  # noqa: S311 - spreads readers, guards nothing
    asks = seconds <= _LONGEST_WAIT
    todo = f"It asks again by itself in {seconds} s." if asks else f"Try again in {math.ceil(seconds / 60)} min."
    return State(kind, 503, title, what, todo, retry_after=seconds, asks_again=asks)


def _key(error: errors.ApiError) -> State:
    return State(
        "key",
        503,
        "The service refuses this dashboard's key",
        "It answers 401: the API key is missing, wrong or revoked.",
        "Whoever runs the dashboard puts a valid key into the file that AUDIENCES_API_KEY_FILE names, or into "
        "AUDIENCES_API_KEY and restarts it.",
    )


def _forbidden(error: errors.ApiError) -> State:
    permission = "prospects:read" if error.path.endswith("/prospects") else "audiences:read"
    return State(
        "forbidden",
        503,
        "This dashboard's key may not read this",
        f"The service answers 403: the API key probably lacks the permission {permission}.",
        "Whoever runs the dashboard gives the key that permission, or uses another key.",
    )


def _cursor(error: errors.ApiError) -> State:
    return State(
        "cursor",
        404,
        "This place in the list no longer exists",
        "The service does not accept the bookmark of this place any more. The list itself is fine.",
        "Start at the top and scroll on from there.",
        "Start at the top",
    )


def _refused(error: errors.ApiError) -> State:
    return State(
        "down",
        503,
        "The service did not accept the request",
        f"It answers {error.status}{_quoted(error)}",
        "Trying again may help. If it does not, pass the trace id on to whoever runs the dashboard.",
    )


def _quoted(error: errors.ApiError) -> str:
    words = " ".join(error.message.split())
    return f": “{words[:200]}”." if words else "."


def _down(error: errors.ApiError) -> State:
    return State(
        "down",
        503,
        "The service has a problem",
        reasons.told(error) or "It cannot be used right now.",
        "This is usually over in a moment. Nothing of yours is lost.",
    )


_MAKERS: tuple[tuple[type[errors.ApiError], Callable[[errors.ApiError], State]], ...] = (
    (errors.NotFound, lambda _: NOT_FOUND),
    (errors.NotReady, _not_ready),
    (errors.RateSpent, _paced),
    (errors.RateLimited, _limited),
    (errors.Unauthorized, _key),
    (errors.Forbidden, _forbidden),
    (errors.Crowded, _crowded),
    (errors.Resting, _resting),
    (errors.Unavailable, _down),
    (errors.ApiError, _refused),
)


def out_of_reach(error: errors.ApiError, here: str) -> State:
    """The key in use cannot reach this account group any more: nothing was deleted, so it is no 404."""
    return State(
        "key",
        503,
        "The key no longer reaches this account group",
        "Its audiences, people and members are still there; the API key in use just may not see them.",
        "Whoever runs the dashboard gives the key access again, or uses one that has it.",
        "Try again",
        here,
        error.trace_id,
    )


def lost_cursor(error: errors.ApiError, top: str) -> State:
    """The API no longer takes the cursor of a page; `top` is the address of the list's start."""
    return replace(_cursor(error), action_url=top, trace_id=error.trace_id)


_NAME_THEM = "Whoever runs the dashboard sets AUDIENCES_ACCOUNT_GROUPS to id=name,id=name and restarts it."


def no_groups(error: errors.ApiError | None, is_admin: bool) -> State:
    """Nobody knows which account groups there are, or this person is in none; `error` is why the API did not say."""
    if isinstance(error, errors.Unauthorized | errors.RateLimited):
        return of_error(error, "/")
    if isinstance(error, errors.Unavailable):
        told = of_error(error, "/")
        return replace(
            told, todo=f"{told.todo} It was asked which account groups there are; if it stays so: {_NAME_THEM}"
        )
    if error is None and not is_admin:
        return State(
            "no-groups",
            200,
            "You are in no account group yet",
            "An account group holds the audiences of one team.",
            "Ask an admin to let you into one.",
            "Look again",
            "/",
        )
    refused = "The key may not ask which account groups it reaches." if error else "The key reaches no account group."
    return State(
        "unknown-groups",
        200 if error is None else 503,
        "Which account groups are there?",
        refused,
        f"{_NAME_THEM} The ids stand in Sonarly's addresses.",
        "Look again",
        "/",
        trace_id=error.trace_id if error else "",
    )
