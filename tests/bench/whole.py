"""A deployment as docs/install.md describes it: PostgreSQL, two Redis servers, web, worker, beat; and the sandbox."""

import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psutil
import psycopg
import requests
from redis import Redis

from dashboard import processes
from tests.bench.stage import Stage, end, free_port, listens
from tests.bench.wire import Connection
from tests.conftest import start_redis
from tests.dashboard.running import ROOT, clean
from tests.postgres import new_database, running_postgres

CACHE = {"maxmemory": "256mb", "maxmemory-policy": "allkeys-lru"}
_PREPARE = re.compile(r"admin .*\n\s+http://127\.0\.0\.1(/sign-in/\S+)")


@dataclass
class Whole:
    """What runs: `process` by the name of its command, each the parent of its own children."""

    url: str
    environ: dict[str, str]
    database: str
    cache: Redis
    process: dict[str, psutil.Process]
    cookies: dict[str, str]

    def connect(self, *, fragment: bool = False) -> Connection:
        """A connection of a signed-in admin; `fragment` asks as htmx does."""
        headers = {"Cookie": "; ".join(map("=".join, self.cookies.items()))}
        return Connection(self.url, headers | ({"HX-Request": "true"} if fragment else {}))

    def query(self, statement: str) -> list[tuple[object, ...]]:
        """The rows of a statement of ours."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            answer = connection.execute(statement.encode())
            return answer.fetchall() if answer.description else []

    def shell(self, code: str) -> None:
        """Run code of ours with the deployment's settings and models."""
        command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code]
        subprocess.run(command, cwd=ROOT, env=self.environ, check=True, capture_output=True)

    def forget(self) -> None:
        """Make everything kept old, in the product's own way: a new generation of each group."""
        self.query("UPDATE team_accountgroup SET generation = generation + 1")


@contextmanager
def whole(stage: Stage) -> Iterator[Whole]:
    """Runs until the end of the block; its web server has two processes, its worker four."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="dashboard-capacity-")))
        database = new_database(stack.enter_context(running_postgres(free_port())))
        redis = {name: _redis(stack, folder / name, CACHE if name == "cache" else {}) for name in ("cache", "broker")}
        environ = clean(
            SECRET_KEY="only-for-benches-" * 4,
            VAR_DIR=folder,
            DATABASE_URL=database,
            REDIS_URL=redis["cache"],
            BROKER_URL=redis["broker"],
            WEB_WORKERS=2,
        )
        environ = processes.sandbox_environment(environ, int(stage.api.rpartition(":")[2]))
        command = processes.prepare("http://127.0.0.1")
        said = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout
        port, running = free_port(), {}
        commands = {"web": processes.web("127.0.0.1", port), "worker": processes.worker(), "beat": processes.beat()}
        for name, command in commands.items():
            process = stage.begin(command, environ)
            stack.callback(end, process)  # before the servers that it uses
            running[name] = psutil.Process(process.pid)
        _wait(port)
        url = f"http://127.0.0.1:{port}"
        cache = stack.enter_context(Redis.from_url(redis["cache"]))
        yield Whole(url, environ, database, cache, running, _signed_in(url, said))


def _wait(port: int) -> None:
    deadline = time.monotonic() + 60
    while not listens(port):
        assert time.monotonic() < deadline, "the web server did not start"
        time.sleep(0.05)


def _redis(stack: ExitStack, folder: Path, settings: dict[str, str]) -> str:
    folder.mkdir()
    server = start_redis(folder, free_port(), settings)
    stack.callback(server.kill)
    return server.url


def _signed_in(url: str, said: str) -> dict[str, str]:
    link = _PREPARE.search(said)
    assert link, "no sign-in link"
    answer = requests.get(url + link[1], allow_redirects=False, timeout=10)
    assert "sessionid" in answer.cookies, "signing in failed"
    return answer.cookies.get_dict()
