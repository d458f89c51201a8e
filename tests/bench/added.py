"""What the dashboard adds to an API call, and what a warm page costs beyond sending its bytes."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from urllib.parse import quote

import requests
from django.template.loader import get_template

from audiences.api import envelope, parsing
from tests.bench import rendering
from tests.bench.sampling import in_turns, milliseconds
from tests.bench.stage import PEOPLE, PROSPECTS, Stage
from tests.bench.table import Line, Target
from tests.bench.wire import Connection

TITLE = "What the dashboard adds to an API call: the fragment of 50 prospects"
_KEY = {"Authorization": "Bearer sk_sandbox_all"}


def run(stage: Stage) -> list[Line]:
    """Uncached, the parts of it, and warm."""
    return [*_uncached(stage), *_rendered(stage), _warm(stage)]


def _uncached(stage: Stage) -> list[Line]:
    fragment = stage.web(stage.api, PROSPECTS_MAX_AGE=0) + _fragment_path(stage)
    query = {"limit": "50", "cursor": _cursor(stage)}
    with requests.Session() as visitor, requests.Session() as direct:
        visitor.cookies.update(stage.cookies)
        visitor.headers["HX-Request"] = "true"
        direct.headers.update(_KEY)
        subjects = {
            "dashboard": milliseconds(lambda: visitor.get(fragment).raise_for_status(), 10),
            "api": milliseconds(lambda: direct.get(stage.api + PROSPECTS, params=query).raise_for_status(), 10),
        }
        found = in_turns(stage.samples, subjects)
    added = [ours - theirs for ours, theirs in zip(found["dashboard"], found["api"], strict=True)]
    return [
        Line.of("rows through the dashboard, uncached / the API call alone", found["dashboard"], "ms", found["api"]),
        Line.of("added to an API call", added, "ms", None, Target("≤", 8, of_ratio=False)),
    ]


def _rendered(stage: Stage) -> list[Line]:
    rendering.configure()
    body = requests.get(stage.api + PROSPECTS, params={"limit": "50"}, headers=_KEY, timeout=10).content
    answer = envelope.decode(body)
    assert isinstance(answer, dict)
    page = parsing.page(answer["data"], parsing.prospect)
    assert page is not None
    template, people = get_template("prospects/_rows.jinja", using="jinja2"), rendering.people(page)
    subjects = {
        "rows": milliseconds(lambda: rendering.people(page), 10),
        "markup": milliseconds(lambda: template.render(people), 10),
    }
    found = in_turns(stage.samples, subjects)
    return [
        Line.of("  50 records made into rows", found["rows"], "ms"),
        Line.of("  50 rows rendered by the template", found["markup"], "ms"),
    ]


def _warm(stage: Stage) -> Line:
    """Both behind the same middleware, sign-in and membership check, in the same process."""
    base = stage.web(stage.api, DJANGO_SETTINGS_MODULE="tests.bench.settings")
    path = _fragment_path(stage)
    with ExitStack() as stack:
        connections = [stack.enter_context(stage.connect(base, fragment=True)) for _ in range(4)]
        rates = {"page": _rate(connections, path), "bytes": _rate(connections, path.replace("/g/", "/same-bytes/", 1))}
        found = in_turns(stage.samples, rates)
    what = "warm rows / the same bytes out of the same cache"
    return Line.of(what, found["page"], "/s", found["bytes"], Target("≥", 0.6))


def _rate(connections: list[Connection], path: str, times: int = 25) -> Callable[[], float]:
    """Answers a second, asked for on all connections at once."""

    def ask(connection: Connection) -> None:
        for _ in range(times):
            connection.get(path)

    def sample() -> float:
        start = time.perf_counter()
        with ThreadPoolExecutor(len(connections)) as pool:
            list(pool.map(ask, connections))
        return len(connections) * times / (time.perf_counter() - start)

    return sample


def _fragment_path(stage: Stage) -> str:
    return f"{PEOPLE}prospects/?cursor={quote(_cursor(stage), safe='')}"


def _cursor(stage: Stage) -> str:
    """Of the second page."""
    answer = requests.get(stage.api + PROSPECTS, params={"limit": "50"}, headers=_KEY, timeout=10)
    return str(answer.json()["data"]["nextCursor"])
