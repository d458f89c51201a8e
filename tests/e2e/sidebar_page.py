"""The sidebar, as a reader of the page finds it."""

from playwright.sync_api import Locator, Page


class Sidebar:
    """Folders with their audiences, the filter, the switcher of account groups."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.nav = page.get_by_role("navigation", name="Audiences")
        self.find = self.nav.get_by_role("searchbox", name="Find an audience")
        self.hit = self.nav.locator(".hit")
        self.current = self.nav.locator("[aria-current=page]")
        self.here = self.nav.locator(".here")  # its line among the recent ones

    def audience(self, name: str) -> Locator:
        """Its line in the tree."""
        return self.nav.get_by_role("link", name=name).and_(self.page.locator(":not(#mine a)"))

    def mine(self, title: str) -> Locator:
        """The lines under *Recent* or *Starred*."""
        return self.nav.get_by_role("list", name=title).get_by_role("link")

    def folder(self, name: str) -> Locator:
        """The disclosure of a folder."""
        return self.nav.locator("details.folder").filter(has=self.page.locator("summary", has_text=name))

    def shown(self) -> list[str]:
        """The audiences that can be seen now."""
        return self.nav.locator("[data-audience]:not([data-audience='']):visible > :first-child").all_inner_texts()
