"""The list of people: a thousand rows of a hundred thousand, and where it opens again."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e


@pytest.fixture
def people(page) -> People:
    return People(page)


def test_a_thousand_rows_come_in_order_and_far_pages_leave_the_document(people, sandbox):
    scrolled = people.open(known.LARGE).scroll(1000)
    wanted = [found["id"] for found in sandbox.people(known.LARGE, 1000)]
    assert (scrolled["ids"][:1000], scrolled["twice"]) == (wanted, 0)
    assert scrolled["nodes"] < 16_000
    people.page.wait_for_function("() => document.querySelectorAll('#rows .person').length < 600")
    expect(people.coverage).to_have_text(re.compile(r"^1,\d[05]0 of about 100,000 loaded$"))
    expect(people.status).to_have_text(re.compile(r"^50 more: [\d,]+ of about 100,000 loaded\.$"))


def test_pages_that_left_come_back_on_the_way_up(people, sandbox):
    people.open(known.LARGE).scroll(800)
    first = str(sandbox.people(known.LARGE, 1)[0]["id"])
    expect(people.row(first)).to_have_count(0)
    people.page.evaluate("scrollTo(0, 0)")
    people.expect_in_view(first)


def test_rows_are_numbered_through_over_pages(people):
    people.open(known.LARGE).scroll(150)
    numbers = people.rows.evaluate_all("(rows) => rows.map((row) => Number(row.ariaRowIndex))")
    assert numbers == list(range(2, len(numbers) + 2))


@pytest.fixture
def scrolled(people) -> str:
    """Somewhere around row 400; gives the person at the top of the window."""
    people.open(known.LARGE).scroll(400)
    return people.expect_place_kept()


def test_reload_opens_at_the_page_in_view(people, scrolled):
    people.page.reload()
    people.expect_in_view(scrolled)


def test_back_from_another_page_opens_at_the_page_in_view(people, scrolled):
    people.page.get_by_role("link", name="All audiences").click()
    expect(people.page.get_by_role("heading", level=1)).to_have_text("All audiences")
    people.page.go_back()
    people.expect_in_view(scrolled)


def test_show_earlier_brings_the_page_before(people, scrolled, sandbox):
    people.page.reload()
    people.expect_in_view(scrolled)
    everybody = [str(found["id"]) for found in sandbox.people(known.LARGE, 500)]
    first = everybody.index(people.ids()[0])
    people.page.evaluate("scrollTo(0, 0)")
    people.page.get_by_role("link", name="Show earlier").click()
    expect(people.row(everybody[first - 50])).to_be_attached()
    assert people.ids()[:60] == everybody[first - 50 : first + 10]
    expect(people.coverage).to_have_text(re.compile(rf"^Rows {first - 49}–"))


def test_from_the_start_leads_there(people, scrolled, sandbox):
    people.page.reload()
    people.page.get_by_role("link", name="From the start").click()
    people.expect_in_view(str(sandbox.people(known.LARGE, 1)[0]["id"]))
    assert people.page.url.endswith(known.audience(known.LARGE))


def test_an_address_nobody_scrolled_to_offers_the_start_only(people, sandbox):
    people.open(known.LARGE, at=sandbox.cursor_after(known.LARGE, 30))
    wanted = str(sandbox.people(known.LARGE, 1501)[1500]["id"])
    people.expect_in_view(wanted)
    expect(people.row(wanted)).not_to_have_attribute("aria-rowindex", re.compile("."))
    expect(people.page.get_by_role("link", name="Show earlier")).to_have_count(0)
    expect(people.page.get_by_role("link", name="From the start")).to_be_visible()


def test_the_end_is_said(people):
    scrolled = people.open(known.SHORT).scroll(2000)
    assert len(scrolled["ids"]) == 858
    expect(people.more).to_have_text("That is everyone: 858 people")
    expect(people.coverage).to_have_text("858 of about 870 loaded")


def test_nobody_in_it_is_said_kindly(people):
    people.open(known.EMPTY)
    expect(people.page.get_by_role("heading", name="Nobody is in this audience yet")).to_be_visible()
    expect(people.page.get_by_role("alert").filter(has_text=re.compile("."))).to_have_count(0)


# after each painted frame of a flight to the top: how often the middle of the screen showed no row
_FLY = """
async (pixels) => {
  const painted = () => new Promise((go) => requestAnimationFrame(() => setTimeout(go)));
  let [frames, empty] = [0, 0];
  while (scrollY > 0) {
    scrollBy(0, -pixels);
    await painted();
    const spot = document.elementFromPoint(innerWidth / 2, innerHeight / 2);
    frames += 1;
    empty += spot?.closest("#rows") && !spot.closest(".person, .head") ? 1 : 0;
  }
  return [frames, empty];
}
"""


_LONG = pytest.mark.soak


@pytest.mark.parametrize("pixels", [700, pytest.param(4000, marks=_LONG), pytest.param(20_000, marks=_LONG)])
def test_whoever_flies_over_far_pages_sees_people_in_every_frame(page, pixels):
    people = People(page).open(known.LARGE)
    people.scroll(1_500)
    expect(page.locator("#rows > .page[aria-busy]").first).to_be_attached()
    frames, empty = page.evaluate(_FLY, pixels)
    assert frames > 1
    assert empty == 0


def test_a_focused_row_keeps_its_focus_while_others_come_and_go(page, sandbox):
    people = People(page).open(known.LARGE)
    person = str(sandbox.people(known.LARGE, 3)[2]["id"])
    people.name(person).focus()
    people.scroll(1_500)
    expect(page.locator("#rows > .page[aria-busy]").first).to_be_attached()
    expect(people.name(person)).to_be_focused()
