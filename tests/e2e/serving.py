"""The dashboard as `make run` starts it, and a second web process that reads the API through a crooked one."""

import re
import secrets
import signal
import socket
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.contrib.auth.hashers import Argon2PasswordHasher

from team.onetime import digest
from tests.dashboard.running import Running, clean, wait
from tests.e2e.known import NORDWIND
from tests.mail import mailbox

ADMIN, MEMBER = "ada@nordwind.example", "mio@nordwind.example"
POPULATES = 1.5  # seconds, until an audience that was created is ready; it is first looked at after 2


@dataclass(frozen=True)
class Dashboard:
    """A running dashboard. `said` is what its terminal showed; `environ` starts another process of its deployment."""

    url: str
    sandbox_url: str
    said: str
    password: str
    environ: dict[str, str]

    def sign_in_link(self, email: str) -> str:
        """The one-time link that the terminal showed for a person."""
        return re.findall(rf"{re.escape(email)}\):\s+(\S+)", self.said)[0]

    def person(self, email: str) -> str:
        """Somebody new, an admin of the first account group, whom a test may do with as it likes; their password."""
        password = secrets.token_urlsafe(12)
        encoded = Argon2PasswordHasher().encode(password, "a-salt-of-tests")
        made = "INSERT INTO team_user (email, password, name, is_active, is_superuser, joins_first_group, date_joined)"
        role = "INSERT INTO team_membership (user_id, group_id, role) SELECT id, ?, 'admin' FROM team_user"
        with self._database() as database:
            database.execute(f"{made} VALUES (?, ?, '', 1, 0, 0, '2026-11-01')", (email, encoded))
            database.execute(f"{role} WHERE email = ?", (NORDWIND, email))
        return password

    def reset_link(self, email: str) -> str:
        """The address that a letter would bring them."""
        token = secrets.token_urlsafe(32)
        link = (
            "INSERT INTO team_signinlink (user_id, purpose, token_hash, expires_at) SELECT id, 'reset', ?, '2099-01-01'"
        )
        with self._database() as database:
            database.execute(f"{link} FROM team_user WHERE email = ?", (digest(token), email))
        return f"/password/reset/{token}/"

    def let_in(self, email: str, group_id: str) -> None:
        """Make somebody a member of one more account group; no page does that."""
        with self._database() as database:
            membership = "INSERT INTO team_membership (user_id, group_id, role) SELECT id, ?, 'member' FROM team_user"
            database.execute(f"{membership} WHERE email = ?", (group_id, email))

    def forget(self) -> None:
        """Nobody has opened, starred, chosen or exported anything yet."""
        with self._database() as database:
            for change in (
                "DELETE FROM audiences_opened",
                "DELETE FROM audiences_visit",
                "DELETE FROM audiences_export",
            ):
                database.execute(change)
            database.execute("UPDATE team_user SET preferences = '{}' WHERE preferences <> '{}'")

    def hold_exports(self, problem: str) -> None:
        """Have every export wait for long, as after a trouble; whoever works on one stops."""
        held = (
            "fence = fence + 1, lease_until = '1970-01-01', next_check_at = '2099-01-01', trace_id = 'trace-of-a-test'"
        )
        with self._database() as database:
            database.execute(f"UPDATE audiences_export SET {held}, problem = ? WHERE state = 'walking'", (problem,))

    @contextmanager
    def _database(self) -> Iterator[sqlite3.Connection]:
        path = Path(self.environ["VAR_DIR"]) / "dashboard.sqlite3"
        with closing(sqlite3.connect(path, timeout=20)) as database, database:
            yield database


@contextmanager
def whole(folder: Path, redis_url: str) -> Iterator[Dashboard]:
    """`manage.py up` with its sandbox, on a free port, everything it writes under `folder`, its cache in Redis."""
    port, password = _free_port(), secrets.token_urlsafe(12)
    people = {"DJANGO_SUPERUSER_EMAIL": ADMIN, "DASHBOARD_MEMBER_EMAIL": MEMBER}
    passwords = {"DJANGO_SUPERUSER_PASSWORD": password, "DASHBOARD_MEMBER_PASSWORD": password}
    environ = clean(VAR_DIR=folder / "var", PORT=port, REDIS_URL=redis_url, WEB_WORKERS=1, **people, **passwords)
    environ["SANDBOX_POPULATE_SECONDS"] = str(POPULATES)
    with (
        mailbox() as (mail_port, _),
        _running(
            ["manage.py", "up"], environ | {"EMAIL_URL": f"smtp://127.0.0.1:{mail_port}"}, folder / "up.log"
        ) as running,
    ):
        running.says("Ctrl-C stops everything", 60)
        sandbox_url = re.findall(r"sandbox: (\S+)", running.said)[0]
        yield Dashboard(f"http://127.0.0.1:{port}", sandbox_url, running.said, password, environ)


@contextmanager
def web_process(dashboard: Dashboard, folder: Path, api_url: str) -> Iterator[str]:
    """Another web process over the same database that keeps no people and asks the API at `api_url`."""
    port = _free_port()
    theirs = {"AUDIENCES_API_URL": api_url, "AUDIENCES_API_KEY": "sk_sandbox_all", "DASHBOARD_SAMPLE_DATA": "1"}
    secret = (Path(dashboard.environ["VAR_DIR"]) / "secret-key").read_text()
    environ = dashboard.environ | theirs | {"PROSPECTS_MAX_AGE": "0", "SECRET_KEY": secret}
    with _running(["-m", "dashboard.server", "--port", str(port)], environ, folder / "web.log") as running:
        wait(lambda: running.process.poll() is not None or _lives(f"http://127.0.0.1:{port}/health/live"))
        assert running.process.poll() is None, running.said
        yield f"http://127.0.0.1:{port}"


@contextmanager
def _running(command: list[str], environ: dict[str, str], log: Path) -> Iterator[Running]:
    running = Running(command, environ, log)
    try:
        yield running
        running.end(signal.SIGTERM, within=15)
    finally:
        running.clear()


def _lives(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
