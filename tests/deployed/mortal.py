"""The counting API as a process that is killed: every connection ends at once, nobody listens, what it holds stays."""

import socket
import threading
import time
from collections import Counter
from contextlib import suppress
from typing import Any

from tests.shared.api import CountingApi


class Looks(Counter[str]):
    """How often each audience was asked for, and when any was; the monotonic clock's."""

    def __init__(self) -> None:
        self.times = [time.monotonic()]
        super().__init__()

    def update(self, asked: Any = (), /, **_: int) -> None:
        super().update(asked)
        if asked:
            self.times.append(time.monotonic())


class MortalApi(CountingApi):
    """Dies and comes back at the same port."""

    def __init__(self) -> None:
        self._connections: set[socket.socket] = set()
        self._guard = threading.Lock()
        super().__init__()

    def forget(self) -> None:
        super().forget()
        self.does.asked = self.looks = Looks()

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        with self._guard:
            self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._connections.discard(request)
        super().shutdown_request(request)

    def die(self) -> None:
        """Refuses everybody, and answers nobody any more."""
        self.shutdown()
        self.server_close()
        with self._guard:
            dying, self._connections = self._connections, set()
        for connection in dying:
            with suppress(OSError):  # its reader has hung up already
                connection.shutdown(socket.SHUT_RDWR)

    def live(self) -> None:
        """Listens again where it did."""
        self.socket = socket.socket(self.address_family, self.socket_type)
        self.server_bind()
        self.server_activate()
        threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True).start()
