"""Everything by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.people_page import People
from tests.e2e.serving import ADMIN
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e

_FOCUS = """
() => {
  const spot = document.activeElement, box = spot.getBoundingClientRect();
  const style = (element) => getComputedStyle(element ?? document.documentElement);
  const ring = (element) => style(element).outlineStyle !== "none" && parseFloat(style(element).outlineWidth) >= 2;
  return {
    name: spot.getAttribute("aria-label") || spot.innerText || spot.title || spot.name,
    part: spot.closest("dialog, nav, main")?.tagName ?? "BODY",
    ring: ring(spot) || ring(spot.closest(".row")) || ring(spot.querySelector("span")),
    inView: box.bottom > 0 && box.top < innerHeight && box.width > 0,
  };
}
"""


def _tab(page: Page, times: int) -> list[dict]:
    """Where the focus goes at so many Tabs."""
    stops = []
    for _ in range(times):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(_FOCUS))
    return stops


def test_signing_in(visit, dashboard):
    page = visit(stranger=True)
    page.goto("/sign-in/")
    expect(page.get_by_label("E-mail")).to_be_focused()
    page.keyboard.type(ADMIN)
    page.keyboard.press("Tab")
    page.keyboard.type(dashboard.password)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("All audiences")


def test_the_skip_link_comes_first_and_leads_past_the_sidebar(page):
    page.goto(known.audience(known.NORDIC))
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to the content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert _tab(page, 1)[0]["part"] == "MAIN"


@pytest.mark.parametrize("width", [1440, 375])
def test_every_stop_shows_where_it_is(visit, width):
    page = visit(width=width, reduced_motion="reduce")
    page.goto(known.audience(known.NORDIC))
    stops = _tab(page, 30)
    assert [stop for stop in stops if not (stop["ring"] and stop["inView"])] == []


def test_the_order_is_sidebar_then_head_then_rows(page):
    page.goto(f"{known.group()}?q=agencies+emea")
    Sidebar(page).find.focus()
    assert {stop["part"] for stop in _tab(page, 10)} == {"NAV"}
    page.get_by_role("main").get_by_role("searchbox").focus()
    names = [stop["name"] for stop in _tab(page, 7)]
    assert names[:3] == ["Folder", "Type", "Order"]
    assert names[-1] == "Agencies EMEA"


def test_folders_fold_and_the_switcher_opens(page):
    page.goto(known.group())
    fold = Sidebar(page).folder("Partners").locator("summary")
    fold.focus()
    page.keyboard.press("Enter")
    expect(Sidebar(page).audience("Resellers Japan")).to_be_hidden()
    page.keyboard.press("Space")
    expect(Sidebar(page).audience("Resellers Japan")).to_be_visible()
    Sidebar(page).nav.locator("summary", has_text="Nordwind").press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.innerText") == "Nordwind GmbH"


def test_from_the_filter_to_a_person_and_back(page, sandbox):
    ids = [str(found["id"]) for found in sandbox.people(known.NORDIC, 3)]
    page.goto(known.group())
    page.keyboard.press("/")
    page.keyboard.type("nordic revops")
    while page.evaluate("document.activeElement.innerText?.startsWith('Nordic RevOps leads')") is not True:
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    people = People(page)
    expect(people.row(ids[0])).to_be_visible()
    people.name(ids[0]).focus()
    page.keyboard.press("Enter")
    people.panel.expect_person(ids[0])
    assert {stop["part"] for stop in _tab(page, 3)} == {"DIALOG"}
    people.panel.next.press("Enter")
    people.panel.expect_person(ids[1])
    page.keyboard.press("Enter")
    people.panel.expect_person(ids[2])
    page.keyboard.press("Escape")
    expect(people.name(ids[2])).to_be_focused()


def test_tabbing_through_the_rows_goes_on_over_the_edge_of_a_page(page, sandbox):
    ids = [str(found["id"]) for found in sandbox.people(known.NORDIC, 60)]
    people = People(page).open(known.NORDIC)
    people.scroll(100)
    people.row(ids[49]).get_by_role("link").first.focus()
    stops = [stop["name"] for stop in _tab(page, 4)]
    assert sandbox.people(known.NORDIC, 60)[50]["name"] in stops


def test_load_more_by_enter(crooked_people, sandbox):
    people = crooked_people
    people.more.focus()
    people.page.keyboard.press("Enter")
    expect(people.rows.nth(99)).to_be_attached()


@pytest.fixture
def crooked_people(visit, unsteady, api, sandbox) -> People:
    """A list that stopped asking by itself."""
    people = People(visit(base_url=unsteady))
    api.change("/prospects.*cursor=", lambda data: data.update(items=[]))
    people.open(known.NORDIC).scroll(1000, seconds=2)
    expect(people.more).to_contain_text("Ask once more")
    api.be_straight()
    return people


def test_a_modal_sheet_keeps_the_focus_inside(visit, sandbox):
    people = People(visit(width=1000)).open(known.NORDIC)
    people.name(str(sandbox.people(known.NORDIC, 1)[0]["id"])).press("Enter")
    expect(people.panel.name).to_be_focused()
    parts = {stop["part"] for stop in _tab(people.page, 25)}
    assert parts <= {"DIALOG", "NAV", "BODY"}
    assert not people.page.evaluate("document.activeElement.closest('main, #navigation')")


def test_the_sign_of_the_open_page_is_said_to_readers(page):
    page.goto(known.audience(known.NORDIC))
    expect(Sidebar(page).current).to_have_attribute("href", re.compile(known.NORDIC))
    expect(page.get_by_role("status")).to_have_count(1)
