"""What every test stands on: nobody publishes by accident, Redis and PostgreSQL are real ones, long tests wait."""

import gc
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pytest
from xdist.scheduler import LoadScopeScheduling

from tests.postgres import new_database, running_postgres


def pytest_configure(config: pytest.Config) -> None:
    """Name the marker that lets a test publish."""
    config.addinivalue_line("markers", "publishes: may send tasks to a broker; web code never does")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave the soak tests to `make soak`, which asks for them by `-m soak`, and say which tests need the machine."""
    items.sort(key=lambda item: _turn(item.nodeid))
    items[:] = _alternating(items)
    if "soak" in config.option.markexpr:
        return
    long = [item for item in items if item.get_closest_marker("soak")]
    config.hook.pytest_deselected(items=long)
    items[:] = [item for item in items if item not in long]


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Four thousand tests stay to the end: to look through them for garbage so often is a tenth of the small ones."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)


# `make test` runs everything in two processes. One begins with what looks at the clock or at single frames, while the
# other has the small tests only; then come the large ones, a module at a time: what drives a browser (and wants more
# than one core) and what waits for servers in turns, so that one computes while the other waits
_LARGE = ("tests/e2e/", "tests/deployed/", "tests/docs/", "tests/shared/", "tests/dashboard/", "tests/deploy/")
_CAREFUL = tuple(
    f"tests/{folder}/test_{name}.py"
    for folder, names in {
        "shared": ("harm", "shared_reads"),
        "audiences": ("ahead", "catalog", "waiting"),
        "api": ("bulkhead", "hostile_servers", "processes", "waiting"),
        # at the end: other tests of the browser follow, and nobody starts its dashboard twice
        "e2e": ("scrolling", "find", "failures", "notices", "unconfirmed", "creating", "following"),
    }.items()
    for name in names
)


class Together(LoadScopeScheduling):
    """Gives a process the modules above whole: what a module sets up is set up once."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(_CAREFUL):
            return "careful"
        return nodeid.partition("::")[0] if nodeid.startswith(_LARGE) else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Together:
    """Ours: xdist's own groups are written into the names of tests, which pytest 9 does not take."""
    return Together(config, log)


def _alternating(items: list[pytest.Item]) -> list[pytest.Item]:
    """The same tests, the large modules of both kinds in turns."""
    small = [item for item in items if _turn(item.nodeid) <= 0]
    modules: dict[str, list[pytest.Item]] = {}
    for item in items[len(small) :]:
        modules.setdefault(item.nodeid.partition("::")[0], []).append(item)
    computing = [found for name, found in modules.items() if name.startswith(_LARGE[0])]
    waiting = [found for name, found in modules.items() if not name.startswith(_LARGE[0])]
    in_turns = [one for pair in zip_longest(waiting, computing, fillvalue=[]) for one in pair]
    return [*small, *(item for module in in_turns for item in module)]


def _turn(nodeid: str) -> int:
    """When a test has its turn, the lowest first."""
    for number, start in enumerate(_CAREFUL):
        if nodeid.startswith(start):
            return number - len(_CAREFUL)
    return next((1 + number for number, start in enumerate(_LARGE) if nodeid.startswith(start)), 0)


@pytest.fixture(autouse=True)
def nothing_published(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Web code writes rows and the tick finds them: sending a task fails the test."""
    if request.node.get_closest_marker("publishes"):
        return

    def refuse(*_: Any, **__: Any) -> None:
        pytest.fail("a task was published; write a row for the tick to find instead")

    monkeypatch.setattr("celery.app.task.Task.apply_async", refuse)
    monkeypatch.setattr("celery.Celery.send_task", refuse)


@pytest.fixture
def free_port() -> int:
    """A port on 127.0.0.1 that nobody listened on a moment ago."""
    return _free_port()


@dataclass
class Redis:
    """A redis-server of the tests' own; `freeze` and `thaw` are what a stuck machine looks like."""

    port: int
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

    def empty(self) -> None:
        with socket.create_connection(("127.0.0.1", self.port)) as connection:
            connection.sendall(b"FLUSHALL\r\n")
            assert connection.recv(64) == b"+OK\r\n"

    def kill(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a Redis that all tests share: use keys of your own, leave it running."""
    redis = start_redis(tmp_path_factory.mktemp("redis"), _free_port())
    yield redis.url
    redis.kill()


@pytest.fixture
def own_redis(tmp_path: Path) -> Iterator[Callable[[int], Redis]]:
    """Starts Redis servers (at a given port, so that one can come back) for tests that harm them."""
    started: list[Redis] = []

    def start(port: int) -> Redis:
        started.append(start_redis(tmp_path, port))
        return started[-1]

    yield start
    for redis in started:
        redis.kill()


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """The address of a PostgreSQL that all tests share: make databases of your own, leave it running."""
    with running_postgres(_free_port()) as url:
        yield url


@pytest.fixture
def database(postgres_url: str) -> str:
    """The address of an empty PostgreSQL database of this test's own; `new_database` makes one more."""
    return new_database(postgres_url)


def start_redis(folder: Path, port: int, settings: Mapping[str, str] | None = None) -> Redis:
    """Debian's redis-server on 127.0.0.1, writing nothing to disk; `settings` are more of its own, by name."""
    options = {"port": port, "bind": "127.0.0.1", "save": "", "appendonly": "no", "dir": folder, **(settings or {})}
    # tests that are killed take it with them
    ours = ["setpriv", "--pdeathsig", "KILL", "--"]
    command = [*ours, "redis-server", *(word for name, value in options.items() for word in (f"--{name}", str(value)))]
    redis = Redis(port, subprocess.Popen(command, stdout=subprocess.DEVNULL))
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return redis
        time.sleep(0.02)
    redis.kill()
    raise AssertionError("redis-server did not start")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
