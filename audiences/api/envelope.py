"""The envelope `{success, data, error, traceId}` around every answer, and what an answer without one means."""

import json
from dataclasses import dataclass
from typing import NoReturn

from audiences.api.errors import RateLimited, Unreadable, class_for, parse_retry_after
from audiences.api.fields import flag, text
from audiences.api.messages import Failure, Reply, Request

_LONGEST_WORD = 200
_DEEPEST_DETAIL = 6
_MOST_DETAILS = 100


@dataclass(frozen=True, slots=True)
class Envelope:
    """A successful answer."""

    data: object
    trace_id: str
    status: int = 200


def decode(body: bytes) -> object:
    """The JSON value in an answer; None where there is none. Survives what breaks `json.loads` (fact 4)."""
    try:
        return json.loads(
            body.decode("utf-8-sig", "replace"), parse_int=_whole_number, parse_constant=_nothing, strict=False
        )
    except (ValueError, RecursionError):
        return None


def _whole_number(digits: str) -> int | str:
    # int() of thousands of digits is slow or raises. No count has 18, but an id might: it stays what it is, text.
    return int(digits) if len(digits) <= 18 else digits


def _nothing(_name: str) -> None:
    """NaN and Infinity."""
    return


def opened(outcome: Reply | Failure, request: Request) -> Envelope:
    """The successful answer; raises the ApiError of anything else."""
    if isinstance(outcome, Failure):
        raise outcome.kind(outcome.message, status=outcome.status, method=request.method, path=request.path)
    body = decode(outcome.body)
    if not 200 <= outcome.status < 300:
        _refuse(outcome, body, request)
    if not isinstance(body, dict) or "data" not in body:
        unreadable("The API's answer was not in the documented form.", request, status=outcome.status)
    succeeded = flag(body.get("success"))
    if succeeded is False or (succeeded is None and body.get("error")):
        _refuse(outcome, body, request)
    return Envelope(body["data"], _word(body.get("traceId")), outcome.status)


def unreadable(message: str, request: Request, *, status: int | None = None, trace_id: str = "") -> NoReturn:
    """Raise Unreadable."""
    raise Unreadable(message, status=status, trace_id=trace_id, method=request.method, path=request.path)


def _refuse(reply: Reply, body: object, request: Request) -> NoReturn:
    """Raise what a status or an envelope of failure means. The body may be anything."""
    kind = class_for(reply.status, conflict=request.conflict)
    envelope = body if isinstance(body, dict) else {}
    error = envelope.get("error")
    if not isinstance(error, dict):
        error = {"message": error}
    raised = kind(
        text(error.get("message")) or _sentence(reply.status),
        status=reply.status,
        code=_word(error.get("code")),
        details=_plain(error.get("details"), _DEEPEST_DETAIL),
        trace_id=_word(envelope.get("traceId")),
        method=request.method,
        path=request.path,
    )
    if isinstance(raised, RateLimited):
        raised.retry_after = parse_retry_after(reply.retry_after)
    raise raised


def _sentence(status: int) -> str:
    if 300 <= status < 400:
        return f"The API answered with a redirect ({status}), which is not followed."
    if status < 300:
        return "The API reported a failure without saying which."
    return f"The API answered {status} without saying why."


def _word(value: object) -> str:
    """A code or trace id: one line, at most 200 characters; "" for anything but text and whole numbers."""
    return " ".join(text(value).split())[:_LONGEST_WORD] if isinstance(value, str | int) else ""


def _plain(value: object, depth: int) -> object:
    """`details` cleaned like other text, and kept small enough to be shown."""
    if isinstance(value, str):
        return text(value)
    if not isinstance(value, dict | list):
        return value
    if depth == 0:
        return ""
    if isinstance(value, list):
        return [_plain(entry, depth - 1) for entry in value[:_MOST_DETAILS]]
    entries = list(value.items())[:_MOST_DETAILS]
    return {text(name): _plain(entry, depth - 1) for name, entry in entries}
