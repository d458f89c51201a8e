"""`manage.py up`, what `make run` ends in: everything the dashboard needs, as ordinary child processes."""

import http.client
import os
import signal
import socket
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from dashboard import env, processes, server
from dashboard.supervisor import GaveUp, Stopped, Supervisor, die_with_parent

HOST = "127.0.0.1"
START_SECONDS = 60


class Command(BaseCommand):
    """Prepares the deployment, starts its processes, keeps them running and ends them all together."""

    help = "Start everything the dashboard needs and serve it on PORT; Ctrl-C stops all of it."

    def handle(self, **options: Any) -> None:
        """Exit code 0 after Ctrl-C or SIGTERM, 1 with a sentence on stderr when it cannot start or go on."""
        port = env.whole("PORT", 8000, least=1, most=65535)
        server.workers()  # a wrong value is said before anything starts
        refuse_taken(port)
        if os.environ.get("MAKELEVEL"):  # make killed with -9 would otherwise leave this process behind
            die_with_parent(signal.SIGTERM)
        try:
            with Supervisor(self._say, Path(settings.BASE_DIR)) as supervisor:
                self._serve(supervisor, port)
        except Stopped:
            self._say("Stopped.")
        except GaveUp as reason:
            raise SystemExit(str(reason)) from None

    def _serve(self, supervisor: Supervisor, port: int) -> None:
        environ: Mapping[str, str] = os.environ
        if not settings.AUDIENCES_API_KEY:
            environ = _start_sandbox(supervisor, environ)
        url = f"http://{HOST}:{port}"
        links = supervisor.run("manage.py prepare", processes.prepare(url), environ)
        supervisor.start("web", processes.web(HOST, port), environ)
        supervisor.start("worker", processes.worker(), environ)
        if settings.BROKER_URL:
            supervisor.start("beat", processes.beat(), environ)
        if settings.METRICS_ADDRESS:
            supervisor.start("metrics", processes.metrics(), environ)
        supervisor.wait_until(
            lambda: _lives(port), START_SECONDS, f"The dashboard did not answer within {START_SECONDS} seconds."
        )
        self._say(_welcome(url, links))
        supervisor.watch()

    def _say(self, line: str) -> None:
        with suppress(OSError):  # the terminal may be gone
            self.stdout.write(line)
            self.stdout.flush()


def refuse_taken(port: int) -> None:
    """End the start when the port is in use, also by somebody who never answers: two Granians would share it."""
    with socket.socket() as probe:
        try:
            # as servers bind: connections of an earlier run that are still closing don't count
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            probe.listen()
        except PermissionError:
            env.refuse("PORT", f"is {port}, which this user may not open; choose one from 1024 up.")
        except OSError:
            raise SystemExit(
                f"Port {port} is taken: stop what uses it, or choose another one (PORT={port + 1} make run)."
            ) from None


def _start_sandbox(supervisor: Supervisor, environ: Mapping[str, str]) -> Mapping[str, str]:
    port = _free_port()
    environ = processes.sandbox_environment(environ, port)
    supervisor.start("sandbox", processes.sandbox(port), environ)
    supervisor.wait_until(
        lambda: _listens(port), START_SECONDS, f"The sandbox did not start within {START_SECONDS} seconds."
    )
    return environ


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def _lives(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _welcome(url: str, links: str) -> str:
    source = f"Audiences come from {settings.AUDIENCES_API_URL}."
    if not settings.AUDIENCES_API_KEY:
        source = "Sample data: the sandbox plays the API. Set AUDIENCES_API_KEY to use the real one."
    return f"\nThe audience dashboard is at {url}\n{source}\n\n{links}\nCtrl-C stops everything.\n"
