"""`python -m dashboard.server`: the web process, Granian with one thing changed.

Granian's workers each listen on a socket of their own on Linux, so a worker that dies takes its waiting connections
with it, and a second death within 5.5 s ends the server. Measured at 20 requests/s with a kill every 3 s: 74 of 141
requests failed. Here the parent keeps the socket (what Granian does on other systems) and holds the application
ready to fork: the same kills fail the requests in progress and nothing else. Nothing may start a thread or open a
connection at import.
"""

import argparse
import gc
import socket

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec
from granian.server.mp import MPServer

from dashboard import env

# A worker that dies sooner than this after its start cannot work at all; Granian's own rule counts 5.5 s.
_DEAD_ON_ARRIVAL = 0.5
_GRANIANS_RULE = 5.5
# pages answer within 9 s (RELIABILITY section 3)
_LAST_REQUESTS = 9


class Server(MPServer):
    """Keeps listening while a worker is replaced."""

    def _init_shared_socket(self) -> None:
        listener = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        self._ssp, self._shd = None, listener  # type: ignore[assignment]
        self._sfd = listener.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)


class Respawned(dict[int, float]):
    """When each worker was last replaced, told so that Granian's rule sees only those dead on arrival."""

    def get(self, key: int, default: float = 0) -> float:  # type: ignore[override]
        return super().get(key, default) - _GRANIANS_RULE + _DEAD_ON_ARRIVAL


def sizes() -> tuple[int, int]:
    """Worker processes and threads in each. One worker without Redis: one cache, one gate to the API."""
    workers = env.whole("WEB_WORKERS", 2 if env.text("REDIS_URL") else 1, least=1, most=64)
    return workers, env.whole("WEB_THREADS", 64, least=1, most=1024)


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. A wrong setting ends it here, with one sentence, before any worker starts."""
    from django.urls import get_resolver

    import dashboard.wsgi  # noqa: F401

    workers, threads = sizes()
    len(get_resolver().url_patterns)  # loads the views too, which a new worker would otherwise do at its first page
    gc.freeze()
    server = Server(
        "dashboard.wsgi:application",
        host,
        port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_REQUESTS,
    )
    server.respawned_wrks = Respawned()
    server.serve()


def main() -> None:
    """Read where to listen and serve there."""
    parser = argparse.ArgumentParser(prog="python -m dashboard.server", description="Serve the dashboard's pages.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=env.whole("PORT", 8000, least=1, most=65535))
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port)


if __name__ == "__main__":
    main()
