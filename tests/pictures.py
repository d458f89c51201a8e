"""`make pictures`: the README's pictures, taken of the running product with sample data."""

import re
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from tests.dashboard.running import ROOT, Running, clean

PICTURES = ROOT / "docs" / "pictures"
EMAIL, PASSWORD = "ada.lindqvist@dashboard.example", "pictures need a password"
CHROMIUM = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run", "--disable-sync"]
AUDIENCE = "Nordic RevOps leads"
DESK, PHONE = (1440, 900), (375, 812)


@contextmanager
def dashboard() -> Iterator[str]:
    """The whole product on a free port, as `make run` starts it; gives its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory() as place:
        names = {"DJANGO_SUPERUSER_EMAIL": EMAIL, "DJANGO_SUPERUSER_PASSWORD": PASSWORD}
        environ = clean(PORT=port, VAR_DIR=f"{place}/var", **names)
        running = Running(["manage.py", "up"], environ, Path(place) / "log")
        try:
            running.says("Ctrl-C stops everything", 60)
            yield f"http://127.0.0.1:{port}"
            running.end(signal.SIGTERM, 10)
        finally:
            running.clear()


def the_list(page: Page) -> None:
    """All audiences."""
    page.wait_for_selector("#rows .row")


def an_audience(page: Page) -> None:
    """The people of an audience, a little way down."""
    page.goto(page.locator("nav a[data-audience]", has_text=AUDIENCE).first.get_attribute("href") or "/")
    page.wait_for_selector(".person")


def a_person(page: Page) -> None:
    """Somebody of them, open."""
    an_audience(page)
    page.locator(".person a.open").nth(2).click()
    page.wait_for_selector("#panel[open] #person-name")


def somewhere_else(page: Page) -> None:
    """On the way to another audience, by some letters of its name."""
    an_audience(page)
    page.keyboard.press("Control+k")
    page.keyboard.type("lead nor")
    page.wait_for_selector("[role=option]")


def the_keys(page: Page) -> None:
    """What every key and sign means."""
    an_audience(page)
    page.keyboard.press("?")
    page.wait_for_selector("dialog.help[open]")


def again(page: Page) -> None:
    """Back in an audience of which one has read a part, in closer rows."""
    an_audience(page)
    page.get_by_role("button", name="Star", exact=True).click()
    page.keyboard.press("j")
    for _ in range(30):
        page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector("dialog[open] #person-name")
    for _ in range(3):
        page.keyboard.press("j")
        page.wait_for_selector("#panel:not([aria-busy]) [data-person]")
        page.wait_for_timeout(200)
    page.goto("/")
    an_audience(page)
    page.locator(".view > summary").click()
    page.get_by_label("Compact").check()
    page.keyboard.press("Escape")


def the_sidebar(page: Page) -> None:
    """A phone's way to another audience."""
    an_audience(page)
    page.get_by_role("button", name="Audiences").click()
    page.wait_for_selector("#sidebar:popover-open")


def exports(page: Page) -> None:
    """One file that is whole, and one on its way."""
    page.goto(page.locator("nav a[data-audience]", has_text="All revenue leaders").first.get_attribute("href") or "/")
    page.get_by_role("link", name="Export").click()
    page.get_by_role("button", name="Start the export").click()
    page.wait_for_selector(".export.whole", timeout=60_000)
    page.get_by_label("Excel (XLSX)").check()
    page.get_by_role("button", name="Start the export").click()
    page.locator(".export.reading b", has_text=re.compile(r"[2-6]\d")).wait_for()


SHOTS: tuple[tuple[str, Callable[[Page], None], tuple[int, int], str], ...] = (
    ("list-light", the_list, DESK, "light"),
    ("panel-light", a_person, DESK, "light"),
    ("panel-dark", a_person, DESK, "dark"),
    ("phone-light", an_audience, PHONE, "light"),
    ("phone-person-dark", a_person, PHONE, "dark"),
    ("again-light", again, DESK, "light"),
    ("palette-light", somewhere_else, DESK, "light"),
    ("keys-dark", the_keys, DESK, "dark"),
    ("export-light", exports, DESK, "light"),
    ("phone-sidebar-light", the_sidebar, PHONE, "light"),
)


def take(
    browser: Browser, base: str, name: str, show: Callable[[Page], None], size: tuple[int, int], theme: str
) -> None:
    """One picture, by somebody who has just signed in."""
    width, height = size
    context = browser.new_context(
        base_url=base,
        viewport={"width": width, "height": height},
        color_scheme="dark" if theme == "dark" else "light",
        has_touch=size == PHONE,
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto("/sign-in/")
    page.fill("input[name=email]", EMAIL)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/g/"))
    show(page)
    if show is not exports:  # which asks on and on
        page.wait_for_load_state("networkidle")
    page.screenshot(path=PICTURES / f"{name}.png")
    context.close()


def main() -> None:
    """Take them all."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    with dashboard() as base, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=CHROMIUM)
        for name, show, size, theme in SHOTS:
            take(browser, base, name, show, size, theme)
            print(PICTURES / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    main()
