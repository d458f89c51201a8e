"""An API that does to the sandbox's answers what a test says: late, refused, done and denied, in circles."""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Change = Callable[[dict[str, Any]], None]


class Crooked:
    """Passes every call on to the sandbox; `delay`, `refuse`, `deny` and `change` are for one test each.

    A call is the path of a GET, or "POST <path>".
    """

    def __init__(self, sandbox_url: str) -> None:
        self._sandbox_url = sandbox_url
        self.calls: list[str] = []
        self.underway: list[str] = []
        self.be_straight()

    def be_straight(self) -> None:
        """Forget what the last test wanted."""
        self.calls.clear()
        self._delays: list[tuple[str, float]] = []
        self._refusals: list[tuple[str, int]] = []
        self._denials: list[tuple[str, int]] = []
        self._changes: list[tuple[str, Change]] = []

    def delay(self, path: str, seconds: float) -> None:
        """Answer calls that fit the pattern so much later."""
        self._delays.append((path, seconds))

    def refuse(self, path: str, status: int) -> None:
        """Answer calls that fit the pattern with an error."""
        self._refusals.append((path, status))

    def deny(self, path: str, status: int) -> None:
        """Do what calls that fit the pattern ask for, and answer with an error all the same."""
        self._denials.append((path, status))

    def change(self, path: str, change: Change) -> None:
        """Change the `data` of answers to calls that fit the pattern."""
        self._changes.append((path, change))

    @property
    def posts(self) -> int:
        """How many audiences it was asked to create."""
        return len([call for call in self.calls if call.startswith("POST ")])

    def answer(self, path: str, authorization: str, body: bytes | None = None) -> tuple[int, bytes]:
        """Status and body for a GET, or for a POST when there is a body."""
        call = path if body is None else f"POST {path}"
        self.calls.append(call)
        self.underway.append(call)
        try:
            return self._answered(call, path, authorization, body)
        finally:
            self.underway.remove(call)

    def _answered(self, call: str, path: str, authorization: str, body: bytes | None) -> tuple[int, bytes]:
        time.sleep(sum(seconds for wanted, seconds in self._delays if re.search(wanted, call)))
        for wanted, status in self._refusals:
            if re.search(wanted, call):
                return status, _error(status)
        answer = self._asked(path, authorization, body)
        for wanted, status in self._denials:
            if re.search(wanted, call):
                return status, _error(status)
        return _changed([change for wanted, change in self._changes if re.search(wanted, call)], *answer)

    def _asked(self, path: str, authorization: str, body: bytes | None) -> tuple[int, bytes]:
        headers = {"Authorization": authorization, "Content-Type": "application/json"}
        request = urllib.request.Request(self._sandbox_url + path, body, headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read()


def _changed(changes: list[Change], status: int, body: bytes) -> tuple[int, bytes]:
    if not changes:
        return status, body
    answer = json.loads(body)
    for change in changes:
        change(answer["data"])
    return status, json.dumps(answer).encode()


def _error(status: int) -> bytes:
    error = {"code": "REFUSED", "message": "Refused by the test.", "details": None}
    return json.dumps({"success": False, "data": None, "error": error, "traceId": "trace-of-the-test"}).encode()


@contextmanager
def serving(sandbox_url: str) -> Iterator[tuple[Crooked, str]]:
    """A crooked API and its address, in threads of this process."""
    crooked = Crooked(sandbox_url)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.pass_on(None)

        def do_POST(self) -> None:
            self.pass_on(self.rfile.read(int(self.headers["Content-Length"])))

        def pass_on(self, asked: bytes | None) -> None:
            status, body = crooked.answer(self.path, self.headers.get("Authorization", ""), asked)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            with suppress(OSError):  # the dashboard no longer waits for it
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing: the calls are kept."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield crooked, f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
