"""The palette, as whoever opens it finds it."""

from playwright.sync_api import Page, expect


class Palette:
    """What Ctrl and K open."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.dialog = page.get_by_role("dialog", name="Go to")
        self.box = self.dialog.get_by_role("combobox")
        self.options = self.dialog.get_by_role("option")
        self.chosen = self.dialog.get_by_role("option", selected=True)
        self.told = self.dialog.get_by_role("status")

    def open(self) -> "Palette":
        self.page.keyboard.press("Control+k")
        expect(self.box).to_be_focused()
        return self

    def go(self, typed: str, name: str) -> None:
        """Type, and open what is chosen then."""
        self.open()
        self.page.keyboard.type(typed)
        expect(self.chosen.locator("span").first).to_have_text(name)
        self.page.keyboard.press("Enter")
