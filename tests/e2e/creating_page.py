"""Creating an audience: the form, the page of an attempt, and the page of an audience that fills."""

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e import known

HERE = known.CASA
FORM = f"{known.group(HERE)}audiences/new/"
ATTEMPT = re.compile(r"/audiences/new/[0-9a-f]{32}/$")
AUDIENCE = re.compile(r"/audiences/[0-9a-f]{24}/$")


class Creating:
    """The form, as whoever fills it in finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.name = page.get_by_label("Name", exact=True)
        self.description = page.get_by_label("Description")
        self.button = page.locator("#new-audience button[data-once]")
        self.alert = page.get_by_role("main").get_by_role("alert")
        self.following = Following(page)

    def open(self) -> "Creating":
        self.page.goto(FORM)
        return self

    def kind(self, label: str) -> Locator:
        return self.page.get_by_role("radio", name=re.compile(f"^{label}"))

    def fill(self, name: str, kind: str = "On demand", description: str = "") -> "Creating":
        self.name.fill(name)
        self.kind(kind).check()
        self.description.fill(description)
        return self

    def send(self, name: str, kind: str = "On demand", description: str = "") -> "Following":
        """Fill it in and press the button; gives what follows."""
        self.fill(name, kind, description).button.click()
        return self.following

    def expect_filled(self, name: str, kind: str, description: str) -> None:
        """Everything that was typed is in it."""
        expect(self.name).to_have_value(name)
        expect(self.kind(kind)).to_be_checked()
        expect(self.description).to_have_value(description)


class Following:
    """What becomes of it: an attempt whose outcome is open, an audience that fills."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.attempt = page.locator("#attempt")
        self.filling = page.locator("#filling")
        self.in_sidebar = page.get_by_role("navigation", name="Audiences").locator(".on-their-way a")
        self.in_list = page.get_by_role("main").locator(".on-their-way.box li")
        self.look_now = page.get_by_role("button", name="Look now")
        self.give_up = page.get_by_role("button", name="Give up")

    def expect_filling(self) -> "Following":
        """The audience's own page, while it has nobody yet."""
        expect(self.page).to_have_url(AUDIENCE)
        expect(self.filling).to_contain_text("still being populated")
        return self

    def expect_created(self, name: str) -> None:
        """The audience's own page, whether it has its people by now or not."""
        expect(self.page).to_have_url(AUDIENCE)
        expect(self.page.get_by_role("heading", level=1)).to_have_text(name)

    def expect_unconfirmed(self) -> "Following":
        """The page of an attempt of which nobody knows what came of it."""
        expect(self.page).to_have_url(ATTEMPT)
        expect(self.attempt.get_by_role("heading")).to_have_text("Nobody knows yet whether it was created")
        return self

    def send_again(self, name: str) -> None:
        self.page.locator("summary", has_text="Send again").click()
        self.page.get_by_label("Type its name").fill(name)
        self.page.get_by_role("button", name="Send again").click()


class Notices:
    """The menu in the sidebar with what one is told."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.summary = page.locator("details.notices > summary")
        self.menu = page.locator(".notices-menu")
        self.lines = self.menu.get_by_role("listitem")
        self.mark_all = self.menu.get_by_role("button", name="Mark all as read")

    def unread(self) -> int:
        """How many the bell says."""
        found = re.match(r"\d+", self.summary.locator(".visually-hidden").inner_text())
        return int(found[0]) if found else 0

    def expect_unread(self, count: int) -> None:
        words = f"{count} unread notice{'s' if count > 1 else ''}" if count else "Notices, none unread"
        expect(self.summary.locator(".visually-hidden")).to_have_text(words)

    def line(self, words: str) -> Locator:
        return self.lines.filter(has_text=words)


def come_back(page: Page) -> None:
    """As somebody does who looked at another tab: the page asks at once what has changed, and has it."""
    with page.expect_response(re.compile("/pulse/")):
        page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def listed(sandbox_url: str, name: str) -> Any:
    """The audiences of that name that the API lists now."""
    navigation = known.Sandbox(sandbox_url).navigation(HERE)
    folders = [audience for folder in navigation["folders"] for audience in folder["audiences"]]
    return [one for one in folders + navigation["ungroupedAudiences"] if one["name"] == name]
