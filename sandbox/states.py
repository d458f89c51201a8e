"""The folder *States*: an audience for each status the API documents and for the ways it misbehaves in life."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from sandbox import answers
from sandbox.answers import Answer
from sandbox.faults import cut, html

FLIP_SECONDS = 20
SILENT_SECONDS = 20
CURSOR_SECONDS = 5
RETRY_AFTER = 5

NOT_READY = "409"
FLIPPING = "flipping"
SILENT = "silent"
BREAKS_IN_MIDDLE = "third page"
CURSORS_EXPIRE = "cursors expire"
HOSTILE = "hostile"


@dataclass(frozen=True, slots=True)
class State:
    """An audience of that folder. `kind` is what it does; `count` how many prospects it has (and says it has)."""

    id: str
    name: str
    description: str
    kind: str
    count: int = 120


STATES = (
    State("57a7e5000000000000000400", "Answers 400", "Every read is refused as not valid.", "400"),
    State("57a7e5000000000000000401", "Answers 401", "As if the key had just been revoked.", "401"),
    State("57a7e5000000000000000403", "Answers 403", "As if the key lacked a permission here.", "403"),
    State("57a7e5000000000000000404", "Answers 404", "Listed, but gone when it is opened.", "404"),
    State("57a7e5000000000000000409", "Never ready", "Populated for ever: hidden, and 409 on reading.", NOT_READY),
    State("57a7e5000000000000000429", "Answers 429", f"Rate limited; Retry-After is {RETRY_AFTER} s.", "429"),
    State("57a7e5000000000000000500", "Answers 500", "An internal error, every time.", "500"),
    State("57a7e5000000000000000502", "Answers 502", "An upstream error, without a trace id.", "502"),
    State("57a7e500000000000000a020", "Answers nothing for 20 s", "Then answers as if nothing were.", SILENT),
    State("57a7e500000000000000c0de", "Cuts the connection", "In the middle of the body.", "cut"),
    State("57a7e50000000000000047e1", "HTML instead of JSON", "A proxy's sign-in page, with status 200.", "html"),
    State("57a7e500000000000000e000", "Empty", "Ready, and nobody in it.", "", 0),
    State("57a7e500000000000000f11b", "Flips every 20 s", "Ready, then not, then ready again.", FLIPPING, 180),
    State("57a7e5000000000000003a9e", "Third page fails", "With a 500, every second try.", BREAKS_IN_MIDDLE, 640),
    State("57a7e50000000000000c0105", "Cursors expire", f"After {CURSOR_SECONDS} s: 400.", CURSORS_EXPIRE, 320),
    State("57a7e5000000000000bad000", "Hostile records", "What strangers write into profiles.", HOSTILE, 133),
)

_PROBLEMS: dict[str, Callable[[], answers.Problem]] = {
    "400": lambda: answers.invalid("audienceId", "This audience refuses every read."),
    "401": answers.unauthorized,
    "403": lambda: answers.forbidden("audiences:read"),
    "404": lambda: answers.not_found("Audience"),
    "429": lambda: answers.rate_limited(RETRY_AFTER),
    "500": answers.internal,
    "502": lambda: answers.upstream(traced=False),
}


def misbehaviour(kind: str, sleep: Callable[[float], None] = time.sleep) -> Answer | None:
    """What reading an audience of this kind answers instead of its data; None when the data may follow."""
    if problem := _PROBLEMS.get(kind):
        raise problem()
    if kind == "cut":
        return cut()
    if kind == "html":
        return html(200, "Sign in to continue")
    if kind == SILENT:
        sleep(SILENT_SECONDS)
    return None
