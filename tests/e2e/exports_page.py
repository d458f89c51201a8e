"""Exporting an audience: the form, and the cards of what was begun."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.e2e import known

WHOLE = 30_000  # milliseconds that a small export may take, on a machine that has other things to do


def exports_of(audience_id: str) -> str:
    """The address of an audience's exports."""
    return f"{known.audience(audience_id)}exports/"


class Exports:
    """The page, as whoever exports finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.start = page.get_by_role("button", name="Start the export")
        self.count = page.locator("#columns-count")
        self.boxes = page.get_by_role("group", name=re.compile("^Columns")).get_by_role("checkbox")
        self.list = page.get_by_role("region", name=re.compile("^Exports"))
        self.cards = self.list.locator(".export")
        self.card = self.cards.first
        self.status = page.locator("#status")

    def open(self, audience_id: str) -> "Exports":
        self.page.goto(exports_of(audience_id))
        return self

    def format(self, name: str) -> Locator:
        return self.page.get_by_role("radio", name=re.compile(f"^{name}"))

    def begin(self, audience_id: str) -> "Exports":
        """Start one as the form comes."""
        self.open(audience_id).start.click()
        return self

    def expect_title(self, words: str, within: int = WHOLE) -> "Exports":
        """What the newest card says."""
        expect(self.card.get_by_role("heading")).to_have_text(re.compile(f"^{words}"), timeout=within)
        return self

    def manifest(self) -> None:
        """Unfold what is known of the newest one's file."""
        self.card.get_by_text("Manifest", exact=True).click()
        expect(self.card.get_by_text("SHA-256", exact=True)).to_be_visible()

    def does(self, name: str) -> Locator:
        """A button of the newest card."""
        return self.card.get_by_role("button", name=name, exact=True)

    def fetch(self, name: str) -> bytes:
        """What the browser has once a link of the newest card was followed."""
        with self.page.expect_download() as download:
            self.card.get_by_role("link", name=name, exact=True).click()
        return download.value.path().read_bytes()
