"""The audiences API: one class, one method per endpoint.

One place decides timeout, retry and waiting: the policy. A read is tried again where that may help (policy.py), the
one POST never. Every method raises ApiError (errors.py), and ValueError for an id or cursor that may not enter a path.
"""

import json
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from audiences.api import parsing
from audiences.api.checks import checked_audience_id, checked_base_url, checked_cursor, checked_id, checked_key
from audiences.api.envelope import Envelope, opened, unreadable
from audiences.api.errors import ApiError, NotReady, ValidationFailed
from audiences.api.gate import Gate, OpenGate
from audiences.api.messages import Operation, Request
from audiences.api.policy import CREATE, PAGE_SECONDS, WEB, WORKER, WORTH_ANOTHER, Deadline, Policy, may_pass
from audiences.api.records import AccountGroup, Audience, Navigation, Page, Prospect, Unread
from audiences.api.transport import Transport

__all__ = ["CREATE", "WEB", "WORKER", "Answer", "AudiencesClient", "Deadline", "Policy"]

_MOST_GROUP_PAGES = 20

T = TypeVar("T")
R = TypeVar("R", bound=parsing.Identified)


@dataclass(frozen=True, slots=True)
class Answer(Generic[T]):
    """What the API answered, with the trace id it gave ("" where it gave none)."""

    value: T
    trace_id: str


class AudiencesClient:
    """The API with one key. Threads may share it; forked processes may, too.

    `deadline`, where given, is shared with other calls; none takes longer than the policy's total. `page_size` is
    sent as `limit`, whose largest value is undocumented: refused once, it is left out from then on.
    """

    def __init__(
        self,
        base_url: str,
        api_key: str,
        *,
        policy: Policy = WEB,
        page_size: int = 50,
        bulkhead: int = 48,
        gate: Gate | None = None,
    ) -> None:
        key = checked_key(api_key)
        self._transport = Transport(checked_base_url(base_url, key), key, bulkhead)
        self._policy = policy
        self._page_size = page_size
        self._limit_refused = False
        self._gate = gate or OpenGate()
        weakref.finalize(self, self._transport.close)

    def account_groups(self, *, deadline: Deadline | None = None) -> Answer[tuple[AccountGroup, ...]]:
        """Every account group the key can reach (GET /v1/accounts, not among the five reference pages)."""
        deadline = deadline or Deadline(max(PAGE_SECONDS, self._policy.total))
        groups: dict[str, AccountGroup] = {}
        cursors = [""]
        while True:
            request = Request(Operation.ACCOUNTS, "GET", "/v1/accounts", {"cursor": cursors[-1]} if cursors[-1] else {})
            answer = _unread(self._call(request, self._policy, deadline), request, parsing.account_group)
            groups |= {group.id: group for group in answer.value.read().items if group.id not in groups}
            cursor = answer.value.next_cursor
            if not cursor or cursor in cursors or len(cursors) == _MOST_GROUP_PAGES:
                return Answer(tuple(groups.values()), answer.trace_id)
            cursors.append(cursor)

    def navigation(self, group_id: str, *, deadline: Deadline | None = None) -> Answer[Navigation]:
        """Folders with their audiences, and the ungrouped ones; ready ones only (get-audience-navigation)."""
        request = Request(Operation.NAVIGATION, "GET", f"{_audiences(group_id)}/navigation")
        envelope = self._call(request, self._policy, deadline)
        return _answer(parsing.navigation(envelope.data), envelope, request)

    def audiences(self, group_id: str, cursor: str = "", *, deadline: Deadline | None = None) -> Answer[Page[Audience]]:
        """A page of the ready audiences (list-audiences)."""
        request = Request(Operation.AUDIENCES, "GET", _audiences(group_id))
        answer = self._list(request, cursor, parsing.audience, deadline)
        return Answer(answer.value.read(), answer.trace_id)

    def audience(self, group_id: str, audience_id: str, *, deadline: Deadline | None = None) -> Answer[Audience]:
        """One audience; NotReady while it is being populated (get-audience)."""
        path = f"{_audiences(group_id)}/{checked_audience_id(audience_id)}"
        request = Request(Operation.AUDIENCE, "GET", path, conflict=NotReady)
        envelope = self._call(request, self._policy, deadline)
        return _answer(parsing.audience(envelope.data, known_id=audience_id), envelope, request)

    def create_audience(
        self, group_id: str, *, name: str, type: str, description: str = "", deadline: Deadline | None = None
    ) -> Answer[Audience]:
        """Create an audience, by one POST that is never repeated (create-audience; it is not idempotent).

        Waits up to 30 s, whatever the client's policy. After NotSent and RateLimited nothing was created; after
        any other Unavailable, or a 408, 409 or 425, that is unknown.
        """
        body = {"name": name, "type": type} | ({"description": description} if description else {})
        request = Request(Operation.CREATE, "POST", _audiences(group_id), body=body)
        envelope = self._call(request, CREATE, deadline)
        return _answer(parsing.audience(envelope.data), envelope, request)

    def prospects(
        self, group_id: str, audience_id: str, cursor: str = "", *, deadline: Deadline | None = None
    ) -> Answer[Page[Prospect]]:
        """A page of an audience's prospects; NotReady while it is being populated (list-audience-prospects)."""
        answer = self.unread_prospects(group_id, audience_id, cursor, deadline=deadline)
        return Answer(answer.value.read(), answer.trace_id)

    def unread_prospects(
        self, group_id: str, audience_id: str, cursor: str = "", *, deadline: Deadline | None = None
    ) -> Answer[Unread[Prospect]]:
        """The same as soon as it says where the next page is."""
        path = f"{_audiences(group_id)}/{checked_audience_id(audience_id)}/prospects"
        request = Request(Operation.PROSPECTS, "GET", path, conflict=NotReady)
        return self._list(request, cursor, parsing.prospect, deadline)

    def close(self) -> None:
        """End the threads and connections; also done when the client is no longer referred to."""
        self._transport.close()

    def _list(
        self, request: Request, cursor: str, read: Callable[[object], R | None], deadline: Deadline | None
    ) -> Answer[Unread[R]]:
        query = {"cursor": cursor} if checked_cursor(cursor) else {}
        limited = replace(request, query=query | {"limit": str(self._page_size)})
        unlimited = replace(request, query=query)
        deadline = _within(deadline, self._policy)
        if not self._limit_refused:
            try:
                return _unread(self._call(limited, self._policy, deadline), request, read)
            except ValidationFailed as error:
                if not _may_concern_limit(error):
                    raise
        answer = _unread(self._call(unlimited, self._policy, deadline), request, read)
        self._limit_refused = True
        return answer

    def _call(self, request: Request, policy: Policy, deadline: Deadline | None) -> Envelope:
        deadline = _within(deadline, policy)
        attempt = 1
        while True:
            self._gate.admit()
            began = time.monotonic()
            try:
                envelope = opened(self._transport.attempt(request, policy, deadline), request)
            except ApiError as error:
                self._gate.note(error)
                self._gate.record(request.operation, time.monotonic() - began, error, error.trace_id)
                attempt += 1
                pause = policy.pause_before(attempt)
                if attempt > policy.attempts or not may_pass(error) or deadline.left() - pause < WORTH_ANOTHER:
                    raise
            else:
                self._gate.note(None)
                self._gate.record(request.operation, time.monotonic() - began, None, envelope.trace_id)
                return envelope
            time.sleep(pause)


def _within(deadline: Deadline | None, policy: Policy) -> Deadline:
    return deadline.within(policy.total) if deadline else Deadline(policy.total)


def _audiences(group_id: str) -> str:
    return f"/v1/accounts/{checked_id(group_id)}/audiences"


def _answer(value: T | None, envelope: Envelope, request: Request) -> Answer[T]:
    if value is None:
        unreadable(
            "The API's answer lacked what was asked for.",
            request,
            status=envelope.status,
            trace_id=envelope.trace_id,
        )
    return Answer(value, envelope.trace_id)


def _unread(envelope: Envelope, request: Request, read: Callable[[object], R | None]) -> Answer[Unread[R]]:
    return _answer(parsing.unread(envelope.data, read), envelope, request)


def _may_concern_limit(error: ValidationFailed) -> bool:
    """Whether a 400 may be about `limit`: it names it, or it doesn't name the cursor either."""
    words = f"{error.code} {error.message} {json.dumps(error.details, default=str)}".lower()
    return "limit" in words or "cursor" not in words
