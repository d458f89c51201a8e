"""Servers that misbehave, on loopback: each connection is handed to a script that speaks raw bytes."""

import contextlib
import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator

Script = Callable[["Server", socket.socket], None]


class Server:
    """Plays the scripts in turn, one per connection; the last one again and again. Keeps what it was sent."""

    def __init__(self, *scripts: Script, tls: ssl.SSLContext | None = None) -> None:
        self.requests: list[bytes] = []
        self.connections = 0
        self.cut = threading.Event()  # the other side ended a connection that was being trickled
        self.stopped = threading.Event()
        self._scripts = list(scripts)
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self.url = f"{'https' if tls else 'http'}://127.0.0.1:{self.port}"
        self._open: set[socket.socket] = set()
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()

    def _accept(self) -> None:
        while not self.stopped.is_set():
            with contextlib.suppress(OSError):
                sock, _ = self._listener.accept()
                script = self._scripts.pop(0) if len(self._scripts) > 1 else self._scripts[0]
                self.connections += 1
                self._open.add(sock)
                self._threads.append(threading.Thread(target=self._play, args=(script, sock)))
                self._threads[-1].start()

    def _play(self, script: Script, sock: socket.socket) -> None:
        with sock, contextlib.suppress(OSError):
            sock.settimeout(5)
            if self._tls is None:
                script(self, sock)
                return
            # The original stays, so that close() can end it, too.
            with self._tls.wrap_socket(sock.dup(), server_side=True) as secured:
                script(self, secured)

    def close(self) -> None:
        self.stopped.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for sock in self._open:
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join(timeout=6)

    def receive(self, sock: socket.socket) -> bytes:
        """One whole request; b"" when the other side has closed."""
        data = b""
        while b"\r\n\r\n" not in data or len(data) < _length(data):
            if not (more := sock.recv(65_536)):
                return b""
            data += more
        self.requests.append(data)
        return data

    def trickle(self, sock: socket.socket, piece: bytes, gap: float = 0.05) -> None:
        """A piece every `gap` seconds until somebody has enough."""
        try:
            while not self.stopped.wait(gap):
                sock.sendall(piece)
        except OSError:
            self.cut.set()


@contextlib.contextmanager
def serving(*scripts: Script, tls: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(*scripts, tls=tls)
    try:
        yield server
    finally:
        server.close()


def _length(data: bytes) -> int:
    head, _, _ = data.partition(b"\r\n\r\n")
    for line in head.lower().split(b"\r\n"):
        if line.startswith(b"content-length:"):
            return len(head) + 4 + int(line.split(b":")[1])
    return len(head) + 4


def head(status: str = "200 OK", **headers: str) -> bytes:
    lines = [f"HTTP/1.1 {status}", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode()


def answer(body: bytes, status: str = "200 OK", **headers: str) -> Script:
    """Answer every request of the connection with this body."""

    def play(server: Server, sock: socket.socket) -> None:
        while server.receive(sock):
            sock.sendall(head(status, Content_Length=str(len(body)), **headers) + body)

    return play


def envelope(data: object, trace_id: object = "trace-1") -> bytes:
    return json.dumps({"success": True, "data": data, "error": None, "traceId": trace_id}).encode()


def once(body: bytes) -> Script:
    """Answer as if the connection stayed open, and close it."""

    def play(server: Server, sock: socket.socket) -> None:
        server.receive(sock)
        sock.sendall(head(Content_Length=str(len(body)), Connection="keep-alive") + body)

    return play


def send_and_close(data: bytes) -> Script:
    """Raw bytes after the request, then the end."""

    def play(server: Server, sock: socket.socket) -> None:
        server.receive(sock)
        sock.sendall(data)

    return play


def reset(server: Server, sock: socket.socket) -> None:
    """RST after the request."""
    server.receive(sock)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")


def trickle_headers(server: Server, sock: socket.socket) -> None:
    server.receive(sock)
    sock.sendall(b"HTTP/1.1 200 OK\r\n")
    server.trickle(sock, b"X-Slow: 1\r\n")


def trickle_status_line(server: Server, sock: socket.socket) -> None:
    server.receive(sock)
    server.trickle(sock, b"H")


def trickle_body(server: Server, sock: socket.socket) -> None:
    server.receive(sock)
    sock.sendall(head(Content_Length="1000000"))
    server.trickle(sock, b" ")


def trickle_chunks(server: Server, sock: socket.socket) -> None:
    server.receive(sock)
    sock.sendall(head(Transfer_Encoding="chunked"))
    server.trickle(sock, b"1\r\n \r\n")


def continue_for_ever(server: Server, sock: socket.socket) -> None:
    server.receive(sock)
    server.trickle(sock, b"HTTP/1.1 100 Continue\r\n\r\n", gap=0.01)


def say_nothing(server: Server, sock: socket.socket) -> None:
    """Take the request and keep still until the other side has enough."""
    server.receive(sock)
    sock.recv(1)
    server.cut.set()
