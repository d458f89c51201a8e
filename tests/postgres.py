"""A PostgreSQL of the tests' own: Debian's binaries, a cluster in a folder under /tmp that both go away together."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

_NOT_SAFE = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")  # nothing here outlives the tests
_USER = "tests"


@contextmanager
def running_postgres(port: int) -> Iterator[str]:
    """The address of a cluster's empty database; the server ends with the block, whatever happens in it."""
    # not pytest's folder: that one is root's alone, and the server refuses to run as root
    with tempfile.TemporaryDirectory(prefix="dashboard-postgres-") as name:
        folder = Path(name)
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        _make_cluster(folder)
        server = _start(folder, port)
        try:
            address = f"postgres://{_USER}@127.0.0.1:{port}/postgres"
            _wait_for(address, server, folder)
            yield address
        finally:
            _stop(server)


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


def _start(folder: Path, port: int) -> subprocess.Popen[bytes]:
    options = ["listen_addresses=127.0.0.1", f"unix_socket_directories={folder}", "max_connections=100", *_NOT_SAFE]
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


def _stop(server: subprocess.Popen[bytes]) -> None:
    """Fast: whoever is still connected is thrown out. At once, if that takes too long."""
    server.send_signal(signal.SIGINT)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.send_signal(signal.SIGQUIT)
        server.wait(15)


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
