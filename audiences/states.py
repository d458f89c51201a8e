"""What a page says when it cannot show what was asked for: what happened, what to do, with the trace id."""

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from audiences import reasons
from audiences.api import errors


@dataclass(frozen=True, slots=True)
class State:
    """One designed state. `status` is the page's; `retry_after` in seconds, where the API gave a time."""

    kind: str
    status: int
    title: str
    what: str = ""
    todo: str = ""
    action_label: str = ""
    action_url: str = ""
    trace_id: str = ""
    retry_after: int | None = None

    def leading_to(self, label: str, url: str) -> "State":
        """The same state with another way out."""
        return replace(self, action_label=label, action_url=url)


def of_error(error: errors.ApiError, here: str) -> State:
    """The state that tells people about an error of the API; `here` is the address that tries again."""
    for kind, make in _MAKERS:
        if isinstance(error, kind):
            state = make(error)
            again = state if state.action_url else state.leading_to("Try again", here)
            return replace(again, trace_id=error.trace_id)
    raise TypeError(f"not an error of the API: {type(error).__name__}") from error


NOT_FOUND = State(
    "not-found",
    404,
    "Not found",
    "There is nothing at this address, or it is not yours to see.",
    "It may have been deleted or moved. The start leads to what there is.",
    "To the start",
    "/",
)
NOT_ALLOWED = State(
    "forbidden",
    403,
    "This is for admins",
    "You are signed in, but as a member of this account group, not as an admin of it.",
    "Ask an admin to do it, or to make you one.",
    "To the start",
    "/",
)
BAD_REQUEST = State(
    "bad-request",
    400,
    "That request was not understood",
    "Something in the address or the form is not as it should be.",
    "The start leads to your audiences.",
    "To the start",
    "/",
)
NOBODY_FURTHER = State(
    "empty",
    200,
    "That was the last one",
    "The service announced more people in this direction, but sends none.",
    "The list has everyone it gave.",
)
FORM_TOO_OLD = State(
    "csrf",
    403,
    "This form is too old",
    "It was opened in another session, or cookies are switched off. Nothing was sent.",
    "Open the page again, then send the form once more.",
    "To the start",
    "/",
)


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
    wait = getattr(error, "retry_after", None)
    seconds = math.ceil(wait) if wait is not None else None
    when = f"in {seconds} s" if seconds else "in a moment"
    return State(
        "limited",
        503,
        "The service asks us to slow down",
        "More was asked of it than it allows at once (429). Nothing is wrong with this page.",
        f"Try again {when}.",
        retry_after=seconds,
    )


def _key(error: errors.ApiError) -> State:
    return State(
        "key",
        503,
        "The service refuses this dashboard's key",
        "It answers 401: the API key is missing, wrong or revoked.",
        "Whoever runs the dashboard puts a valid key into AUDIENCES_API_KEY (or the file that "
        "AUDIENCES_API_KEY_FILE names) and restarts it.",
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
    (errors.RateLimited, _limited),
    (errors.Unauthorized, _key),
    (errors.Forbidden, _forbidden),
    (errors.Unavailable, _down),
    (errors.ApiError, _refused),
)


def lost_cursor(error: errors.ApiError, top: str) -> State:
    """The API no longer takes the cursor of a page; `top` is the address of the list's start."""
    return replace(_cursor(error), action_url=top, trace_id=error.trace_id)


def empty_audience(is_filtered: bool = False) -> State:
    """An audience that is ready and holds nobody."""
    return State(
        "empty",
        200,
        "Nobody is in this audience yet",
        "It is ready, and the service has found no people for it so far.",
        "An audience that monitors fills over time. For one made on demand, a wider search may help.",
    )


def no_audiences() -> State:
    """An account group without any audience."""
    return State(
        "empty",
        200,
        "No audiences yet",
        "This account group has none that is ready. Those still being populated appear once they are.",
        "Make one in Sonarly, then look again.",
        "Look again",
        "",
    )


def filtered_out(clear_url: str) -> State:
    """Audiences there are, but none that fits the search."""
    return State(
        "filtered-out",
        200,
        "No audience fits",
        "None has all of what you are looking for in its name or description.",
        "Fewer words or another folder or type may help.",
        "Show all audiences",
        clear_url,
    )


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
