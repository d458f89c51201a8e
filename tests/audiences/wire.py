"""An API made of raw answers: everything behind the client's transport is the real thing, and no socket is opened."""

import json
from collections.abc import Callable
from typing import Any

from audiences.api.client import AudiencesClient, Deadline
from audiences.api.messages import Failure, Reply, Request
from audiences.api.policy import Policy

Answer = Reply | Failure | Callable[[Request], Reply | Failure]


def enveloped(data: object, **more: object) -> Reply:
    """A successful answer with this data; `more` replaces parts of the envelope."""
    return Reply(200, json.dumps({"success": True, "data": data, "error": None, "traceId": "t-ok"} | more).encode())


def page(items: object, next_cursor: object = None, has_more: object = False) -> Reply:
    """A page of a list."""
    return enveloped({"items": items, "nextCursor": next_cursor, "hasMore": has_more})


class Wire:
    """Stands in for the client's transport. `answers` by call: navigation, audiences, audience, prospects, accounts."""

    def __init__(self, **answers: Answer) -> None:
        self.answers = answers

    def attempt(self, request: Request, policy: Policy, deadline: Deadline) -> Reply | Failure:
        """The answer of the call."""
        last = request.path.rsplit("/", 1)[1]
        answer = self.answers[last if last in ("accounts", "audiences", "navigation", "prospects") else "audience"]
        return answer(request) if callable(answer) else answer

    def close(self) -> None:
        """Nothing to end."""


def client_on(wire: Any) -> AudiencesClient:
    """A client that reads from `wire`."""
    made = AudiencesClient("http://127.0.0.1:9", "sk_test_key")
    made._transport = wire
    return made
