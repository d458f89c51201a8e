"""What a member's list remembers for them: whom they opened, where they were, and how the people loaded are reached."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.axe import PEOPLE, nothing_found
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
_TOLD = "() => [...document.querySelectorAll('#reaches b')].map((told) => Number(told.textContent.replaceAll(',', '')))"
_IS_THERE = """
() => {
  const row = new URLSearchParams(location.search).has("at") && document.getElementById(history.state?.row);
  const above = ["coverage", "people-head"].map((id) => document.getElementById(id).getBoundingClientRect().bottom);
  return row && Math.abs(row.getBoundingClientRect().top - Math.max(...above)) < 90;
}
"""


@pytest.fixture
def people(page) -> People:
    return People(page).open(known.NORDIC)


def opened(page: Page) -> list[str]:
    """Whose rows are marked."""
    rows = page.locator("#rows .person.opened")
    return [str(found) for found in rows.evaluate_all("(rows) => rows.map((row) => row.dataset.prospect)")]


def told(page: Page):
    return page.locator(".coverage [data-opened]")


def go_on(page: Page):
    return page.get_by_role("link", name="Go on at row")


def read_to(people: People, wanted: int) -> tuple[str, int]:
    """Scroll by hand until so many people are loaded; who stands at the top of the window then, and their number."""
    people.page.mouse.move(100, 500)
    people.page.mouse.wheel(0, 200)
    people.scroll(wanted)
    people.page.evaluate("document.querySelectorAll('#rows > .page')[2].scrollIntoView()")
    people.page.mouse.wheel(0, 300)
    people.page.wait_for_function(_IS_THERE)
    person = str(people.page.evaluate("history.state.row")).removeprefix("prospect-")
    return person, int(people.row(person).get_attribute("aria-rowindex") or 0) - 1


def come_back(people: People, *, offered: bool = True) -> None:
    """Open the audience anew; what the page before said as it went is read a moment later."""
    for _ in range(20):
        people.open(known.NORDIC)
        if bool(go_on(people.page).count()) is offered:
            break
    expect(go_on(people.page)).to_have_count(int(offered))


def test_whom_one_opens_is_marked_and_counted_for_them_alone(people, visit, member, sandbox):
    page = people.page
    ids = [str(one["id"]) for one in sandbox.people(known.NORDIC, 100)]
    expect(told(page)).to_be_hidden()
    for number in (1, 2, 4, 2):
        people.name(ids[number]).click()
        people.panel.expect_person(ids[number])
    expect(told(page)).to_have_text("3 opened")
    assert opened(page) == [ids[1], ids[2], ids[4]]
    page.keyboard.press("Escape")
    expect(people.name(ids[2])).to_have_css("font-weight", "400")
    expect(people.name(ids[3])).to_have_css("font-weight", "600")
    expect(people.name(ids[2])).to_have_accessible_description("opened")
    page.reload()
    expect(told(page)).to_have_text("3 opened")
    nothing_found(page)
    again, other = (People(one).open(known.NORDIC).page for one in (visit(), visit(cookies=member)))
    assert [opened(one) for one in (page, again, other)] == [[ids[1], ids[2], ids[4]]] * 2 + [[]]
    expect(told(other)).to_be_hidden()


def test_a_mark_survives_a_far_page_and_stands_on_what_is_found(page, sandbox):
    people = People(page).open(known.LARGE)
    far, other = sandbox.people(known.LARGE, 10)[4:6]
    people.name(str(far["id"])).click()
    people.panel.expect_person(str(far["id"]))
    page.keyboard.press("Escape")
    people.panel.expect_closed()
    page.evaluate("document.activeElement.blur()")
    people.scroll(1_000)
    expect(people.row(str(far["id"]))).to_have_count(0)
    box = page.get_by_role("searchbox", name="Find among the people loaded")
    for person, is_opened in ((far, True), (other, False)):
        box.fill(str(person["name"]))
        found = page.locator(f"#rows > .results > [data-prospect='{person['id']}']")
        expect(found).to_have_class(re.compile(r"\bopened$" if is_opened else "person$"))
    found.get_by_role("link").first.click()
    expect(found).to_have_class(re.compile(r"\bopened$"))
    expect(told(page)).to_have_text("2 opened")


def test_back_from_a_persons_own_page_shows_them_opened(people, sandbox):
    person = str(sandbox.people(known.NORDIC, 20)[7]["id"])
    people.page.goto(people.name(person).get_attribute("href"))
    expect(people.page.locator("main [data-person]")).to_be_visible()
    people.page.go_back()
    expect(people.row(person)).to_have_class(re.compile(r"\bopened\b"))


@pytest.mark.parametrize(
    "way", ["by closing the page", "by opening a person", pytest.param("by a link", marks=pytest.mark.soak)]
)
def test_one_goes_on_where_one_was(people, way):
    person, number = read_to(people, 200)
    if way == "by opening a person":
        people.name(person).click()
        people.panel.expect_person(person)
    page = people.page if way == "by a link" else people.page.context.new_page()
    if page is people.page:
        page.goto(known.group())
    else:
        people.page.close(run_before_unload=True)
    again = People(page)
    come_back(again)
    row = int(go_on(page).inner_text().removeprefix("Go on at row "))
    assert abs(row - number) <= (0 if way == "by opening a person" else 2)  # the last pixels of a scroll
    go_on(page).click()
    there = page.locator(f"[aria-rowindex='{row + 1}']")
    again.expect_in_view(str(there.get_attribute("data-prospect")))
    expect(page.get_by_role("link", name="Show earlier")).to_be_attached()


def test_the_way_back_goes_when_one_reads_on_without_it_and_the_top_forgets_nothing(people):
    read_to(people, 200)
    people.page.goto(known.group())
    come_back(people)
    people.page.mouse.move(700, 500)
    people.page.mouse.wheel(0, 1600)
    expect(go_on(people.page)).to_have_count(0)
    people.page.mouse.wheel(0, -2000)
    people.page.wait_for_function("() => history.state?.row === ''")
    people.page.goto(known.group())
    come_back(people)
    expect(go_on(people.page)).to_have_text(re.compile(r"row [345]\d$"))


def test_a_look_at_the_top_is_no_place(people, watch):
    read_to(people, 200)
    page = people.page
    page.goto(known.group())
    come_back(people)
    watch.requests.clear()
    page.mouse.move(700, 500)
    for pixels in (60, 400):  # the first screen is no place either
        page.mouse.wheel(0, pixels)
        page.wait_for_function(f"() => history.state && !history.state.row === ({pixels} < 200)")
    page.mouse.wheel(0, -1000)
    page.wait_for_function("() => history.state?.row === ''")
    people.rows.nth(2).get_by_role("link").first.click()
    expect(people.panel.name).to_be_focused()
    page.keyboard.press("Escape")
    people.panel.expect_closed()
    page.wait_for_function("() => history.state?.row === ''")
    go_on(page).click()
    page.wait_for_url("**?at=*")
    page.goto(known.group())
    assert [one for one in watch.requests if one.endswith("/place/")] == []


def test_on_a_phone_all_of_it_has_room(phone):
    people = People(phone).open(known.NORDIC)
    person, _ = read_to(people, 150)
    people.name(person).click()
    people.panel.expect_person(person)
    phone.goto(known.group())
    come_back(people)
    expect(phone.get_by_text("1 opened").locator("visible=true")).to_have_count(1)
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    nothing_found(phone, without=PEOPLE)


def test_without_javascript_the_last_person_opened_is_the_place(plain):
    people = People(plain).open(known.NORDIC)
    plain.get_by_role("link", name="Load more").click()
    person = people.ids()[20]
    people.name(person).click()
    plain.goto(known.audience(known.NORDIC))
    expect(told(plain)).to_have_text("1 opened")
    expect(go_on(plain)).to_have_text("Go on at row 71")
    go_on(plain).click()
    expect(people.row(person)).to_be_in_viewport()
    expect(people.row(person)).to_have_class(re.compile(r"\bopened\b"))


def test_the_bar_counts_everybody_loaded_once(people):
    *ways, everybody = people.page.evaluate(_TOLD)
    assert sum(ways) == everybody == 50
    people.scroll(1_000)
    people.page.wait_for_function(f"() => ({_TOLD})().at(-1) >= 1000")
    *ways, everybody = people.page.evaluate(_TOLD)
    assert sum(ways) == everybody
    widths = people.page.locator("#reaches rect").evaluate_all("(all) => all.map((one) => +one.getAttribute('width'))")
    assert widths == ways
