"""Backing up and restoring a database of a team that has used the dashboard for years."""

import re
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import requests

from tests.bench.stage import Stage
from tests.bench.table import Line
from tests.dashboard.running import ROOT, Running, clean, wait
from tests.postgres import new_database, running_postgres

MEMBERS, AUDIENCES, EVENTS, OPENED = 20, 2_000, 200_000, 200_000
TITLE = f"{MEMBERS} members, {AUDIENCES:,} audiences, {EVENTS:,} events, {OPENED:,} opened (PostgreSQL)"
_FILL = f"""
INSERT INTO team_accountgroup (id, name, position, is_reachable, generation, names_changed_at, sharing, exporting)
VALUES ('grp', 'North', 0, true, 0, now(), 'admins', 'everyone');
INSERT INTO team_user (password, email, name, is_active, is_superuser, joins_first_group, date_joined)
SELECT '!', 'member' || i || '@example.com', 'Member ' || i, true, false, false, now()
FROM generate_series(1, {MEMBERS}) i;
INSERT INTO team_membership (user_id, group_id, role) SELECT id, 'grp', 'member' FROM team_user;
INSERT INTO audiences_knownaudience (group_id, audience_id, name, is_listed, is_missed, changed_at)
SELECT 'grp', substr(md5(i::text), 1, 24), 'Audience ' || i, true, false, now() FROM generate_series(1, {AUDIENCES}) i;
INSERT INTO team_event (group_id, at, kind, by_id, who, about, subject, network, times)
SELECT 'grp', now() - i * interval '2 minutes', 'link-opened', null, '', 'Link ' || i % 300, 'link:' || i % 300,
'203.0.113.' || i % 250, 1 FROM generate_series(1, {EVENTS}) i;
INSERT INTO audiences_opened (user_id, group_id, audience_id, prospect_id, at)
SELECT (SELECT min(id) FROM team_user) + i % {MEMBERS}, 'grp', substr(md5((i % {AUDIENCES})::text), 1, 24),
substr(md5('p' || i), 1, 24), now() FROM generate_series(1, {OPENED}) i;
"""


def run(stage: Stage) -> list[Line]:
    """Each sample backs up once, and restores into an empty database, as on a new machine."""
    found: dict[str, list[float]] = {"backup": [], "restore": [], "signed in": [], "size": []}
    with tempfile.TemporaryDirectory() as name, running_postgres(_free_port()) as server:
        folder, source = Path(name), new_database(server)
        made = subprocess.run(["age-keygen", "-o", folder / "key.txt"], capture_output=True, text=True, check=True)
        environ = clean(
            VAR_DIR=folder,
            SECRET_KEY="x" * 50,
            AUDIENCES_API_KEY="sk_x",
            DATABASE_URL=source,
            AUDIENCES_API_URL="http://127.0.0.1:9",
            BACKUP_RECIPIENTS=made.stderr.split()[-1],
        )
        _manage(environ, "migrate", "--verbosity", "0")
        with psycopg.connect(source, autocommit=True) as there:
            there.execute(_FILL.encode())
        for _ in range(min(stage.samples, 5)):
            _sample(folder, environ, new_database(server), found)
    return [
        Line.of("size of the dump", found["size"], "MB"),
        Line.of("manage.py backup", found["backup"], "s"),
        Line.of("manage.py restore, into an empty database", found["restore"], "s"),
        Line.of("start the web process and sign in by the link", found["signed in"], "s"),
    ]


def _sample(folder: Path, environ: dict[str, str], empty: str, found: dict[str, list[float]]) -> None:
    start = time.monotonic()
    dump = Path(_manage(environ, "backup").split()[0])
    found["backup"].append(time.monotonic() - start)
    found["size"].append(dump.stat().st_size / 1e6)
    there = environ | {"DATABASE_URL": empty}
    start = time.monotonic()
    said = _manage(there, "restore", str(dump), "--identity", str(folder / "key.txt"))
    found["restore"].append(time.monotonic() - start)
    dump.unlink()
    start, port = time.monotonic(), _free_port()
    web = Running(["-m", "dashboard.server", "--port", str(port)], there, folder / "web.log")
    try:
        link = re.findall(r"/sign-in/\S+", said)[-1]
        wait(lambda: _signs_in(f"http://127.0.0.1:{port}{link}"), 60)
        found["signed in"].append(time.monotonic() - start)
    finally:
        web.clear()


def _signs_in(address: str) -> bool:
    try:
        with requests.Session() as browser:
            browser.get(address, timeout=10, allow_redirects=False)
            return "sessionid" in browser.cookies
    except requests.ConnectionError:
        return False


def _manage(environ: dict[str, str], *words: str) -> str:
    command = [sys.executable, "manage.py", *words]
    return subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, check=True).stdout


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
