"""What benches stand on: the sandbox, the dashboard as in production, a browser. Started when first asked for."""

import html
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack, closing, suppress
from functools import cached_property, partial
from pathlib import Path
from typing import NamedTuple

import psutil
import requests

from dashboard import processes
from dashboard.supervisor import die_with_parent
from tests.bench.chromium import Chromium
from tests.bench.wire import Connection
from tests.dashboard.running import ROOT, clean
from tests.sandbox.running import HUGE, NORDWIND

API_LATENCY = 80  # milliseconds, of the slow sandbox
PAGE_SIZE = 50
_START_SECONDS = 30
_MORE = re.compile(r'id="more"[^>]* hx-get="([^"]+)"')

PEOPLE = f"/g/{NORDWIND}/audiences/{HUGE}/"
PROSPECTS = f"/v1/accounts/{NORDWIND}/audiences/{HUGE}/prospects"  # of the API


class Worker(NamedTuple):
    """A worker that runs, its environment and its database."""

    process: subprocess.Popen[bytes]
    environ: Mapping[str, str]
    database: Path


class Stage:
    """One run. `stack` ends at its end whatever was started here."""

    def __init__(self, stack: ExitStack, samples: int, quick: bool) -> None:
        self._stack = stack
        self.samples = samples
        self.quick = quick

    @cached_property
    def api(self) -> str:
        """The sandbox, answering at once, with a fourth group of 2,000 audiences in 100 folders."""
        return self.sandbox("--audiences", "2000", "--folders", "100")

    @cached_property
    def slow_api(self) -> str:
        """The sandbox, answering after API_LATENCY."""
        return self.sandbox("--latency", str(API_LATENCY))

    @cached_property
    def dashboard(self) -> str:
        """The dashboard in front of `api`."""
        return self.web(self.api)

    @cached_property
    def chromium(self) -> Chromium:
        """The browser, for somebody who is signed in."""
        return self._stack.enter_context(Chromium(self.cookies))

    @cached_property
    def cookies(self) -> dict[str, str]:
        """Of an admin's session, good at every dashboard of this run."""
        answer = requests.get(self.dashboard + self._sign_in_path, allow_redirects=False, timeout=10)
        assert "sessionid" in answer.cookies, "signing in failed"
        return answer.cookies.get_dict()

    def connect(self, base: str, *, fragment: bool = False) -> Connection:
        """A connection of somebody who is signed in; `fragment` asks as htmx does."""
        headers = {"Cookie": "; ".join(map("=".join, self.cookies.items()))}
        return Connection(base, headers | ({"HX-Request": "true"} if fragment else {}))

    def warm(self, row: int) -> None:
        """Have the dashboard keep the pages of PEOPLE down to `row`, all of them younger than a minute."""
        with self.connect(self.dashboard) as browser, self.connect(self.dashboard, fragment=True) as htmx:
            body = browser.body(PEOPLE).decode()
            for _ in range(row // PAGE_SIZE - 1):
                more = _MORE.search(body)
                assert more, "no further rows"
                body = htmx.body(html.unescape(more[1])).decode()

    def web(self, api: str, **variables: object) -> str:
        """Start a web process in front of `api`, as production does, and give its address."""
        self._prepared  # noqa: B018 - the database and the static files, once
        port = free_port()
        return self.start(processes.web("127.0.0.1", port), self._environment(api) | _texts(variables), port)

    def start(self, command: list[str], environ: Mapping[str, str], port: int) -> str:
        """Run a server until the end of the run; gives its address once it listens there."""
        process = self.begin(command, environ)
        deadline = time.monotonic() + _START_SECONDS
        while not listens(port):
            starts = process.poll() is None and time.monotonic() < deadline
            assert starts, f"did not start: {' '.join(command)}"
            time.sleep(0.05)
        return f"http://127.0.0.1:{port}"

    def worker(self, api: str, **variables: object) -> Worker:
        """Start a worker in front of `api`, on the database of this run."""
        self._prepared  # noqa: B018 - the database, once
        environ = self._environment(api) | _texts(variables)
        return Worker(self.begin(processes.worker(), environ), environ, self._home / "dashboard.sqlite3")

    def begin(self, command: list[str], environ: Mapping[str, str]) -> subprocess.Popen[bytes]:
        """Run a command until the end of the run."""
        ended_with_us = partial(die_with_parent, signal.SIGTERM)
        process = subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.DEVNULL, preexec_fn=ended_with_us)
        self._stack.callback(end, process)
        return process

    def start_naive(self) -> str:
        """The naive page of tests/bench/naive, by the same server."""
        port = free_port()
        options = ["--interface", "wsgi", "--port", str(port), "--blocking-threads", "8", "--log-level", "error"]
        command = [sys.executable, "-m", "granian", *options, "tests.bench.naive.app:application"]
        return self.start(command, clean(NAIVE_API_URL=self.api), port)

    def forget(self) -> None:
        """Make everything kept by all dashboards old, in the product's own way: a new generation of each group."""
        with closing(sqlite3.connect(self._home / "dashboard.sqlite3", timeout=20)) as database, database:
            database.execute("UPDATE team_accountgroup SET generation = generation + 1")

    def sandbox(self, *options: str) -> str:
        """Start a sandbox and give its address."""
        port = free_port()
        return self.start([*processes.sandbox(port), *options], clean(), port)

    @cached_property
    def _home(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="dashboard-bench-")))

    def _environment(self, api: str) -> dict[str, str]:
        port = int(api.rpartition(":")[2])
        environ = clean(SECRET_KEY="only-for-benches-" * 4, VAR_DIR=self._home)
        return processes.sandbox_environment(environ, port)

    @cached_property
    def _prepared(self) -> str:
        environ = self._environment(self.api)
        command = processes.prepare("http://127.0.0.1")
        return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout

    @cached_property
    def _sign_in_path(self) -> str:
        found = re.search(r"admin .*\n\s+http://127\.0\.0\.1(/sign-in/\S+)", self._prepared)
        assert found, "no sign-in link"
        return found[1]


def _texts(variables: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in variables.items()}


def free_port() -> int:
    """A port of this machine that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether somebody does."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server and its workers, each by its id."""
    tree = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(2)
    for left in tree:
        with suppress(psutil.NoSuchProcess):
            left.kill()
    process.kill()
    process.wait()
