"""HTTP/1.1 by hand: a client that costs next to nothing, and a server that only repeats recorded bytes (the limit)."""

import gzip
import socket
import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Self
from urllib.parse import urlsplit

_NOTHING = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_BROWSERS_ENCODINGS = "gzip, deflate, br, zstd"


class Connection:
    """One kept connection to a server; hangs up at the end of its context."""

    def __init__(self, base: str, headers: Mapping[str, str]) -> None:
        parts = urlsplit(base)
        self._socket = socket.create_connection((parts.hostname, parts.port), timeout=30)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        lines = {"Host": parts.netloc, "Accept-Encoding": _BROWSERS_ENCODINGS, **headers}
        self._head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())

    def get(self, path: str) -> bytes:
        """The whole answer, head and body as they came. Raises AssertionError for anything but a 200."""
        answer = self.answer(path)
        assert answer.startswith(b"HTTP/1.1 200 "), f"{path}: {answer[:60]!r}"
        return answer

    def answer(self, path: str) -> bytes:
        """The whole answer, whatever it says."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\n{self._head}\r\n".encode())
        answer = b""
        while (end := answer.find(b"\r\n\r\n")) < 0:
            answer += self._more()
        missing = end + 4 + _length(answer[:end]) - len(answer)
        chunks = [answer]
        while missing > 0:
            chunks.append(self._more())
            missing -= len(chunks[-1])
        return b"".join(chunks)

    def body(self, path: str) -> bytes:
        """The answer's body, as a browser reads it."""
        head, _, body = self.get(path).partition(b"\r\n\r\n")
        return gzip.decompress(body) if b"\r\ncontent-encoding: gzip" in head.lower() else body

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def _more(self) -> bytes:
        chunk = self._socket.recv(1 << 20)
        assert chunk, "the server hung up"
        return chunk


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise AssertionError("an answer without Content-Length")


class _Repeat(socketserver.BaseRequestHandler):
    """Answers each path with its recorded bytes, on one kept connection."""

    server: "_Repeater"

    def handle(self) -> None:
        self.request.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        asked = b""
        while chunk := self.request.recv(65536):
            asked += chunk
            while b"\r\n\r\n" in asked:
                head, _, asked = asked.partition(b"\r\n\r\n")
                self.request.sendall(self.server.answers.get(head.split(b" ", 2)[1].decode(), _NOTHING))


class _Repeater(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, answers: Mapping[str, bytes]) -> None:
        self.answers = answers
        super().__init__(("127.0.0.1", 0), _Repeat)

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that hangs up is no event."""


@contextmanager
def repeating(answers: Mapping[str, bytes]) -> Iterator[str]:
    """A server that has nothing to do but send; gives its address."""
    with _Repeater(answers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
