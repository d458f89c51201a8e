"""What a call of the API can end in, other than an answer.

    ApiError
    ├─ ValidationFailed   400: the API refused a parameter or a field; `details` may say which
    ├─ Unauthorized       401: the key is missing, invalid or revoked
    ├─ Forbidden          403: the key lacks the permission
    ├─ NotFound           404
    ├─ NotReady           409 on reading an audience or its prospects: still being populated
    ├─ Unprocessable      422: understood, and cannot be done
    ├─ RateLimited        429: `retry_after` is the wait asked for, in seconds, or None
    ├─ Refused            any other 4xx, a 409 elsewhere included
    └─ Unavailable        no answer that can be used; nothing is known about the thing asked for
       ├─ InternalError   500 and every other 5xx (`status` keeps the number)
       ├─ UpstreamError   502: something behind the API failed
       ├─ NotSent         nothing reached the API: DNS, connect or TLS failed, or the time was over before the
       │                  first byte (slow DNS, a full bulkhead). Sending again is safe, whatever the method.
       ├─ ConnectionLost  cut after sending: what the API did with it is unknown
       ├─ TimedOut        sent, and not answered within the deadline
       ├─ TooLarge        the decoded body passed the policy's limit
       └─ Unreadable      not HTTP, not JSON, no envelope, `success: false` on a 2xx, a redirect

Every error keeps status, code, message, details, trace id, method and path (without the query). None keeps
the API key, a request, a session or the exception of a library (those hold the key): calls are made in threads
of their own which hand back plain values, so that neither `__cause__` nor the traceback leads to one.
"""

import math
import re
import time
from email.utils import parsedate_to_datetime
from typing import Any

LONGEST_WAIT = 900.0
"""Seconds; a Retry-After beyond them is ignored (RELIABILITY.md section 2)."""

_SECONDS = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*", re.ASCII)


class ApiError(Exception):
    """The root of the tree. `str()` is the message: the API's own words where it gave any, cleaned."""

    def __init__(
        self,
        message: str,
        *,
        status: int | None = None,
        code: str = "",
        details: object = None,
        trace_id: str = "",
        method: str = "",
        path: str = "",
    ) -> None:
        super().__init__(message)
        self.message = message
        self.status = status
        self.code = code
        self.details = details
        self.trace_id = trace_id
        self.method = method
        self.path = path

    def __repr__(self) -> str:
        known = [str(self.status or ""), self.code, self.method, self.path, self.trace_id]
        return f"<{type(self).__name__} {' '.join(word for word in known if word)}>"

    def __reduce__(self) -> tuple[object, ...]:
        # The default calls the class again without the keywords; task workers pickle what a task raised.
        return Exception.__new__, (type(self), *self.args), self.__dict__


class ValidationFailed(ApiError):
    """400: a parameter or field was refused."""


class Unauthorized(ApiError):
    """401: the key is missing, invalid or revoked."""


class Forbidden(ApiError):
    """403: the key lacks the permission."""


class NotFound(ApiError):
    """404."""


class NotReady(ApiError):
    """409 on reading an audience or its prospects: it is still being populated."""


class Unprocessable(ApiError):
    """422: the API understood and cannot do it."""


class RateLimited(ApiError):
    """429. `retry_after`: seconds to hold back, 0 … 900, or None where the API said nothing usable."""

    def __init__(self, message: str, *, retry_after: float | None = None, **known: Any) -> None:
        super().__init__(message, **known)
        self.retry_after = retry_after


class HeldBack(RateLimited):
    """Not sent: after a 429 the API asks everyone to wait `retry_after` seconds."""


class RateSpent(HeldBack):
    """Not sent: this deployment's own rate is used up for `retry_after` seconds; the API has refused nothing."""


class Refused(ApiError):
    """Any other 4xx."""


class Unavailable(ApiError):
    """No usable answer; says nothing about the thing asked for."""


class InternalError(Unavailable):
    """500, and every 5xx but 502."""


class UpstreamError(Unavailable):
    """502: something behind the API failed."""


class NotSent(Unavailable):
    """Nothing reached the API."""


class Resting(NotSent):
    """Not sent: the API failed so often just now that it is left alone for `retry_after` seconds."""

    def __init__(self, message: str, *, retry_after: float | None = None, **known: Any) -> None:
        super().__init__(message, **known)
        self.retry_after = retry_after


class Crowded(Resting):
    """Not sent: too many threads of this process wait for the API already."""


class ConnectionLost(Unavailable):
    """Cut after sending: what the API did is unknown."""


class TimedOut(Unavailable):
    """Sent, and not answered within the deadline: what the API did is unknown."""


class TooLarge(Unavailable):
    """The decoded body passed the limit."""


class Unreadable(Unavailable):
    """An answer came and is none of what the API documents."""


_BY_STATUS: dict[int, type[ApiError]] = {
    400: ValidationFailed,
    401: Unauthorized,
    403: Forbidden,
    404: NotFound,
    422: Unprocessable,
    429: RateLimited,
    502: UpstreamError,
}


def class_for(status: int, *, conflict: type[ApiError] = Refused) -> type[ApiError]:
    """The class of an HTTP status outside 2xx; `conflict` is what a 409 means on this call."""
    if status == 409:
        return conflict
    if status in _BY_STATUS:
        return _BY_STATUS[status]
    if 400 <= status < 500:
        return Refused
    return InternalError if status >= 500 else Unreadable


def parse_retry_after(value: str | None, now: float | None = None) -> float | None:
    """Seconds to wait by a Retry-After header, a number or an HTTP date; 0 … 900, None for anything else."""
    if value is None or len(value) > 100:
        return None
    if match := _SECONDS.fullmatch(value):
        return _within(float(match[1]))
    try:
        moment = parsedate_to_datetime(value).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return _within(moment - (time.time() if now is None else now))


def _within(seconds: float) -> float | None:
    return seconds if math.isfinite(seconds) and 0 <= seconds <= LONGEST_WAIT else None
