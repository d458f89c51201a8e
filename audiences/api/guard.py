"""Connections that can be ended from outside.

The timeouts of `requests` are per read of the socket: a server that trickles a byte every half second holds a
thread for as long as it likes (RELIABILITY.md, fact 1). So each call keeps a duplicate of its socket, and
whoever waits for the call is its watchdog: when the deadline has passed, it shuts that socket down. This ends
every phase with a socket: connecting, TLS handshake, headers, body. A DNS lookup has none; it is left behind.
"""

import contextlib
import functools
import socket
import ssl
import threading
from typing import Any

import certifi
from requests import PreparedRequest
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.ssl_ import create_urllib3_context

from audiences.api.messages import Reply
from audiences.api.policy import Deadline


class CallOver(OSError):
    """The deadline passed before this step."""


class Call:
    """One attempt: how far it got, and the means to end it."""

    def __init__(self, deadline: Deadline) -> None:
        self.deadline = deadline
        self.step = "waiting for a free line"
        self.sent = False
        self.head: Reply | None = None
        self._over = False
        self._guard: socket.socket | None = None
        self._lock = threading.Lock()

    def reach(self, step: str) -> None:
        """Note what comes next. Raises CallOver after the deadline."""
        with self._lock:
            self._reach(step)

    def watch(self, sock: socket.socket, step: str) -> None:
        """Note what comes next, and the socket it uses. Raises CallOver after the deadline."""
        with self._lock:
            self._reach(step)
            self._drop_guard()
            # A duplicate: a TLS socket takes the descriptor over, and the call may close its own at any moment,
            # after which the number may be another call's.
            copy = socket.dup(sock.fileno())
            self._guard = socket.socket(sock.family, sock.type, sock.proto, fileno=copy)

    def begin_sending(self, sock: socket.socket) -> None:
        """Bytes of the request are about to leave. Raises CallOver after the deadline: then none ever does."""
        if self._guard is None:
            self.watch(sock, self.step)
        with self._lock:
            self._reach("waiting for the answer")
            self.sent = True

    def finish(self) -> None:
        """The call has ended by itself: its connection may serve another one from now on."""
        with self._lock:
            self._drop_guard()

    def give_up(self) -> None:
        """End the call, whatever it is doing; without effect once it has finished."""
        with self._lock:
            self._over = True
            if self._guard is not None:
                with contextlib.suppress(OSError):  # not connected yet, or not any more
                    self._guard.shutdown(socket.SHUT_RDWR)

    def _reach(self, step: str) -> None:
        if self._over:
            raise CallOver(self.step)
        self.step = step

    def _drop_guard(self) -> None:
        if self._guard is not None:
            self._guard.close()
            self._guard = None


class _CallOfThisThread(threading.local):
    call: Call


CURRENT = _CallOfThisThread()
"""The call this thread is making; connections are used by the thread that opened them."""


class _GuardedConnection(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        CURRENT.call.reach("looking up the address")
        try:
            addresses = socket.getaddrinfo(self._dns_host, self.port, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, "The address is unknown.") from error
        for family, kind, protocol, _, address in addresses:
            sock = socket.socket(family, kind, protocol)
            try:
                return self._connected(sock, address)
            except OSError:
                sock.close()
        raise NewConnectionError(self, "No address accepts connections.")

    def _connected(self, sock: socket.socket, address: Any) -> socket.socket:
        call = CURRENT.call
        call.watch(sock, "connecting")
        sock.settimeout(max(0.001, min(float(self.timeout or 0), call.deadline.left())))
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.connect(address)
        call.reach("securing the connection")
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        CURRENT.call.begin_sending(self.sock)
        super().send(data)


class _GuardedTLSConnection(_GuardedConnection, HTTPSConnection):
    pass


class _GuardedPool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _GuardedTLSPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTLSConnection


class GuardedAdapter(HTTPAdapter):
    """The adapter of a session that serves one thread and one host. Never retries."""

    def __init__(self) -> None:
        super().__init__(pool_connections=1, pool_maxsize=1, max_retries=0)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Have the pools make guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _GuardedPool, "https": _GuardedTLSPool}

    def build_connection_pool_key_attributes(
        self, request: PreparedRequest, verify: bool | str, cert: Any = None
    ) -> Any:
        """Give TLS pools the process's one context: else each connection reads 140 certificates anew."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool["ssl_context"] = tls_context()
        return host, pool

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leave the pool alone: the context verifies."""


@functools.cache
def tls_context() -> ssl.SSLContext:
    """Verifies against certifi's authorities and the system's (so that SSL_CERT_FILE can add one's own)."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    context.load_verify_locations(certifi.where())
    context.load_default_certs()
    return context
