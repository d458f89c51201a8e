"""The sidebar with 2,000 audiences in 100 folders against one of a usual size."""

import gzip
from collections.abc import Callable
from functools import partial
from statistics import median
from typing import Any

import requests

from tests.bench.chromium import first_rows
from tests.bench.sampling import in_turns, milliseconds
from tests.bench.stage import PEOPLE, Stage
from tests.bench.table import Line

TITLE = "The sidebar: 2,000 audiences in 100 folders against 150 in 12; a page of people beside it, the catalog warm"
_TYPED = "nordics 12"
_FIRST_PAINT = "performance.getEntriesByName('first-contentful-paint')[0].startTime"

Found = dict[str, Any]


def run(stage: Stage) -> list[Line]:
    """On the server, on the wire, in the browser."""
    paths = {"large": _large(stage), "usual": PEOPLE}
    return [*_served(stage, paths), *_seen(stage, paths)]


def _large(stage: Stage) -> str:
    """The page of an audience in the large group that has more people than one page holds."""
    with requests.Session() as session:
        session.headers["Authorization"] = "Bearer sk_sandbox_all"
        groups = session.get(f"{stage.api}/v1/accounts", timeout=10).json()["data"]["items"]
        group = next(group["id"] for group in groups if group["name"] == "Meridian Holdings")
        listed = session.get(f"{stage.api}/v1/accounts/{group}/audiences", timeout=10).json()["data"]["items"]
    audience = next(audience["id"] for audience in listed if audience["prospectCount"] > 100)
    return f"/g/{group}/audiences/{audience}/"


def _served(stage: Stage, paths: dict[str, str]) -> list[Line]:
    with stage.connect(stage.dashboard) as browser:
        pages = {name: partial(browser.body, path) for name, path in paths.items()}
        warm = in_turns(stage.samples, {name: milliseconds(page, 10) for name, page in pages.items()})
        cold = in_turns(stage.samples, {name: _first_page(stage, page) for name, page in pages.items()})
        bodies = {name: page() for name, page in pages.items()}
    plain = {name: [len(body) / 1000] for name, body in bodies.items()}
    packed = {name: [len(gzip.compress(body, 4)) / 1000] for name, body in bodies.items()}
    return [
        Line.of("page from the server, warm", warm["large"], "ms", warm["usual"]),
        Line.of("page from the server, nothing kept", cold["large"], "ms", cold["usual"]),
        Line.of("HTML as sent", plain["large"], "kB", plain["usual"]),
        Line.of("HTML, compressed (gzip 4)", packed["large"], "kB", packed["usual"]),
    ]


def _first_page(stage: Stage, page: Callable[[], bytes]) -> Callable[[], float]:
    timed = milliseconds(page)

    def sample() -> float:
        stage.forget()
        return timed()

    return sample


def _seen(stage: Stage, paths: dict[str, str]) -> list[Line]:
    found = in_turns(stage.samples, {name: _visit(stage, stage.dashboard + path) for name, path in paths.items()})
    facts = (
        ("first paint, first visit", "paint", "ms"),
        ("first rows, first visit", "rows", "ms"),
        ("elements in the document", "elements", ""),
        ("filter: a key until it shows, median", "key", "ms"),
        ("filter: the slowest key", "slowest", "ms"),
    )
    return [
        Line.of(what, [one[name] for one in found["large"]], unit, [one[name] for one in found["usual"]])
        for what, name, unit in facts
    ]


def _visit(stage: Stage, address: str) -> Callable[[], Found]:
    def sample() -> Found:
        with stage.chromium.page() as page:
            rows = first_rows(page, address)
            page.wait_for_load_state("load")
            elements = page.evaluate("document.getElementsByTagName('*').length")
            page.locator("#find").press_sequentially(_TYPED, delay=50)
            page.evaluate("new Promise((go) => setTimeout(go, 200))")
            keys = page.evaluate("reading.keys")
            paint = page.evaluate(_FIRST_PAINT)
        assert len(keys) == len(_TYPED), "a key was lost"
        return {"rows": rows, "paint": paint, "elements": elements, "key": median(keys), "slowest": max(keys)}

    return sample
