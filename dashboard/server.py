"""`python -m dashboard.server`: the web process, Granian with one thing changed.

Granian's workers each listen on a socket of their own on Linux, so a worker that dies takes its waiting connections
with it, and a second death within 5.5 s ends the server. Measured at 20 requests/s with a kill every 3 s: 74 of 141
requests failed. Here the parent keeps the socket (what Granian does on other systems) and holds the application
ready to fork: the same kills fail the requests in progress and nothing else. Nothing may start a thread or open a
connection at import.
"""

import argparse
import gc
import math
import multiprocessing
import os
import socket
from collections import deque

from granian.constants import Interfaces
from granian.log import LogLevels
from granian.net import SocketSpec
from granian.server.mp import MPServer

from dashboard import env
from dashboard.startup import read_env_file, refuse_half_restored

# so many deaths of workers in so many seconds mean that none can work; Granian's own rule is 2 in 5.5
_HOPELESS, _WITHIN_SECONDS = 10, 5.0
# pages answer within 9 s (RELIABILITY section 3)
_LAST_REQUESTS = 9
# threads beside those that may wait for the API: for pages that need none, and for those that wait a moment for a place
_FOR_OTHERS = 48
_SECRETS = (
    *("AUDIENCES_API_KEY", "SECRET_KEY", "DJANGO_SUPERUSER_PASSWORD", "DASHBOARD_MEMBER_PASSWORD"),
    *("DATABASE_URL", "REDIS_URL", "BROKER_URL", "EMAIL_URL", "SENTRY_DSN"),  # may hold passwords
)


class Server(MPServer):
    """Keeps listening while a worker is replaced."""

    def _init_shared_socket(self) -> None:
        try:
            listener = SocketSpec(self.bind_addr, self.bind_port, self.backlog).build()
        except (RuntimeError, OSError) as error:
            raise SystemExit(f"Port {self.bind_port} of {self.bind_addr} cannot be used: {error}.") from None
        self._ssp, self._shd = None, listener  # type: ignore[assignment]
        self._sfd = listener.get_fd()
        self._sso = socket.socket(fileno=self._sfd)
        self._sso.set_inheritable(True)


class Respawned(dict[int, float]):
    """When workers were replaced: Granian ends the server when it finds a time here that is less than 5.5 s ago."""

    def __init__(self) -> None:
        super().__init__()
        self._latest: deque[float] = deque(maxlen=_HOPELESS)

    def __setitem__(self, worker: int, when: float) -> None:
        self._latest.append(when)

    def get(self, worker: int, default: float = 0) -> float:  # type: ignore[override]
        """The last replacement of any worker when there are too many of them, else one long ago."""
        hopeless = len(self._latest) == _HOPELESS and self._latest[-1] - self._latest[0] < _WITHIN_SECONDS
        return self._latest[-1] if hopeless else -math.inf


def workers() -> int:
    """Worker processes. One without Redis: one cache, one gate to the API."""
    return env.whole("WEB_WORKERS", 2 if env.secret("REDIS_URL") else 1, least=1, most=64)


def serve(host: str, port: int) -> None:
    """Serve until SIGTERM or SIGINT. A wrong setting ends it here, with one sentence, before any worker starts."""
    from django.conf import settings
    from django.urls import get_resolver

    import dashboard.wsgi  # noqa: F401

    processes = workers()  # looks for REDIS_URL, which is gone below
    refuse_half_restored()
    len(get_resolver().url_patterns)  # loads the views too, which a new worker would otherwise do at its first page
    for name in _SECRETS:
        # the settings have read them, and Granian copies the environment into the META of every request
        os.environ.pop(name, None)
    multiprocessing.set_start_method("fork")  # what is loaded here is what the workers have
    gc.freeze()
    server = Server(
        "dashboard.wsgi:application",
        host,
        port,
        interface=Interfaces.WSGI,
        workers=processes,
        blocking_threads=settings.WEB_THREADS + _FOR_OTHERS,
        websockets=False,
        backlog=1024,
        log_level=LogLevels.error,
        log_dictconfig=settings.LOGGING,
        respawn_failed_workers=True,
        workers_kill_timeout=_LAST_REQUESTS,
    )
    server.respawned_wrks = Respawned()
    server.serve()


def main() -> None:
    """Read where to listen and serve there."""
    read_env_file()
    parser = argparse.ArgumentParser(prog="python -m dashboard.server", description="Serve the dashboard's pages.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=env.whole("PORT", 8000, least=1, most=65535))
    chosen = parser.parse_args()
    serve(chosen.host, chosen.port)


if __name__ == "__main__":
    main()
