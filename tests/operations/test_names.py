"""Whoever keeps a restore from beginning is called by a name that an operator knows."""

import psycopg
import pytest
import requests

from dashboard import processes
from operations import company
from operations.pipes import Refused
from tests.dashboard.running import Running, clean, wait
from tests.shared.conftest import another_port
from tests.shared.deployment import answers

CELERY = "/venv/lib/python3.13/site-packages/celery/__main__.py"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (["/app/dashboard/server.py", "--port", "8000"], "dashboard web"),
        ([CELERY, *processes.worker()[3:]], "dashboard worker"),
        ([CELERY, *processes.beat()[3:]], "dashboard beat"),
        ([CELERY, "-A", "dashboard", "inspect"], "dashboard celery"),
        (processes.metrics()[1:], "dashboard metrics"),
        (processes.prepare("http://x")[1:], "dashboard prepare"),
        (["manage.py"], "dashboard manage.py"),
        (["manage.py", "x" * 100], f"dashboard {'x' * 40}"),
        (["/somewhere/pytest/__main__.py"], "dashboard __main__"),
        ([""], "dashboard"),
        ([], "dashboard"),
    ],
)
def test_a_process_is_named_by_what_it_was_started_with(words, name):
    assert processes.name(words) == name


def test_processes_are_told_apart_at_the_server_and_metrics_does_not_stay(database, redis_url, tmp_path, monkeypatch):
    monkeypatch.setattr(company, "_LEAVING", 0.0)
    web, metrics = another_port(), another_port()
    environ = clean(
        VAR_DIR=tmp_path,
        SECRET_KEY="s",
        AUDIENCES_API_KEY="sk_1",
        AUDIENCES_API_URL="http://127.0.0.1:1",
        DATABASE_URL=database,
        REDIS_URL=redis_url,
        METRICS_ADDRESS=f"127.0.0.1:{metrics}",
    )
    commands = (processes.web("127.0.0.1", web), processes.worker(), processes.beat(), processes.metrics())
    running = [Running(command[1:], environ, tmp_path / f"log{n}") for n, command in enumerate(commands)]
    scrape = f"http://127.0.0.1:{metrics}/metrics"
    try:
        wait(lambda: answers(f"http://127.0.0.1:{web}") and answers(f"http://127.0.0.1:{metrics}"))
        assert requests.get(f"http://127.0.0.1:{web}/health/ready", timeout=10).status_code in (200, 503)
        with psycopg.connect(database, application_name="a test", autocommit=True) as asked:
            seen = set()
            # the worker is connected while it does something, the web server once it was asked for a page
            wait(lambda: {"dashboard web", "dashboard worker"} <= (seen.update(_names(asked)) or seen))
            assert "dashboard_up" in requests.get(scrape, timeout=10).text
            wait(lambda: "dashboard metrics" not in _names(asked), 5)
            with pytest.raises(Refused, match=r"dashboard web of .+\. Stop web, worker, beat and metrics first\."):
                company.need_none(asked)
    finally:
        for one in running:
            one.clear()


def _names(asked):
    rows = asked.execute(
        "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    return {name for (name,) in rows}
