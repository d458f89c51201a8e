"""Why the service gave no answer, in words for people."""

from dataclasses import dataclass

from audiences.api import errors

_DOWN: tuple[tuple[type[errors.ApiError], str], ...] = (
    (errors.Crowded, "It is slow, and many are waiting for it already."),
    (errors.Resting, "It failed so often just now that it is left alone for a moment."),
    (errors.UpstreamError, "It answers 502: something behind it failed."),
    (errors.InternalError, "It answers {status}: it failed while working on the request."),
    (errors.NotSent, "It could not be reached."),
    (errors.ConnectionLost, "It closed the connection before its answer was complete."),
    (errors.TimedOut, "It did not answer in time."),
    (errors.TooLarge, "Its answer is larger than this dashboard accepts."),
    (errors.Unreadable, "Its answer could not be read."),
)


def told(error: errors.ApiError) -> str:
    """A sentence about an outage, "" for any other error."""
    words = next((words for kind, words in _DOWN if isinstance(error, kind)), "")
    return words.format(status=error.status)


def why(error: errors.ApiError) -> str:
    """Half a line: why a kept answer is shown instead of a new one."""
    if isinstance(error, errors.RateSpent):
        return "the dashboard is at its own rate for the service and asks again soon"
    if isinstance(error, errors.RateLimited):
        return "the service asks us to slow down (429)"
    sentence = told(error) or f"It answers {error.status}."
    return "the service" + sentence.rstrip(".").removeprefix("It")


@dataclass(frozen=True, slots=True)
class Stale:
    """Why something is shown that is old, with the trace id of the answer that a new one should have come by."""

    words: str
    trace_id: str

    def __str__(self) -> str:
        return self.words


def stale(problem: errors.ApiError | None) -> Stale | None:
    """What a page says of a reading with this problem; None for one without."""
    return Stale(why(problem), problem.trace_id) if problem else None


def details(error: errors.ApiError) -> list[list[str]]:
    """Pairs of a field and what the API says of it; the field is "" where it names none."""
    given = error.details if isinstance(error.details, list) else [error.details]
    pairs = [_pair(detail) for detail in given[:20]]
    return [pair for pair in pairs if pair[1].strip()]


def _pair(detail: object) -> list[str]:
    if not isinstance(detail, dict):
        return ["", detail[:500] if isinstance(detail, str) else ""]
    field = next((detail[name] for name in ("path", "field", "name") if detail.get(name)), "")
    field = field[-1] if isinstance(field, list) else field
    words = next((detail[name] for name in ("message", "msg", "error") if isinstance(detail.get(name), str)), "")
    # "body.name" and ["body", "name"] are the field "name"
    return [str(field)[:100].rpartition(".")[2], words[:500]]
