"""Under 768 pixels, by touch: nothing to aim at, nothing to push sideways, hundreds of people with one thumb."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
TEAM, LINKS = f"{known.group()}team/", f"{known.group()}links/"
SHARE, CREATE = f"{known.audience(known.NORDIC)}share/", f"{known.group()}audiences/new/"
PAGES = {
    "the list": known.group(),
    "nothing found": f"{known.group()}?q=nothing+like+it",
    "an audience": known.audience(known.NORDIC),
    "nobody in it": known.audience(known.EMPTY),
    "the team": TEAM,
    "the audit log": f"{known.group()}audit/",
    "links": LINKS,
    "the form of a link": SHARE,
    "the form of an audience": CREATE,
    "the account": "/account/",
    "the status": "/status/",
}
# what a finger cannot hit: links in a sentence excepted, as in WCAG 2.5.8; a row's name is as large as its row
_SMALL = """
() => [...document.querySelectorAll("a[href], button, summary, input, select, textarea, label:has(input)")]
  .filter((one) => one.checkVisibility({ opacityProperty: true, visibilityProperty: true }) && one.type !== "hidden")
  .filter((one) => (document.querySelector("dialog:modal, :popover-open") ?? document).contains(one))
  .filter((one) => !one.matches(".skip, .visually-hidden, label input"))
  .filter((one) => getComputedStyle(one).display !== "inline" || one.parentElement.textContent === one.textContent)
  .map((one) => [one, (one.closest(".row .open") ? one.closest(".row") : one).getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.width < 44 || box.height < 44))
  .map(([one, box]) => `${one.outerHTML.slice(0, 90)} ${Math.round(box.width)} × ${Math.round(box.height)}`)
"""
_FINE_PRINT = """
() => [...document.querySelectorAll("input:not([type=hidden], [type=radio], [type=checkbox]), select, textarea")]
  .filter((one) => parseFloat(getComputedStyle(one).fontSize) < 16).map((one) => one.outerHTML)
"""
_WIDTH = "document.documentElement.scrollWidth"


def expect_touchable(page: Page) -> None:
    """Everything is as large as a finger, typing does not zoom in, and nothing is wider than the screen."""
    assert page.evaluate(_SMALL) == []
    assert page.evaluate(_FINE_PRINT) == []
    for width in (375, 320):
        page.set_viewport_size({"width": width, "height": 667})
        assert page.evaluate(_WIDTH) == width


@pytest.mark.parametrize("name", PAGES)
def test_everything_can_be_touched(phone, name):
    phone.goto(PAGES[name])
    expect(phone.get_by_role("heading", level=1)).to_be_visible()
    expect_touchable(phone)


def test_the_way_in_can_be_touched(visit):
    phone = visit(width=375, height=667, has_touch=True, stranger=True)
    phone.goto("/sign-in/")
    expect_touchable(phone)


def test_the_sheets_can_be_touched(phone):
    people = People(phone).open(known.NORDIC)
    phone.get_by_role("button", name="Audiences").tap()
    expect(phone.get_by_role("searchbox", name="Find an audience")).to_be_visible()
    expect_touchable(phone)
    phone.get_by_role("button", name="Close").tap()
    people.rows.nth(3).tap()
    people.panel.expect_person(people.ids()[3])
    expect_touchable(phone)


_READ_ON = """
async (wanted) => {
  const panel = document.getElementById("panel"), seen = [];
  const bar = () => panel.querySelector(".person-bar a[rel=next]").getBoundingClientRect();
  const { x, y, width } = bar();
  while (seen.length < wanted) {
    seen.push(panel.querySelector("[data-person]").dataset.person);
    const here = bar();
    if (here.x !== x || here.y !== y || here.width !== width) return `the bar moved at ${seen.length}`;
    const came = new Promise((done) => panel.addEventListener("htmx:afterSwap", done, { once: true }));
    document.elementFromPoint(x + width / 2, y + 20).click();
    await came;
  }
  return seen;
}
"""


@pytest.mark.parametrize("count", [55, pytest.param(300, marks=pytest.mark.soak)])
def test_people_under_one_thumb(visit, sandbox, count):
    phone = visit(width=375, height=667, has_touch=True, reduced_motion="reduce")
    everybody = [str(found["id"]) for found in sandbox.people(known.NORDIC, count + 2)]
    people = People(phone).open(known.NORDIC)
    people.row(everybody[0]).tap()
    people.panel.expect_person(everybody[0])
    assert phone.evaluate(_READ_ON, count) == everybody[:count]  # the finger stays where it is
    people.panel.expect_person(everybody[count])
    phone.go_back()
    people.panel.expect_closed()
    people.expect_in_view(everybody[count])
    expect(people.name(everybody[count])).to_be_focused()
