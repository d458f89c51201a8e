"""The page of an audience: the list of its people, and the panel beside it."""

from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e import known

_SCROLL = """
async ([wanted, seconds]) => {
  const seen = new Map(), end = performance.now() + seconds * 1000;
  let nodes = 0, twice = 0;
  while (performance.now() < end) {
    const here = [...document.querySelectorAll("#rows .person")].map((row) => row.dataset.prospect);
    twice += here.length - new Set(here).size;
    nodes = Math.max(nodes, document.getElementsByTagName("*").length);
    for (const id of here) seen.set(id, true);
    if (seen.size >= wanted || !document.querySelector("a#more[hx-trigger*=near]")) break;
    scrollTo(0, document.documentElement.scrollHeight);
    await new Promise(requestAnimationFrame);
  }
  return { ids: [...seen.keys()], nodes, twice };
}
"""
_IS_IN_VIEW = """
(row) => {
  const box = row.getBoundingClientRect();
  const head = document.getElementById("people-head").getBoundingClientRect();
  return box.top >= head.bottom - 1 && box.bottom <= innerHeight + 1;
}
"""
# for so long that nothing moves any more: a page that comes late would move the rows once again
_IS_FOLLOWED = """
() => {
  const row = document.getElementById(history.state.row);
  const head = document.getElementById("people-head").getBoundingClientRect();
  const top = row?.getBoundingClientRect().top;
  const there = Math.abs(top - head.bottom) < 60 && !document.querySelector(".htmx-request");
  if (!there || window.followed?.id !== row.id) window.followed = { id: row?.id, since: performance.now() };
  return there && performance.now() - window.followed.since > 600;
}
"""


class People:
    """The list, as a reader of the page finds it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.rows = page.get_by_role("table", name="Prospects").locator("[data-prospect]")
        self.coverage = page.locator("[data-coverage]")
        self.status = page.get_by_role("status")
        self.more = page.locator("#more")
        self.panel = Panel(page)

    def open(self, audience_id: str, at: str = "", base: str = "") -> "People":
        """Go to an audience of Nordwind, at the page of cursor `at`, on the dashboard at `base`."""
        self.page.goto(base + known.audience(audience_id) + (f"?at={at}" if at else ""))
        return self

    def row(self, person_id: str) -> Locator:
        return self.page.locator(f"#prospect-{person_id}")

    def name(self, person_id: str) -> Locator:
        """The link that opens a person."""
        return self.row(person_id).get_by_role("link").first

    def ids(self) -> list[str]:
        """Who is in the document, from the top."""
        return [str(found) for found in self.rows.evaluate_all("(rows) => rows.map((row) => row.dataset.prospect)")]

    def scroll(self, wanted: int, seconds: float = 20) -> Any:
        """Scroll until so many people were seen, or nothing follows: their ids, most nodes at once, duplicates."""
        return self.page.evaluate(_SCROLL, [wanted, seconds])

    def scroll_to_end(self) -> None:
        self.page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")

    def expect_place_kept(self) -> str:
        """Wait until the address names the page in view; gives the person at the top of the window."""
        self.page.wait_for_function("() => history.state?.row && new URLSearchParams(location.search).has('at')")
        self.page.wait_for_function(_IS_FOLLOWED)
        return str(self.page.evaluate("history.state.row")).removeprefix("prospect-")

    def expect_in_view(self, person_id: str) -> None:
        """The whole row, below the head and above the window's end."""
        expect(self.row(person_id)).to_be_visible()
        self.page.wait_for_function(
            f"(id) => ({_IS_IN_VIEW})(document.getElementById(id))", arg=f"prospect-{person_id}"
        )


class Panel:
    """The panel with one person."""

    def __init__(self, page: Page) -> None:
        self.dialog = page.locator("#panel")
        bar = self.dialog.locator(".bar")
        self.name = self.dialog.get_by_role("heading", level=2)
        self.next = bar.get_by_role("link", name="Next person")
        self.previous = bar.get_by_role("link", name="Previous person")
        self.close = bar.get_by_role("link", name="Back to the list")

    def expect_person(self, person_id: str) -> None:
        """It is open and shows this person."""
        expect(self.dialog).to_be_visible()
        expect(self.dialog.locator("[data-person]")).to_have_attribute("data-person", person_id)

    def expect_closed(self) -> None:
        expect(self.dialog).to_be_hidden()
