"""A small threading HTTP/1.1 server: keep-alive, one send per answer, nothing left behind when it ends.

http.server's own handler parses heads with the email package, which alone would cost more than a warm answer.
"""

import socket
import socketserver
import sys
import traceback
from collections.abc import Callable
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Any

from sandbox.answers import Answer, Problem, internal, invalid

MAX_HEAD = 64 * 1024
MAX_BODY = 100 * 1024
_IDLE_SECONDS = 75
_PHRASES = {status.value: status.phrase for status in HTTPStatus}


@dataclass(frozen=True, slots=True)
class Request:
    """One request. Header names are lower case; `target` is the path with its query, undecoded."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""


class Server(socketserver.ThreadingTCPServer):
    """Listens at once; a thread per connection, none of which outlives the process."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 1024

    def __init__(self, address: tuple[str, int], respond: Callable[[Request], Answer]) -> None:
        self.respond = respond
        super().__init__(address, Connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A peer that goes away is no event; a fault of our own has had its 500 and is shown on stderr."""
        if not isinstance(sys.exception(), OSError):
            traceback.print_exc()


class Connection(socketserver.BaseRequestHandler):
    """One client's connection: requests in, answers out, until either side closes."""

    server: Server
    request: socket.socket

    def handle(self) -> None:
        """Serve request after request."""
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.request.settimeout(_IDLE_SECONDS)
        self._rest = b""
        while (head := self._read_head()) is not None:
            if not self._serve(head):
                return

    def _serve(self, head: bytes) -> bool:
        """Answer one request; True while the connection may carry another."""
        try:
            request = _parse(head)
            body = self._read_body(request.headers)
            answer = self.server.respond(replace(request, body=body))
        except Problem as problem:
            self._send(problem.answer(), keep=False)
            self._drain()
            return False
        except ConnectionError:
            return False
        except Exception:
            self._send(internal().answer(), keep=False)
            raise
        keep = request.headers.get("connection", "").lower() != "close" and not answer.cut
        self._send(answer, keep, with_body=request.method != "HEAD")
        return keep

    def _read_head(self) -> bytes | None:
        while (end := self._rest.find(b"\r\n\r\n")) < 0:
            if len(self._rest) > MAX_HEAD or not self._more():
                return None
        head, self._rest = self._rest[:end], self._rest[end + 4 :]
        return head

    def _read_body(self, headers: dict[str, str]) -> bytes:
        if "transfer-encoding" in headers:
            raise invalid("body", "Send the body with a Content-Length.")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length[:12]) > MAX_BODY:
            raise invalid("body", f"The body is larger than {MAX_BODY} bytes.")
        if headers.get("expect", "").lower() == "100-continue":
            self.request.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        while len(self._rest) < int(length):
            if not self._more():
                raise ConnectionError("gone in mid-body")
        body, self._rest = self._rest[: int(length)], self._rest[int(length) :]
        return body

    def _more(self) -> bool:
        try:
            chunk = self.request.recv(65536)
        except OSError:
            return False
        self._rest += chunk
        return bool(chunk)

    def _drain(self) -> None:
        """Read what a refused request still sends: closing on unread bytes would reset the answer away."""
        self.request.shutdown(socket.SHUT_WR)
        self.request.settimeout(1)
        left = 100 * MAX_BODY
        while left > 0 and self._more():
            left -= len(self._rest)
            self._rest = b""

    def _send(self, answer: Answer, keep: bool, with_body: bool = True) -> None:
        promised = len(answer.body) * 1000 if answer.cut else len(answer.body)
        lines = [
            f"HTTP/1.1 {answer.status} {_PHRASES.get(answer.status, 'Unknown')}",
            f"Content-Type: {answer.content_type}",
            f"Content-Length: {promised}",
            *(f"{name}: {value}" for name, value in answer.headers),
            "Connection: keep-alive" if keep else "Connection: close",
            "\r\n",
        ]
        body = answer.body if with_body else b""
        self.request.sendall("\r\n".join(lines).encode("latin-1") + body)


def _parse(head: bytes) -> Request:
    """The request line and headers. Raises the 400 Problem for what is no HTTP/1.x."""
    first, *lines = head.decode("latin-1").split("\r\n")
    words = first.split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        raise invalid("request", "This is not an HTTP/1.1 request.")
    headers = {}
    for line in lines:
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
    return Request(words[0], words[1], headers)
