"""What became of each call of the API: one event in the log, counts for the metrics, and what it shows of the key.

Which permission a call needs the API's pages say (audiences:read, prospects:read, audiences:write). What the key may do
is known by its use alone: writing is never tried out.
"""

import logging
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import msgspec
from django.core.cache import caches

from audiences import measures
from audiences.api.errors import ApiError, Forbidden, NotSent, RateLimited, Unauthorized, Unavailable
from audiences.api.messages import Operation
from audiences.apikey import fingerprint

OUTCOMES = ("answered", "not_ready", "not_found", "refused", "key_refused", "forbidden", "limited", "failed", "unsent")
PERMISSIONS = {
    "audiences:read": (Operation.NAVIGATION, Operation.AUDIENCES, Operation.AUDIENCE),
    "prospects:read": (Operation.PROSPECTS,),
    "audiences:write": (Operation.CREATE,),
}
_NEEDED = {operation: name for name, operations in PERMISSIONS.items() for operation in operations}
_KEPT = timedelta(days=7)
_AGAIN = timedelta(seconds=30)  # what is known is written again so often at most
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Known:
    """What the last call of some kind showed: when, whether it went well, and with which trace id."""

    at: datetime
    well: bool
    trace_id: str = ""


_KNOWN: msgspec.json.Decoder[Known] = msgspec.json.Decoder(Known)
_noted: dict[str, Known] = {}


def record(operation: Operation, seconds: float, error: ApiError | None, trace_id: str) -> None:
    """Note one attempt that was made; `error` is None for an answer."""
    outcome = outcome_of(error)
    measures.add({f"api-{operation}-{outcome}": 1, f"api-us-{operation}": int(seconds * 1e6)})
    told = {"operation": operation.value, "outcome": outcome, "trace_id": trace_id}
    took = {"status": error.status if error else 200, "ms": round(seconds * 1000, 1)}
    _log.info("api call", extra={"fields": told | took})
    # an answer that is of no use has come from there all the same
    _learn("reached", error is None or error.status is not None, trace_id)
    permission = _NEEDED.get(operation)
    if permission and not isinstance(error, Unauthorized | Unavailable | RateLimited):
        _learn(permission, not isinstance(error, Forbidden), trace_id)


def outcome_of(error: ApiError | None) -> str:
    """One of OUTCOMES."""
    if error is None:
        return "answered"
    if isinstance(error, NotSent):
        return "unsent"
    if isinstance(error, Unavailable):
        return "failed"
    by_status = {401: "key_refused", 403: "forbidden", 404: "not_found", 409: "not_ready", 429: "limited"}
    return by_status.get(error.status or 0, "refused")


def known(what: str) -> Known | None:
    """What use has shown of a permission, or of whether the API can be "reached"; None: nothing yet."""
    raw = caches["budget"].get(_name(what))
    try:
        return _KNOWN.decode(raw) if isinstance(raw, bytes) else None
    except msgspec.DecodeError:
        return None


def _learn(what: str, well: bool, trace_id: str) -> None:
    now, name = datetime.now(UTC), _name(what)
    before = _noted.get(name)
    if before and before.well == well and now - before.at < _AGAIN:
        return
    _noted[name] = Known(now, well, trace_id)
    caches["budget"].set(name, msgspec.json.encode(_noted[name]), _KEPT.total_seconds())


def _name(what: str) -> str:
    return f"known-{fingerprint()[:32]}-{what}"
