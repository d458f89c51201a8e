"""A real browser on the real thing: one of each for all these tests, and a fresh visit for every one."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, StorageState, expect, sync_playwright

from tests.e2e import crooked as crooked_api
from tests.e2e import serving
from tests.e2e.crooked import Crooked
from tests.e2e.known import Sandbox
from tests.e2e.serving import Dashboard
from tests.e2e.watching import Watch

_SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)
Visit = Callable[..., Page]


@pytest.fixture(scope="package")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Dashboard]:
    """What `make run` starts."""
    with serving.whole(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture(scope="package")
def sandbox(dashboard: Dashboard) -> Sandbox:
    """The API's own words."""
    return Sandbox(dashboard.sandbox_url)


@pytest.fixture(scope="package")
def _unsteady(dashboard: Dashboard, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Crooked, str]]:
    with (
        crooked_api.serving(dashboard.sandbox_url) as (crooked, api_url),
        serving.web_process(dashboard, tmp_path_factory.mktemp("unsteady"), api_url) as url,
    ):
        yield crooked, url


@pytest.fixture
def unsteady(_unsteady: tuple[Crooked, str]) -> str:
    """The address of the dashboard that reads a crooked API and keeps no people: its cache is always cold."""
    return _unsteady[1]


@pytest.fixture
def api(_unsteady: tuple[Crooked, str]) -> Iterator[Crooked]:
    """What the dashboard at `unsteady` asks."""
    _unsteady[0].be_straight()
    yield _unsteady[0]
    _unsteady[0].be_straight()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Its end is the package's: Playwright's loop would look to Django like an async view."""
    expect.set_options(timeout=10_000)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=list(_SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(browser: Browser, dashboard: Dashboard) -> StorageState:
    """The cookies of the admin; they are good for every port."""
    with browser.new_context() as context:
        context.new_page().goto(dashboard.sign_in_link(serving.ADMIN))
        return context.storage_state()


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test for whatever its pages did that no page may do."""
    watch = Watch()
    yield watch
    assert watch.faults() == []


@pytest.fixture
def visit(browser: Browser, dashboard: Dashboard, signed_in: StorageState, watch: Watch) -> Iterator[Visit]:
    """Opens a page in a new context; options are those of a Playwright context, and `width` in pixels."""
    contexts = []

    def open_page(width: int = 1440, height: int = 900, **options: Any) -> Page:
        given = {"storage_state": signed_in, "base_url": dashboard.url, "timezone_id": "UTC"} | options
        context = browser.new_context(viewport={"width": width, "height": height}, **given)
        contexts.append(context)
        context.set_default_timeout(10_000)
        watch.follow(context, given["base_url"])
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()


@pytest.fixture
def page(visit: Visit) -> Page:
    """A desk: 1,440 pixels wide, JavaScript on."""
    return visit()


@pytest.fixture
def phone(visit: Visit) -> Page:
    """375 pixels, touched."""
    return visit(width=375, height=740, has_touch=True)


@pytest.fixture
def plain(visit: Visit) -> Page:
    """A desk without JavaScript."""
    return visit(java_script_enabled=False)
