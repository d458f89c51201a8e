"""How much one web server holds, what a page view costs the API, and what all of it takes of memory and disk.

On PostgreSQL and Redis as deployed. The client is on the same machine, and takes its share of it.
"""

import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import quote

import psutil
import requests

from tests.bench import growth
from tests.bench.stage import PAGE_SIZE, PEOPLE, PROSPECTS, Stage
from tests.bench.table import Line
from tests.bench.whole import Whole, whole
from tests.sandbox.running import NORDWIND

TITLE = "One web server of two processes, with PostgreSQL, two Redis servers, a worker and the clock"
_KEY = {"Authorization": "Bearer sk_sandbox_all"}
_READERS = 8  # connections at full load
_MB = 2**20
_ANSWERED = re.compile(r"<dt>Answered</dt><dd>([\d,]+)")
LIST, PULSE = f"/g/{NORDWIND}/", f"/g/{NORDWIND}/pulse/"


@dataclass(frozen=True, slots=True)
class _Taken:
    """What a load found: answers a second, and the milliseconds of each."""

    rate: float
    took: list[float]


def run(stage: Stage) -> list[Line]:
    """In this order: memory before anything was asked, pages, calls, memory after it, the cache, the database."""
    seconds = 3.0 if stage.quick else 20.0
    with whole(stage) as here:
        asked = {
            "list of audiences": (LIST, False),
            "audience, whole page": (PEOPLE, False),
            "the next 50 people (fragment)": (f"{PEOPLE}prospects/?cursor={_cursors(stage, 1)[0]}", True),
            "pulse of an open tab (fragment)": (PULSE, True),
        }
        time.sleep(5)  # until the worker has its processes
        idle = _memory(here)
        lines = [
            line for what, (path, fragment) in asked.items() for line in _pages(here, what, path, fragment, seconds)
        ]
        loaded, connections = _memory(here), here.query("SELECT count(*) FROM pg_stat_activity WHERE usename = 'tests'")
        lines += _calls(here, {what: path for what, (path, fragment) in asked.items() if not fragment})
        lines += [Line(f"memory (PSS): {what}, after the load / idle", loaded[what], "MB", idle[what]) for what in idle]
        lines.append(
            Line("connections to PostgreSQL after the load, one of them ours", float(str(connections[0][0])), "")
        )
        lines.append(_cached(here, stage, 40 if stage.quick else 400))
        return lines + growth.lines(here, 1_000 if stage.quick else 10_000)


def _cursors(stage: Stage, count: int) -> list[str]:
    """Of as many pages after the first, ready for an address."""
    found: list[str] = []
    with requests.Session() as session:
        session.headers.update(_KEY)
        while len(found) < count:
            query = {"limit": str(PAGE_SIZE)} | ({"cursor": found[-1]} if found else {})
            found.append(session.get(stage.api + PROSPECTS, params=query, timeout=10).json()["data"]["nextCursor"])
    return [quote(cursor, safe="") for cursor in found]


def _pages(here: Whole, what: str, path: str, fragment: bool, seconds: float) -> list[Line]:
    """At full load, each reader asking again at once; then at half of what that gave, at even intervals."""
    with ExitStack() as stack:
        readers = [stack.enter_context(here.connect(fragment=fragment)) for _ in range(_READERS)]
        for reader in readers:
            reader.get(path)
        full = _ask(readers, path, seconds, 0.0)
        half = _ask(readers, path, seconds, full.rate / 2)
    return [
        Line(f"{what}: at full load", full.rate, "/s"),
        *_times("  at full load", full.took),
        *_times(f"  at half of it ({half.rate:.0f}/s)", half.took),
    ]


def _times(when: str, took: list[float]) -> list[Line]:
    return [Line(f"{when}: p95 / p50", quantiles(took, n=20)[-1], "ms", median(took))]


def _ask(readers: list, path: str, seconds: float, rate: float) -> _Taken:
    """`rate` 0: as often as it answers. Else an answer's time counts from when it was to be asked, also if that was
    late because the one before it took too long.
    """
    began = time.perf_counter()
    end, pause = began + seconds, len(readers) / rate if rate else 0.0

    def use(number: int) -> list[float]:
        took, turn = [], began + pause * number / len(readers)
        while time.perf_counter() < end:
            if rate:
                time.sleep(max(0.0, turn - time.perf_counter()))
            start = turn if rate else time.perf_counter()
            readers[number].get(path)
            took.append((time.perf_counter() - start) * 1000)
            turn += pause
        return took

    with ThreadPoolExecutor(len(readers)) as threads:
        found = [one for took in threads.map(use, range(len(readers))) for one in took]
    return _Taken(len(found) / (time.perf_counter() - began), found)


def _calls(here: Whole, pages: dict[str, str]) -> list[Line]:
    """Counted by the dashboard itself, as its status page tells; all within the minute that names stay fresh."""
    lines = []
    for what, path in pages.items():
        here.forget()
        counts = [_answered(here)]
        for times in (1, 200):
            with here.connect() as reader:
                for _ in range(times):
                    reader.get(path)
            counts.append(_answered(here))
        lines.append(Line(f"API calls: {what}, nothing kept", counts[1] - counts[0], ""))
        lines.append(Line(f"API calls: {what}, the next 200 views", counts[2] - counts[1], ""))
    return lines


def _answered(here: Whole) -> int:
    """Each process keeps what it counted to itself for a second, and hands it over when it is asked: ask both."""
    found = None
    for _ in range(12):
        page = requests.get(f"{here.url}/status/", cookies=here.cookies, timeout=10).text
        found = _ANSWERED.search(page)
    return int(found[1].replace(",", "")) if found else 0


def _memory(here: Whole) -> dict[str, float]:
    """Of each process, what is its own and its share of the rest; of several children the largest, and all together."""
    found: dict[str, float] = {}
    total = 0.0
    for name, parent in here.process.items():
        own, *children = [_pss(one) for one in (parent, *parent.children(recursive=True))]
        total += own + sum(children)
        found[f"{name}, the parent" if children else name] = own
        if children:
            found[f"{name}, the largest of its {len(children)} processes"] = max(children)
    return found | {"all of these together": total}


def _pss(process: psutil.Process) -> float:
    with suppress(psutil.NoSuchProcess):
        return float(process.memory_full_info().pss) / _MB
    return 0.0


def _cached(here: Whole, stage: Stage, count: int) -> Line:
    """Of pages that were read one after the other, as somebody scrolls: the answer, and the rows made of it."""
    paths = [f"{PEOPLE}prospects/?cursor={cursor}" for cursor in _cursors(stage, count)]
    here.cache.flushdb()
    used: Callable[[], int] = lambda: int(here.cache.info("memory")["used_memory"])  # noqa: E731
    with here.connect(fragment=True) as reader:
        reader.get(PULSE)
        before = used()
        for path in paths:
            reader.get(path)
    return Line(f"cache memory of a page of {PAGE_SIZE} people (of {count})", (used() - before) / count / 1000, "kB")
