"""An API of the tests' own that counts what it is asked, and can be made to fail in every way a test wants.

It holds audiences (`holdings`), makes more (`creating`), and forgets those between two tests.
"""

import json
import threading
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.shared import creating
from tests.shared.holdings import PEOPLE, Holdings, Made

PEOPLE_A_PAGE = 3
GROUPS = ("grp", "oth")
_CODES = {("GET", 404): "NOT_FOUND", ("GET", 409): "AUDIENCE_NOT_READY", ("POST", 400): "VALIDATION_ERROR"}
_NOT_READ = {"populating": 409, "gone": 404}


@dataclass
class Behaviour:
    """What the API does with the next calls. `rate`: calls a second, beyond which it answers 429.

    For reads: `status` and `delay`, and `manner`, which is "" (answers), "hangs", "resets", "trickles" a byte at a time
    or "floods" with a body that never ends. `strict` makes audiences that were never made a 404; else any id is one.

    For POSTs: `creating` is "" (201); a status such as "422", "hangs before" or "redirect", which make nothing; or a
    way to fail once it is made: "times out", "resets", "cut", "unreadable", "no id", "answers 500" and the like;
    or "late", which hangs up at once and makes it `late_seconds` afterwards. `create_delay` seconds come before all of
    them, so a long one is a POST that commits after its reader has gone. `populate_seconds` later what was made is
    ready; None: never.

    An audience has `people`, three a page. `on_the_way`: what comes of the next times that a page of people is asked
    for, by its cursor: a status such as "502", or "cut", in the midst of the body.

    `calls` counts by what was asked for, POSTs as "create"; `asked` counts reads of one audience, by its id.
    """

    status: int = 200
    delay: float = 0.0
    manner: str = ""
    rate: float = 0.0
    strict: bool = False
    creating: str = ""
    create_delay: float = 0.0
    late_seconds: float = 3.0
    populate_seconds: float | None = 2.0
    people: int = PEOPLE
    on_the_way: dict[str, list[str]] = field(default_factory=dict)
    calls: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)

    def __setattr__(self, name: str, value: Any) -> None:
        """A misspelt way of creating fails in the test that wants it, not as an answer that passes for another."""
        if name == "creating" and not creating.known(value):
            raise ValueError(value)
        super().__setattr__(name, value)


class CountingApi(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1 until it is closed."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.lock = threading.Lock()
        self.released = threading.Event()
        self.forget()
        self.tokens, self.at = 0.0, time.monotonic()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def forget(self) -> None:
        """Well again, with nothing counted and nothing made; POSTs still in progress end, and count for nobody."""
        self.does = Behaviour()
        self.holdings = Holdings()
        self.release()

    def release(self) -> None:
        """POSTs that hang are hung up on now; late ones make their audience now."""
        waiting, self.released = self.released, threading.Event()
        waiting.set()

    @property
    def made(self) -> dict[str, list[Made]]:
        """What POSTs have made, by account group, oldest first."""
        return self.holdings.made

    def finish(self, audience_id: str) -> None:
        """It is ready now."""
        self.holdings.turn(audience_id, "ready")

    def unready(self, audience_id: str) -> None:
        """It is populating, until it is finished: hidden, and a 409."""
        self.holdings.turn(audience_id, "populating")

    def delete(self, audience_id: str) -> None:
        """It is a 404, and in no list."""
        self.holdings.turn(audience_id, "gone")

    def limited(self) -> bool:
        """Whether this call is one too many."""
        rate = self.does.rate
        if not rate:
            return False
        with self.lock:
            now = time.monotonic()
            self.tokens, self.at = min(rate, self.tokens + (now - self.at) * rate), now
            if self.tokens < 1:
                return True
            self.tokens -= 1
            return False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A reader who hung up is no news."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: CountingApi

    def do_GET(self) -> None:
        does, holdings, path = self.server.does, self.server.holdings, urlsplit(self.path)
        group, audience_id, what = _read(path.path)
        with self.server.lock:
            does.calls[what] += 1
            does.asked.update([audience_id] if what == "audience" and audience_id else [])
        if does.manner:
            self._misbehave(does.manner)
            return
        time.sleep(does.delay)
        status = 429 if self.server.limited() else does.status
        if status == 200 and audience_id:
            state = holdings.state(group, audience_id)
            status = _NOT_READ.get("gone" if does.strict and state == "unknown" else state, 200)
        query = parse_qs(path.query)
        trouble = self._trouble(query) if what == "prospects" else ""
        status = int(trouble) if trouble.isdigit() else status
        data = _data(holdings, path.path, query, does.people) if status == 200 else None
        if trouble == "cut":
            self.close_connection = True
            self.send(status, body := self.envelope(status, data), len(body) + 100)
            return
        self.answer(status, data)

    def _trouble(self, query: dict[str, list[str]]) -> str:
        """What meets whoever asks for this page of people, once."""
        with self.server.lock:
            found = self.server.does.on_the_way.get(query.get("cursor", [""])[0])
            return found.pop(0) if found else ""

    def do_POST(self) -> None:
        server, does, path = self.server, self.server.does, urlsplit(self.path).path
        group, _, what = _read(path)
        creates = path == f"/v1/accounts/{group}/audiences"
        creation = creating.Creation(self, group, does, server.holdings, server.released)
        with server.lock:
            does.calls["create" if creates else what] += 1
        creation.body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not creates:
            self.answer(404)
        elif server.limited():
            self.answer(429)
        else:
            creation.act()

    def _misbehave(self, manner: str) -> None:
        self.close_connection = True
        if manner == "hangs":
            time.sleep(30)
        if manner in ("hangs", "resets"):
            return
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        for _ in range(100 if manner == "trickles" else 1000):
            self.wfile.write(b"[" if manner == "trickles" else b" " * 100_000)
            time.sleep(0.3 if manner == "trickles" else 0)

    def answer(self, status: int, data: Any = None, details: Any = None) -> None:
        """In the API's envelope."""
        headers = {"Retry-After": "1"} if status == 429 else {}
        self.send(status, self.envelope(status, data, details), headers=headers)

    def envelope(self, status: int, data: Any, details: Any = None) -> bytes:
        good = status < 300
        code = _CODES.get((self.command, status), "TEST")
        error = None if good else {"code": code, "message": "as asked", "details": details}
        return json.dumps({"success": good, "data": data, "error": error, "traceId": f"t-{status}"}).encode()

    def send(self, status: int, body: bytes, length: int = -1, headers: Mapping[str, str] | None = None) -> None:
        """Counts the answer; a `length` of its own is a promise the body does not keep."""
        with self.server.lock:
            self.server.does.answered[status] += 1
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body) if length < 0 else length))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _read(path: str) -> tuple[str, str, str]:
    """Account group, audience id, each "" if it names none, and what is asked for, as `calls` counts it."""
    parts = path.split("/")
    group = parts[3] if len(parts) > 3 else ""
    audience_id = parts[5] if len(parts) > 5 and parts[4] == "audiences" and parts[5] != "navigation" else ""
    what = parts[-1]
    return group, audience_id, "audience" if what == audience_id or what.startswith("aud") else what


def _data(holdings: Holdings, path: str, query: dict[str, list[str]], count: int) -> Any:
    if path == "/v1/accounts":
        items = [{"id": group, "name": f"Group {group}"} for group in GROUPS]
        return {"items": items, "nextCursor": None, "hasMore": False}
    group, audience_id, what = _read(path)
    if what == "navigation":
        return {"folders": [], "ungroupedAudiences": holdings.listed(group)}
    if what == "prospects":
        start = int(query.get("cursor", ["0"])[0])
        numbers = range(start, min(start + PEOPLE_A_PAGE, count))
        items = [{"id": f"p{number}", "name": f"Person {number} of {group}"} for number in numbers]
        more = start + PEOPLE_A_PAGE < count
        return {"items": items, "nextCursor": str(start + PEOPLE_A_PAGE) if more else None, "hasMore": more}
    if path.endswith("/audiences"):
        return {"items": holdings.listed(group, fixed=5), "nextCursor": None, "hasMore": False}
    return holdings.one(audience_id or path.rsplit("/", 1)[-1])
