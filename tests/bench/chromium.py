"""Debian's Chromium: pages that measure themselves (js/)."""

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
_SCRIPTS = [(Path(__file__).parent / "js" / name).read_text() for name in ("reading.js", "flying.js")]


class Chromium:
    """A browser of the bench's own, signed in by `cookies` at every address of this machine."""

    def __init__(self, cookies: Mapping[str, str]) -> None:
        self._cookies = cookies

    def __enter__(self) -> "Chromium":
        self._playwright = sync_playwright().start()
        path = shutil.which("chromium")
        assert path, "Chromium is missing: on Debian, apt-get install chromium"
        self._browser: Browser = self._playwright.chromium.launch(executable_path=path, args=list(_FLAGS))
        return self

    def __exit__(self, *_: object) -> None:
        self._browser.close()
        self._playwright.stop()

    @contextmanager
    def visitor(self) -> Iterator[BrowserContext]:
        """A window with an empty cache and nothing stored, 1440 × 900."""
        context = self._browser.new_context(viewport={"width": 1440, "height": 900})
        given = self._cookies.items()
        context.add_cookies([{"name": name, "value": value, "url": "http://127.0.0.1"} for name, value in given])
        for script in _SCRIPTS:
            context.add_init_script(script)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def page(self, goals: Sequence[int] = ()) -> Iterator[Page]:
        """A tab of a new window; it scrolls by itself, as soon as it shows rows, until each row of `goals` was seen."""
        with self.visitor() as context:
            context.add_init_script(f"window.goals = {json.dumps(list(goals))};")
            yield context.new_page()

    def renderer_megabytes(self, page: Page) -> float:
        """Resident memory of the process that draws `page`, the largest there is, after collecting garbage."""
        page.context.new_cdp_session(page).send("HeapProfiler.collectGarbage")
        session = self._browser.new_browser_cdp_session()
        found = session.send("SystemInfo.getProcessInfo")["processInfo"]
        session.detach()
        return max(_resident(process["id"]) for process in found if process["type"] == "renderer")


def first_rows(page: Page, address: str) -> float:
    """Milliseconds from the navigation until the first rows were painted."""
    page.goto(address, wait_until="commit")
    return float(page.evaluate("reading.first"))


def scrolled(page: Page, address: str) -> dict[str, Any]:
    """What the page's own scrolling found: see js/reading.js."""
    page.goto(address, wait_until="commit")
    found: dict[str, Any] = page.evaluate("reading.scrolled")
    return found


def _resident(pid: int) -> float:
    return float(psutil.Process(pid).memory_info().rss) / 1e6
