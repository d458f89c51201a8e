"""Many readers: what a page view costs the API, how many users a slow API holds, and memory after many requests."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import cycle, islice
from statistics import quantiles
from urllib.parse import quote

import psutil
import requests

from tests.bench.stage import PEOPLE, PROSPECTS, Stage
from tests.bench.table import Line, Target
from tests.bench.wire import Connection

TITLE = "Many readers, each on a connection of their own"
SLOW_MS = 250
_LEVELS = (24, 48, 96, 144, 192)
_SECONDS = 6.0
_KEY = {"Authorization": "Bearer sk_sandbox_all"}
_ANSWERED = re.compile(r"<dt>Answered</dt><dd>([\d,]+)")


def run(stage: Stage) -> list[Line]:
    """Each part starts a web server of its own."""
    return [*_calls(stage), *_held(stage), *_memory(stage)]


def _calls(stage: Stage) -> list[Line]:
    """Counted by the dashboard itself, as its status page tells."""
    base = stage.web(stage.api)
    lines = []
    for what, times, at_once in (("the first view", 1, 1), ("the next 200 views", 200, 16)):
        before = _answered(stage, base)
        _views(stage, base, PEOPLE, times, at_once)
        lines.append(Line(f"API calls of an audience's page, {what}", _answered(stage, base) - before, ""))
    stage.forget()
    before = _answered(stage, base)
    _views(stage, base, PEOPLE, 200, 50)
    lines.append(
        Line("API calls of 200 cold views, 50 at once (navigation and people)", _answered(stage, base) - before, "")
    )
    return lines


def _answered(stage: Stage, base: str) -> int:
    page = requests.get(f"{base}/status/", cookies=stage.cookies, timeout=10).text
    found = _ANSWERED.search(page)
    assert found, "the status page does not tell"
    return int(found[1].replace(",", ""))


def _views(stage: Stage, base: str, path: str, times: int, at_once: int) -> None:
    with ExitStack() as stack:
        readers = [stack.enter_context(stage.connect(base)) for _ in range(at_once)]

        def read(reader: Connection) -> None:
            for _ in range(times // at_once):
                reader.get(path)

        with ThreadPoolExecutor(at_once) as threads:
            list(threads.map(read, readers))


def _held(stage: Stage) -> list[Line]:
    """Every view is of another page that nobody has read: nothing is shared, every one waits for the API."""
    base = stage.web(stage.sandbox("--latency", str(SLOW_MS)), WEB_WORKERS=2)
    paths = [f"{PEOPLE}prospects/?cursor={quote(cursor, safe='')}" for cursor in _cursors(stage, 2_000)]
    lines = []
    for users in (48, 192) if stage.quick else _LEVELS:
        for pause, pausing in ((0.0, "without a pause"), (1.0, "who read for 1 s")):
            stage.forget()
            took, busy = _loop(stage, base, paths, users, pause)
            p95 = quantiles(took, n=20)[-1]
            target = Target("≤", 2) if (users, pause) == (192, 1.0) else None
            what = f"{users} users {pausing}: p95 / API ({len(took) / _SECONDS:.0f} pages/s, {busy} busy)"
            lines.append(Line(what, p95, "ms", SLOW_MS, target))
    return lines


def _cursors(stage: Stage, count: int) -> list[str]:
    found: list[str] = []
    with requests.Session() as session:
        session.headers.update(_KEY)
        while len(found) < count:
            query = {"limit": "50"} | ({"cursor": found[-1]} if found else {})
            data = session.get(stage.api + PROSPECTS, params=query, timeout=10).json()["data"]
            if not data["nextCursor"]:
                break
            found.append(data["nextCursor"])
    return found


def _loop(stage: Stage, base: str, paths: list[str], users: int, pause: float) -> tuple[list[float], int]:
    """Milliseconds of each view while so many users ask for page after page, and how many were told to wait."""
    end = time.monotonic() + _SECONDS
    took: list[float] = []
    busy: list[str] = []

    def use(number: int) -> None:
        with stage.connect(base, fragment=True) as reader:
            time.sleep(pause * number / users)
            for path in islice(cycle(paths), number, None, users):
                if time.monotonic() > end:
                    return
                start = time.perf_counter()
                if not reader.answer(path).startswith(b"HTTP/1.1 200 "):
                    busy.append(path)
                took.append((time.perf_counter() - start) * 1000)
                time.sleep(pause)

    with ThreadPoolExecutor(users) as threads:
        list(threads.map(use, range(users)))
    return took, len(busy)


def _memory(stage: Stage) -> list[Line]:
    base = stage.web(stage.api)
    port = int(base.rpartition(":")[2])
    times = 5_000 if stage.quick else 50_000
    _views(stage, base, PEOPLE, 400, 8)
    before = _resident(port)
    _views(stage, base, f"{PEOPLE}prospects/", times, 8)
    return [
        Line(
            f"memory of a web worker after {times:,} requests / before", _resident(port), "MB", before, Target("≤", 1.2)
        )
    ]


def _resident(port: int) -> float:
    """Of the largest process of the server at `port`."""
    processes = [
        one for one in psutil.process_iter(["cmdline"]) if f"--port={port}" in _words(one) or str(port) in _words(one)
    ]
    workers = [child for one in processes for child in one.children(recursive=True)] or processes
    return max(float(worker.memory_info().rss) / 1e6 for worker in workers)


def _words(process: psutil.Process) -> list[str]:
    return process.info["cmdline"] or []
