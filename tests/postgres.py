"""A PostgreSQL of the tests' own: Debian's binaries, a cluster in a folder under /tmp that both go away together."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil
import psycopg
import pytest

_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing here outlives the tests
_USER = "tests"


class Cluster:
    """A PostgreSQL server on 127.0.0.1 that may be killed: its data stay in `folder`, and it starts again there.

    `options` are settings of the server, as `name=value`.
    """

    def __init__(self, folder: Path, port: int, options: tuple[str, ...] = _NOT_SAFE) -> None:
        self.url = f"postgres://{_USER}@127.0.0.1:{port}/postgres"
        self._folder, self._port, self._options = folder, port, options
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _make_cluster(folder)
        self.start()

    def start(self) -> None:
        """Returns once it answers; after a kill it has then put its data in order."""
        self._server = _start(self._folder, self._port, self._options)
        try:
            _wait_for(self.url, self._server, self._folder)
        except BaseException:
            self.stop()
            raise

    def kill(self) -> None:
        """With all of its processes, none of which has time for anything."""
        server = psutil.Process(self._server.pid)
        family = [server, *server.children(recursive=True)]
        for process in family:
            with suppress(psutil.NoSuchProcess):
                process.kill()
        self._server.wait()
        psutil.wait_procs(family, 10)

    def stop(self) -> None:
        """Fast: whoever is still connected is thrown out. At once, if that takes too long."""
        self._server.send_signal(signal.SIGINT)
        try:
            self._server.wait(15)
        except subprocess.TimeoutExpired:
            self._server.send_signal(signal.SIGQUIT)
            self._server.wait(15)


@contextmanager
def running_cluster(port: int, options: tuple[str, ...] = _NOT_SAFE) -> Iterator[Cluster]:
    """A cluster that ends with the block and its folder, whatever happens in it."""
    # not pytest's folder: that one is root's alone, and the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="dashboard-postgres-") as name:
        cluster = Cluster(Path(name), port, options)
        try:
            yield cluster
        finally:
            cluster.stop()


@contextmanager
def running_postgres(port: int) -> Iterator[str]:
    """The address of a cluster's empty database; the server ends with the block, whatever happens in it."""
    with running_cluster(port) as cluster:
        yield cluster.url


def new_database(url: str) -> str:
    """The address of a fresh, empty database of the same server."""
    name = f"test_{uuid.uuid4().hex}"
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{url.rpartition('/')[0]}/{name}"


def _make_cluster(folder: Path) -> None:
    options = ["--username", _USER, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync"]
    command = _as_owner("initdb", "--pgdata", str(folder / "data"), *options)
    made = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert made.returncode == 0, made.stdout + made.stderr


def _start(folder: Path, port: int, chosen: tuple[str, ...]) -> subprocess.Popen[bytes]:
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "max_connections=100", *chosen]
    settings = [word for option in options for word in ("-c", option)]
    command = _as_owner("postgres", "-D", str(folder / "data"), "-p", str(port), *settings)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=log, stderr=log)


def _wait_for(address: str, server: subprocess.Popen[bytes], folder: Path) -> None:
    for _ in range(400):
        try:
            psycopg.connect(address, connect_timeout=5).close()
        except psycopg.OperationalError:
            assert server.poll() is None, (folder / "log").read_text()
            time.sleep(0.05)
        else:
            return
    raise AssertionError("PostgreSQL did not start:\n" + (folder / "log").read_text())


def _as_owner(program: str, *arguments: str) -> list[str]:
    """The command of a binary of PostgreSQL's, as the user it may run as."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: float(path.parts[4]))
    if not found:
        pytest.fail("PostgreSQL is missing here; on Debian: apt-get install postgresql")
    # it becomes the program: the process we started is the one to signal. Tests that are killed take it with them
    command = ["setpriv", "--pdeathsig", "INT"]
    if os.geteuid() == 0:
        command += ["--reuid", "postgres", "--regid", "postgres", "--clear-groups"]
    return [*command, "--", str(found[-1]), *arguments]
