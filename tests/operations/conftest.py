"""What the tests of operations share with those of the app; databases that are backed up and restored for real."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dj_database_url
import psycopg
import pytest
from django.core.management import call_command
from django.db import connections

from operations import confirming
from tests.audiences.conftest import _nothing_ahead, api, boss, fake, group, groups, row, sandbox_url, wire  # noqa: F401
from tests.postgres import new_database

KINDS = ("SQLite", "PostgreSQL")


@dataclass(frozen=True)
class Key:
    """An age key: the file that opens, and what one encrypts to."""

    identity: Path
    recipient: str


def new_key(folder: Path) -> Key:
    """A key of one's own, as docs/backup.md has people make it."""
    identity = folder / "key.txt"
    made = subprocess.run(["age-keygen", "-o", identity], capture_output=True, text=True, check=True)
    return Key(identity, made.stderr.removeprefix("Public key: ").strip())


@pytest.fixture(scope="session")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    """The key that the tests' backups are encrypted to."""
    return new_key(tmp_path_factory.mktemp("key"))


@pytest.fixture(autouse=True)
def _asked_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """What one test's process has found out about restores is nothing to the next."""
    monkeypatch.setattr(confirming, "_nothing_until", 0.0)


class Databases:
    """Migrated databases of both kinds, each a copy of one that is made once."""

    def __init__(self, folder: Path, request: pytest.FixtureRequest) -> None:
        self._folder, self._request, self._made = folder, request, dict[str, str]()

    def address(self, kind: str, where: Path) -> str:
        """The address of a new one."""
        made = self._made.get(kind) or self._made.setdefault(kind, self._make(kind))
        if kind == "SQLite":
            shutil.copy(made, where / "dashboard.sqlite3")
            return f"sqlite:///{where}/dashboard.sqlite3"
        name = f"copy_{id(where)}_{where.name.lower()}".replace("-", "_")[:60]
        server = self._request.getfixturevalue("postgres_url")
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{made.rpartition("/")[2]}"')
        return f"{server.rpartition('/')[0]}/{name}"

    def _make(self, kind: str) -> str:
        path = self._folder / "migrated.sqlite3"
        is_file = kind == "SQLite"
        address = f"sqlite:///{path}" if is_file else new_database(self._request.getfixturevalue("postgres_url"))
        with using(address):
            call_command("migrate", verbosity=0)
        return str(path) if is_file else address


class using:
    """The process's database is the one at this address, in the block."""

    def __init__(self, address: str) -> None:
        self._address = address

    def __enter__(self) -> None:
        self._kept = connections["default"]
        self._settings = connections.settings["default"]
        parsed = dict(dj_database_url.parse(self._address))
        if parsed["ENGINE"].endswith("postgresql"):
            parsed["ENGINE"] = "dashboard.postgresql"
        connections.settings["default"] = connections.configure_settings({"default": parsed})["default"]
        del connections["default"]

    def __exit__(self, *_: object) -> None:
        connections["default"].close()
        connections.settings["default"] = self._settings
        connections["default"] = self._kept


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Databases:
    return Databases(tmp_path_factory.mktemp("databases"), request)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which database the test is about; most are about both."""
    return str(request.param)


@pytest.fixture
def address(kind: str, databases: Databases, django_db_blocker: Any, tmp_path: Path) -> Iterator[str]:
    """A database of the test's own, which its process uses; backups of it are on, and lie in the test's folder."""
    with django_db_blocker.unblock():
        found = databases.address(kind, tmp_path)
        with using(found):
            yield found


@pytest.fixture
def backed_up(address: str, key: Key, settings: Any, tmp_path: Path) -> Path:
    """The folder of the backups of that database."""
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.BACKUP_DIR.mkdir()
    settings.BACKUP_RECIPIENTS = [key.recipient]
    settings.BACKUP_KEEP, settings.BACKUP_COPY_COMMAND = 14, []
    return Path(settings.BACKUP_DIR)
