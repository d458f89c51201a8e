"""An API of the tests' own that counts what it is asked, and can be made to fail in every way a test wants."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PEOPLE_A_PAGE = 3
GROUPS = ("grp", "oth")
AUDIENCES = [f"aud{number}" for number in range(300)]


@dataclass
class Behaviour:
    """What the API does with the next calls. `rate`: calls a second, beyond which it answers 429.

    `manner`: "" answers, "hangs", "resets", "trickles" a byte at a time, "floods" with a body that never ends.
    """

    status: int = 200
    delay: float = 0.0
    manner: str = ""
    rate: float = 0.0
    calls: Counter[str] = field(default_factory=Counter)
    answered: Counter[int] = field(default_factory=Counter)


class CountingApi(ThreadingHTTPServer):
    """Listens on a free port of 127.0.0.1 until it is closed."""

    daemon_threads = True
    request_queue_size = 512

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.does = Behaviour()
        self.lock = threading.Lock()
        self.tokens, self.at = 0.0, time.monotonic()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

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
        does, path = self.server.does, urlsplit(self.path)
        what = path.path.rsplit("/", 1)[-1]
        with self.server.lock:
            does.calls[what if not what.startswith("aud") else "audience"] += 1
        if does.manner:
            self._misbehave(does.manner)
            return
        time.sleep(does.delay)
        status = 429 if self.server.limited() else does.status
        self._answer(status, _data(path.path, parse_qs(path.query)) if status == 200 else None)

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

    def _answer(self, status: int, data: Any) -> None:
        error = None if status == 200 else {"code": "TEST", "message": "as asked", "details": None}
        body = json.dumps({"success": status == 200, "data": data, "error": error, "traceId": f"t-{status}"}).encode()
        self.server.does.answered[status] += 1
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        if status == 429:
            self.send_header("Retry-After", "1")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""


def _audience(audience_id: str) -> dict[str, Any]:
    return {
        "id": audience_id,
        "name": f"Audience {audience_id}",
        "type": "on_demand",
        "prospectCount": 9,
        "folderId": None,
    }


def _data(path: str, query: dict[str, list[str]]) -> Any:
    if path == "/v1/accounts":
        items = [{"id": group, "name": f"Group {group}"} for group in GROUPS]
        return {"items": items, "nextCursor": None, "hasMore": False}
    if path.endswith("/navigation"):
        return {"folders": [], "ungroupedAudiences": [_audience(found) for found in AUDIENCES]}
    if path.endswith("/prospects"):
        start = int(query.get("cursor", ["0"])[0])
        group = path.split("/")[3]
        people = [(f"p{number}", f"Person {number} of {group}") for number in range(start, start + PEOPLE_A_PAGE)]
        items = [{"id": found, "name": name} for found, name in people]
        more = start + PEOPLE_A_PAGE < 9
        return {"items": items, "nextCursor": str(start + PEOPLE_A_PAGE) if more else None, "hasMore": more}
    if path.endswith("/audiences"):
        return {"items": [_audience(found) for found in AUDIENCES[:5]], "nextCursor": None, "hasMore": False}
    return _audience(path.rsplit("/", 1)[-1])
