"""20,000 rows on the page against 50: appending, scrolling and memory must not feel the difference."""

import time
from statistics import median
from typing import Any

from playwright.sync_api import Page

from tests.bench.chromium import first_rows, scrolled
from tests.bench.stage import PEOPLE, Stage
from tests.bench.table import Line, Target

_ROWS = 20_000
_WHEEL = 60  # pixels a frame: a wheel turned fast
_FLIGHTS = {"a flick of 1,000 px a frame": 1_000, "dragged by 4,000 px a frame": 4_000, "a jump": 1e9}
_FRAMES = 180
_BUDGET = 120.0  # seconds, if one sample does not take longer

Found = dict[str, Any]


def run(stage: Stage) -> list[Line]:
    """A sample takes up to a minute or two: at most three are taken, and the table says how many."""
    deep: list[Found] = []
    short: list[Found] = []
    start = time.monotonic()
    while not deep or (len(deep) < 3 and (time.monotonic() - start) / len(deep) * (len(deep) + 1) < _BUDGET):
        deep.append(_deep(stage))
        short.append(_short(stage))

    def line(what: str, name: str, unit: str, target: Target | None = None) -> Line:
        title = f"20,000 rows / 50: {what} ({len(deep)} of each)"
        return Line.of(title, [one[name] for one in deep], unit, [one[name] for one in short], target)

    return [
        line("append", "append", "ms", Target("≤", 1.2)),
        line("frames a second", "frames", "", Target("≥", 0.95)),
        line("memory of the renderer (RSS)", "memory", "MB", Target("≤", 1.5)),
        line("elements in the document", "elements", ""),
        *(_emptiness(name, [one["empty"][name] for one in deep]) for name in _FLIGHTS),
    ]


def _emptiness(name: str, figures: list[float]) -> Line:
    what = f"longest empty area on the way up, {name} ({len(figures)})"
    return Line.of(what, figures, "ms", None, Target("≤", 100, of_ratio=False))


def _deep(stage: Stage) -> Found:
    with stage.chromium.page([_ROWS]) as page:
        found = scrolled(page, stage.dashboard + PEOPLE)
        seen = _seen(stage, page) | {"append": median(found["appends"][-20:])}
        return seen | {"empty": {name: _fly(page, pixels) for name, pixels in _FLIGHTS.items()}}


def _fly(page: Page, pixels: float) -> float:
    """From the last row to the first, once everything has come to rest there."""
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight); new Promise((go) => setTimeout(go, 500))")
    return float(page.evaluate(f"reading.emptiness({pixels})"))


def _short(stage: Stage) -> Found:
    """50 rows that stay so; the appends are those of another page, from 50 to 550 rows."""
    with stage.chromium.page([550]) as page:
        append = median(scrolled(page, stage.dashboard + PEOPLE)["appends"])
    with stage.chromium.page() as page:
        first_rows(page, stage.dashboard + PEOPLE)
        page.evaluate("document.getElementById('more').remove()")
        return _seen(stage, page) | {"append": append}


def _seen(stage: Stage, page: Page) -> Found:
    return {
        "memory": stage.chromium.renderer_megabytes(page),
        "elements": page.evaluate("document.getElementsByTagName('*').length"),
        "frames": page.evaluate(f"reading.steadily({_WHEEL}, {_FRAMES})"),
    }
