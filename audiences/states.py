"""What a page says when it cannot show what was asked for: what happened, what to do, with the trace id."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class State:
    """One designed state. `status` is the page's; `retry_after` in seconds, where a time is known.

    `asks_again`: the page does so by itself once that time has passed. `support_code` stands for the trace id where
    outsiders read it: admins find it on the status page and in the log.
    """

    kind: str
    status: int
    title: str
    what: str = ""
    todo: str = ""
    action_label: str = ""
    action_url: str = ""
    trace_id: str = ""
    retry_after: int | None = None
    asks_again: bool = False
    support_code: str = ""

    def leading_to(self, label: str, url: str) -> "State":
        """The same state with another way out."""
        return replace(self, action_label=label, action_url=url)


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

OUR_FAULT = State(
    "down",
    500,
    "Something went wrong here",
    "The dashboard itself failed on this request. Nothing of yours is lost.",
    "Try again. If it happens once more, tell whoever runs the dashboard when it was and what you did.",
    "To the start",
    "/",
)
DATABASE_AWAY = State(
    "down",
    503,
    "The dashboard cannot reach its database",
    "It is restarted, or too busy to answer. Of what you just sent nothing was kept, and nothing before it is lost.",
    "This page asks again by itself; a form has to be sent again.",
    "Ask again",
    "",
    retry_after=5,
)


def empty_audience() -> State:
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
        "Admins can create the first one here, or in Sonarly.",
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
