"""A real browser on the real thing: one of each for all these tests, and a fresh visit for every one."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from redis import Redis

from tests.dashboard.running import wait
from tests.e2e import crooked as crooked_api
from tests.e2e import known, serving
from tests.e2e.contexts import Contexts
from tests.e2e.crooked import Crooked
from tests.e2e.known import Sandbox
from tests.e2e.serving import Dashboard
from tests.e2e.sign_in_page import SignIn
from tests.e2e.watching import Watch

_SWITCHES = (
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
    # the address bar's popups are two pages of their own in every window: a third of what a new context costs.
    # The others are those of Playwright's own list that a quiet machine wants off; the last list counts.
    "--disable-features=WebUIOmniboxPopup,WebUIOmniboxAimPopup,MediaRouter,OptimizationHints,PreconnectToSearch,"
    "NetworkTimeServiceQuerying,LensOverlay,HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,PaintHolding,"
    "AvoidUnnecessaryBeforeUnloadCheckSync,DestroyProfileOnBrowserClose,ThirdPartyStoragePartitioning",
)
Visit = Callable[..., Page]
Cookies = list[Any]


@pytest.fixture(scope="package")
def dashboard(tmp_path_factory: pytest.TempPathFactory, redis_url: str) -> Iterator[Dashboard]:
    """What `make run` starts where there is a Redis."""
    with serving.whole(tmp_path_factory.mktemp("dashboard"), redis_url) as running:
        yield running


@pytest.fixture(autouse=True)
def _fresh_budget(redis_url: str) -> None:
    """Whatever the test before made of the API: nobody is held back now, and the breaker is closed."""
    with Redis.from_url(redis_url) as redis:
        if names := list(redis.scan_iter("*:budget-*")):
            redis.delete(*names)


@pytest.fixture(autouse=True)
def _fresh_memory(dashboard: Dashboard) -> None:
    """Whatever people of the test before have opened, starred and chosen."""
    dashboard.forget()


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
    wait(lambda: not _unsteady[0].underway)  # a page of the test before may have left a call behind, for others to join
    _unsteady[0].be_straight()
    yield _unsteady[0]
    _unsteady[0].be_straight()


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. Its end is the package's: Playwright's loop would look to Django like an async view."""
    expect.set_options(timeout=10_000)
    # the same engine without windows that nobody sees, which are a quarter of what the other one does
    path = shutil.which("chromium-headless-shell") or shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(_SWITCHES))
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def signed_in(browser: Browser, dashboard: Dashboard) -> Cookies:
    """The admin's; they are good for every port."""
    with browser.new_context() as context:
        context.new_page().goto(dashboard.sign_in_link(serving.ADMIN))
        return list(context.cookies())


@pytest.fixture(scope="package")
def member(browser: Browser, dashboard: Dashboard) -> Cookies:
    """The member's, who belongs to the group in which tests create audiences, too. Their one-time link is a test's."""
    dashboard.let_in(serving.MEMBER, known.CASA)
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{dashboard.url}/sign-in/")
        SignIn(page).fill(serving.MEMBER, dashboard.password)
        page.wait_for_url("**/g/**")
        return list(context.cookies())


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the test for whatever its pages did that no page may do."""
    watch = Watch()
    yield watch
    assert watch.faults() == []


@pytest.fixture(scope="package")
def contexts(browser: Browser) -> Contexts:
    """Where visits come from."""
    return Contexts(browser)


@pytest.fixture
def visit(contexts: Contexts, dashboard: Dashboard, signed_in: Cookies, watch: Watch) -> Iterator[Visit]:
    """Opens a page as somebody else's; options are those of a Playwright context, `width` in pixels, and the cookies of
    whoever is not the admin.
    """
    with ExitStack() as visits:

        def open_page(
            width: int = 1440,
            height: int = 900,
            *,
            cookies: Cookies = signed_in,
            stranger: bool = False,
            **options: Any,
        ) -> Page:
            given = {"base_url": dashboard.url, "timezone_id": "UTC", "viewport": {"width": width, "height": height}}
            context = contexts.one(watch, [] if stranger else cookies, **(given | options))
            return visits.enter_context(context).new_page()

        yield open_page


@pytest.fixture
def stranger(visit: Visit) -> Page:
    """Somebody who is not signed in, at a desk."""
    return visit(stranger=True)


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
