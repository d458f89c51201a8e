"""First rows on screen: the dashboard against the limit, a server that repeats the very same bytes."""

from collections.abc import Callable
from contextlib import ExitStack
from urllib.parse import urlsplit

from playwright.sync_api import Page

from tests.bench.chromium import first_rows
from tests.bench.sampling import in_turns
from tests.bench.stage import PAGE_SIZE, PEOPLE, Stage
from tests.bench.table import Line, Target
from tests.bench.wire import repeating

TITLE = "First 50 rows on screen in Chromium, from the navigation on, against raw bytes; the catalog is warm"
_TARGET = Target("≤", 1.3)


def run(stage: Stage) -> list[Line]:
    """A first visit fetches styles and scripts, too; the next one, in the same tab, finds them in the cache."""
    with repeating(_recorded(stage)) as limit:
        bases = {"dashboard": stage.dashboard, "limit": limit}
        first = in_turns(stage.samples, {name: _first_visit(stage, base) for name, base in bases.items()})
        with ExitStack() as stack:
            tabs = {name: stack.enter_context(stage.chromium.page()) for name in bases}
            again = in_turns(stage.samples, {name: _next_visit(stage, tabs[name], bases[name]) for name in bases})
    return [
        Line.of("first rows, first visit / raw bytes", first["dashboard"], "ms", first["limit"], _TARGET),
        Line.of("first rows, next visit / raw bytes", again["dashboard"], "ms", again["limit"], _TARGET),
    ]


def _recorded(stage: Stage) -> dict[str, bytes]:
    """Every answer that the page needs, head and body as they came."""
    paths: list[str] = []
    with stage.chromium.visitor() as window:
        window.on("request", lambda request: paths.append(urlsplit(request.url).path))
        first_rows(window.new_page(), stage.dashboard + PEOPLE)
    with stage.connect(stage.dashboard) as connection:
        return {path: connection.get(path) for path in paths}


def _first_visit(stage: Stage, base: str) -> Callable[[], float]:
    def sample() -> float:
        stage.warm(PAGE_SIZE)
        with stage.chromium.visitor() as window:
            return first_rows(window.new_page(), base + PEOPLE)

    return sample


def _next_visit(stage: Stage, page: Page, base: str) -> Callable[[], float]:
    def sample() -> float:
        stage.warm(PAGE_SIZE)
        return first_rows(page, base + PEOPLE)

    return sample
