"""From a request to an answer: who may call what, and which call it is."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote

from sandbox import answers, calls, keys, names, places, seeding
from sandbox.answers import Answer, Problem
from sandbox.faults import Failures, RateLimit, failing
from sandbox.options import Options
from sandbox.server import Request
from sandbox.world import World

OPENAPI = Path(__file__).with_name("openapi.json")
_GROUP = r"/v1/accounts/(?P<group>[^/]+)/audiences"
_AFTER_THE_DEED = ("502", "cut")


@dataclass(frozen=True, slots=True)
class Route:
    """One endpoint; `permission` "" means any valid key that may list account groups."""

    method: str
    path: re.Pattern[str]
    permission: str
    call: Callable[[World, calls.Call], Answer]


ROUTES = (
    Route("GET", re.compile("/v1/accounts"), "", calls.account_groups),
    Route("GET", re.compile(_GROUP), keys.AUDIENCES_READ, calls.audiences),
    Route("POST", re.compile(_GROUP), keys.AUDIENCES_WRITE, calls.create_audience),
    Route("GET", re.compile(f"{_GROUP}/navigation"), keys.AUDIENCES_READ, calls.navigation),
    Route("GET", re.compile(f"{_GROUP}/(?P<audience>[^/]+)"), keys.AUDIENCES_READ, calls.audience),
    Route("GET", re.compile(f"{_GROUP}/(?P<audience>[^/]+)/prospects"), keys.PROSPECTS_READ, calls.prospects),
)


class Api:
    """The whole API: its data, its limits, its faults."""

    def __init__(self, options: Options) -> None:
        self._latency = options.latency
        self._world = World(seeding.groups(options.audiences, options.folders), options.populate_seconds)
        self._limit = RateLimit(options.rate_limit)
        self._failures = Failures(options.fail_rate)
        self._openapi = OPENAPI.read_bytes()
        for language in places.languages():  # now, and not under the first requests
            names.pool(language)

    def respond(self, request: Request) -> Answer:
        """The answer to a request; never raises a Problem."""
        path, _, query = request.target.partition("?")
        if path == "/openapi.json" and request.method == "GET":
            return Answer(200, self._openapi)
        time.sleep(self._latency)
        try:
            return self._respond(request, path, query)
        except Problem as problem:
            return problem.answer()

    def _respond(self, request: Request, path: str, query: str) -> Answer:
        failure = self._failures.next()
        late = request.method == "POST" and failure in _AFTER_THE_DEED
        if failure and not late:
            return failing(failure)
        route, ids = _find(request.method, path)
        self._admit(request, route)
        answer = route.call(self._world, calls.Call(ids, query, request.body))
        # A creation that fails after the deed: why nobody may repeat a POST blindly.
        return failing(failure) if late else answer

    def _admit(self, request: Request, route: Route) -> None:
        key = keys.key_of(request.headers.get("authorization", ""))
        if key is None:
            raise answers.unauthorized()
        self._limit.take(key.text)
        if not route.permission and not key.discovers:
            raise answers.forbidden("accounts:read")
        if route.permission and route.permission not in key.permissions:
            raise answers.forbidden(route.permission)


def _find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    """The route with its ids. Raises the 404 Problem for an unknown path, the 405 one for a wrong method."""
    fitting = [(route, match) for route in ROUTES if (match := route.path.fullmatch(path))]
    if path.endswith("/audiences/navigation"):
        fitting = [(route, match) for route, match in fitting if "audience" not in match.groupdict()]
    if not fitting:
        raise answers.not_found("Route")
    for route, match in fitting:
        if route.method == method:
            return route, {name: unquote(text) for name, text in match.groupdict().items()}
    allowed = ", ".join(route.method for route, _ in fitting)
    message = f"{method} is not allowed here."
    raise Problem(405, "METHOD_NOT_ALLOWED", message, None, (("Allow", allowed),))
