"""The tests' own PostgreSQL serves this project as a deployment's does."""

import contextlib
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.dashboard.running import ROOT, clean
from tests.postgres import new_database, running_postgres


def test_migrates_and_keeps_a_row(database, tmp_path):
    environ = clean(VAR_DIR=tmp_path, SECRET_KEY="x", AUDIENCES_API_KEY="sk_x", DATABASE_URL=database)
    command = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, timeout=60)
    with psycopg.connect(database) as connection:
        connection.execute("INSERT INTO django_session VALUES ('kept', '', now())")
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT session_key FROM django_session").fetchall() == [("kept",)]


def test_every_database_is_empty_and_another(postgres_url):
    one, other = new_database(postgres_url), new_database(postgres_url)
    assert one != other
    with psycopg.connect(one) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    with psycopg.connect(other) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
    assert tables == (0,)


def test_knows_letters_beyond_ascii(database):
    """Debian's databases do; under the C locale, searches without regard to case would find less here than there."""
    with psycopg.connect(database) as connection:
        assert connection.execute("SELECT upper('zürich')").fetchone() == ("ZÜRICH",)


def test_ends_with_its_folder_though_somebody_is_connected(free_port):
    with contextlib.suppress(ZeroDivisionError), running_postgres(free_port) as url:
        connection = psycopg.connect(url)
        folder = Path(connection.execute("SHOW data_directory").fetchone()[0])
        assert folder.exists()
        raise ZeroDivisionError
    connection.close()
    assert not folder.parent.exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url, connect_timeout=5)
