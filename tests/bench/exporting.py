"""Exporting 100,000 people: a worker against a bare cursor loop and against the API's own time, and its memory.

One run each: at 20 ms a page an export takes most of a minute.
"""

import json
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import psutil
import requests

from audiences.exports.columns import DEFAULT
from tests.bench.stage import PAGE_SIZE, Stage, Worker, end
from tests.bench.table import Line, Target
from tests.dashboard.running import ROOT
from tests.sandbox.running import HUGE, NORDWIND, REVOPS

TITLE = "Exporting people as CSV, from asking to the closed archive"
LATENCY = 20  # milliseconds a page, of the slow API
QUICK = "ICP tier 2 · Europe"  # 11,860 people
_KEY = {"Authorization": "Bearer sk_sandbox_all"}
_AUDIENCES = f"/v1/accounts/{NORDWIND}/audiences"
_SECONDS = 1200
_MB = 2**20
_ASK = """
from audiences.models import Export
from django.utils import timezone
from team.models import User
wish = {{"audience_id": {audience!r}, "columns": {columns!r}, "name": "Bench", "form_key": "bench-{number}"}}
by = User.objects.filter(is_superuser=True).first()
print(Export.objects.create(group_id={group!r}, by=by, next_check_at=timezone.now(), **wish).pk)
"""


@dataclass(frozen=True, slots=True)
class _Loop:
    """A bare cursor loop: how long all of it took, and a page at the median; seconds."""

    pages: int
    seconds: float
    page: float

    @property
    def api(self) -> float:
        """What the API alone takes."""
        return self.pages * self.page


@dataclass(slots=True)
class _Memory:
    """Of a worker with its processes, in bytes."""

    before: int
    peak: int = 0
    after: int = 0


def run(stage: Stage) -> list[Line]:
    """At 20 ms a page, with the worker's memory, and at once."""
    slow = stage.sandbox("--latency", str(LATENCY))
    return [*_lines(stage, slow, f"{LATENCY} ms", Target("≤", 1.15)), *_lines(stage, stage.api, "0 ms", None)]


def _lines(stage: Stage, api: str, latency: str, target: Target | None) -> list[Line]:
    audience = _named(api, QUICK) if stage.quick else HUGE
    worker = stage.worker(api)
    try:
        _export(worker, REVOPS)  # what is loaded at the first one is not of the people
        loop, memory = _loop(api, audience), _Memory(_rss(worker))
        with _watched(worker, memory):
            seconds = _export(worker, audience)
        memory.after = _rss(worker)
    finally:
        end(worker.process)
    what = f"{loop.pages * PAGE_SIZE:,} people, {latency} a page"
    return [
        Line(f"{what}: export / {loop.pages:,} pages × {loop.page * 1000:.1f} ms", seconds, "s", loop.api, target),
        Line(f"{what}: export / a bare cursor loop", seconds, "s", loop.seconds),
        Line(
            f"  worker's memory: more at its peak / {memory.before / _MB:.0f} MB before",
            (memory.peak - memory.before) / _MB,
            "MB",
            None,
            Target("≤", 10, of_ratio=False) if target else None,
        ),
        Line("  worker's memory: more after it", (memory.after - memory.before) / _MB, "MB"),
    ]


def _named(api: str, name: str) -> str:
    tree = requests.get(f"{api}{_AUDIENCES}/navigation", headers=_KEY, timeout=10).json()["data"]
    found = [one for folder in tree["folders"] for one in folder["audiences"]] + tree["ungroupedAudiences"]
    return next(str(one["id"]) for one in found if one["name"] == name)


def _loop(api: str, audience: str) -> _Loop:
    cursor, times, start = "", [], time.perf_counter()
    with requests.Session() as session:
        session.headers.update(_KEY)
        while True:
            asked = time.perf_counter()
            query = {"limit": str(PAGE_SIZE)} | ({"cursor": cursor} if cursor else {})
            body = session.get(f"{api}{_AUDIENCES}/{audience}/prospects", params=query, timeout=30).content
            times.append(time.perf_counter() - asked)
            page = json.loads(body)["data"]
            if not page["hasMore"]:
                return _Loop(len(times), time.perf_counter() - start, median(times))
            cursor = page["nextCursor"]


def _export(worker: Worker, audience: str) -> float:
    """Ask for one as the page does, by a row, and wait for its end; gives the seconds between the two."""
    code = _ASK.format(columns=list(DEFAULT), group=NORDWIND, audience=audience, number=time.monotonic_ns())
    command = [sys.executable, "manage.py", "shell", "--verbosity", "0", "-c", code]
    said = subprocess.run(command, cwd=ROOT, env=worker.environ, capture_output=True, text=True, check=True).stdout
    deadline = time.monotonic() + _SECONDS
    while time.monotonic() < deadline and worker.process.poll() is None:
        state, asked, ended = _row(worker, int(said))
        if ended:
            assert state == "whole", state
            return (datetime.fromisoformat(ended) - datetime.fromisoformat(asked)).total_seconds()
        time.sleep(0.25)
    raise AssertionError("the export did not end")


def _row(worker: Worker, pk: int) -> tuple[str, str, str | None]:
    query = "SELECT state, asked_at, ended_at FROM audiences_export WHERE id = ?"
    with closing(sqlite3.connect(worker.database, timeout=20)) as database:
        found: tuple[str, str, str | None] = database.execute(query, (pk,)).fetchone()
    return found


@contextmanager
def _watched(worker: Worker, memory: _Memory) -> Iterator[None]:
    """Note the most that the worker has meanwhile."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(0.1):
            memory.peak = max(memory.peak, _rss(worker))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _rss(worker: Worker) -> int:
    parent = psutil.Process(worker.process.pid)
    return sum(process.memory_info().rss for process in [parent, *parent.children(recursive=True)])
