"""Single keys: what they do, when they do not, and the page that says so."""

import re

import pytest
from playwright.sync_api import Page, expect

from audiences.reach import WORDS
from tests.e2e import axe, known
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
_PASSED = """
() => {
  window.passed = [];
  new MutationObserver((changes) => {
    for (const { target: row } of changes) {
      const id = row.matches(".person[aria-current]") && row.dataset.prospect;
      if (id && passed.at(-1) !== id) passed.push(id);
    }
  }).observe(document.getElementById("rows"), { subtree: true, attributes: true, attributeFilter: ["aria-current"] });
}
"""


_ALTGR = """
document.body.dispatchEvent(new KeyboardEvent("keydown", {
  key: "j", code: "KeyJ", bubbles: true, ctrlKey: true, altKey: true, modifierAltGraph: true,
}))
"""


@pytest.fixture
def ids(sandbox) -> list[str]:
    return [str(found["id"]) for found in sandbox.people(known.NORDIC, 400)]


@pytest.fixture
def people(page) -> People:
    return People(page).open(known.NORDIC)


def _hold(page: Page, key: str, wanted: int) -> list[str]:
    """Keep a key down until so many people were passed: who they were."""
    for pressed in range(wanted * 6):
        page.keyboard.down(key)
        if pressed % 25 == 0 and page.evaluate("passed.length") >= wanted:
            break
    page.keyboard.up(key)
    return [str(found) for found in page.evaluate("passed")]


@pytest.mark.parametrize("count", [110, pytest.param(300, marks=pytest.mark.soak)])
def test_hundreds_of_people_by_one_key_beside_a_slow_service(visit, unsteady, api, ids, watch, count):
    api.delay("/prospects.*cursor=", 0.25)
    page = visit(base_url=unsteady)
    people = People(page).open(known.NORDIC)
    page.evaluate(_PASSED)
    page.keyboard.press("j")
    expect(people.name(ids[0])).to_be_focused()
    page.keyboard.press("Enter")
    people.panel.expect_person(ids[0])
    asked = len(watch.requests)
    passed = _hold(page, "j", count)
    assert passed == ids[: len(passed)]
    assert len(passed) >= count
    last = passed[-1]
    people.panel.expect_person(last)
    people.expect_in_view(last)
    expect(people.panel.name).to_be_focused()
    assert len([one for one in watch.requests[asked:] if re.search(r"/prospects/[0-9a-f]+/", one)]) < 30
    for _ in range(3):
        page.keyboard.press("k")
    here = ids[len(passed) - 4]
    people.panel.expect_person(here)
    page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(people.name(here)).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    people.panel.expect_person(ids[len(passed) - 3])


def test_without_a_panel_the_focus_moves_below_the_head_and_over_the_end_of_a_page(people, ids):
    for _ in range(55):
        people.page.keyboard.press("j")
        people.page.wait_for_function("() => document.activeElement.matches('.open')")
    expect(people.name(ids[54])).to_be_focused()
    people.expect_in_view(ids[54])
    for _ in range(30):
        people.page.keyboard.press("ArrowUp")
    expect(people.name(ids[24])).to_be_focused()
    people.expect_in_view(ids[24])


def test_whoever_is_passed_before_they_come_is_not_asked_for(people, ids, watch):
    people.page.route(f"**/prospects/{ids[2]}/**", lambda route: None)
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    for _ in range(3):
        people.page.keyboard.press("j", delay=200)
    people.panel.expect_person(ids[4])
    assert [one for one in watch.requests if f"/prospects/{ids[3]}/" in one] == []


def test_whom_one_is_on_the_way_to_stands_in_the_panel_and_escape_stays_with_them(people, ids):
    people.page.route(f"**/prospects/{ids[2]}/**", lambda route: None)
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    people.page.keyboard.press("j")
    expect(people.row(ids[2])).to_have_attribute("aria-current", "true")
    expect(people.panel.name).to_have_text(people.name(ids[2]).inner_text())
    expect(people.panel.dialog.locator(".facts-list").first).to_be_hidden()
    people.page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(people.name(ids[2])).to_be_focused()


def test_escape_closes_the_sidebar_that_is_out_before_the_person(people, ids):
    page = people.page
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    page.keyboard.press("[")
    page.keyboard.press("/")
    Sidebar(page).find.press("Tab")
    page.keyboard.press("Escape")
    expect(page.locator("#sidebar")).to_be_hidden()
    people.panel.expect_person(ids[1])
    page.keyboard.press("Escape")
    people.panel.expect_closed()


def test_whoever_does_not_come_is_not_waited_for_and_nobody_elses_details_stand_there(people, ids, watch):
    watch.allow("^failed .*ERR_INTERNET_DISCONNECTED")
    busy = people.page.locator("#panel[aria-busy]")
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    people.page.route(f"**/prospects/{ids[2]}/**", lambda route: route.abort("internetdisconnected"))
    people.page.keyboard.press("j")
    notice = people.page.get_by_role("alert").filter(has_text="could not be reached")
    expect(notice).to_be_visible()
    expect(busy).to_have_count(0)
    expect(people.panel.name).to_have_text(people.name(ids[2]).inner_text())
    expect(people.panel.dialog.locator(".facts-list").first).to_be_hidden()
    people.page.keyboard.press("j")
    people.panel.expect_person(ids[3])
    people.page.keyboard.press("k")
    expect(notice).to_be_visible()
    people.page.unroute(f"**/prospects/{ids[2]}/**")
    notice.get_by_role("button", name="Try again").click()
    people.panel.expect_person(ids[2])
    expect(busy).to_have_count(0)
    expect(people.panel.dialog.locator(".facts-list").first).to_be_visible()


def test_in_a_sheet_too(visit, ids):
    people = People(visit(width=1000)).open(known.NORDIC)
    people.name(ids[1]).press("Enter")
    people.panel.expect_person(ids[1])
    people.page.keyboard.press("ArrowDown")
    people.panel.expect_person(ids[2])
    expect(people.panel.name).to_be_focused()
    people.page.keyboard.press("?")
    expect(people.page.get_by_role("dialog", name="Keys and signs")).to_be_visible()
    people.page.keyboard.press("Escape")
    people.panel.expect_person(ids[2])
    people.page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(people.name(ids[2])).to_be_focused()


def test_among_those_found_too(people, ids, sandbox):
    wanted = [str(one["id"]) for one in sandbox.people(known.NORDIC, 50) if "Manager" in (one["title"] or "")]
    people.page.get_by_label("Find among the people loaded").press_sequentially("manager")
    people.page.keyboard.press("Enter")
    found = people.page.locator(".results .person")
    expect(found.first.get_by_role("link").first).to_be_focused()
    people.page.keyboard.press("j")
    people.page.keyboard.press("Enter")
    second = str(found.nth(1).get_attribute("data-prospect"))
    assert second in wanted or not wanted
    people.panel.expect_person(second)
    people.page.keyboard.press("j")
    people.panel.expect_person(str(found.nth(2).get_attribute("data-prospect")))
    expect(found.nth(2)).to_have_attribute("aria-current", "true")


def test_a_persons_own_page_steps_on(page, ids):
    page.goto(known.person(known.NORDIC, ids[0]))
    page.keyboard.press("j")
    expect(page).to_have_url(re.compile(ids[1]))


def test_the_mail_is_copied_and_linkedin_opened(visit, sandbox, watch):
    watch.allow("^another origin: https://linkedin")
    people = People(visit(permissions=["clipboard-read", "clipboard-write"])).open(known.NORDIC)
    page, some = people.page, sandbox.people(known.NORDIC, 50)
    with_mail = next(one for one in some if one["emails"] and one["linkedinUrl"])
    without = next(one for one in some if not one["emails"])
    people.name(str(with_mail["id"])).click()
    people.panel.expect_person(str(with_mail["id"]))
    page.keyboard.press("e")
    expect(people.status).to_have_text(f"Copied {with_mail['emails'][0]['email']}.")
    assert page.evaluate("navigator.clipboard.readText()") == with_mail["emails"][0]["email"]
    expect(people.panel.name).to_be_focused()
    page.context.route(re.compile("linkedin"), lambda route: route.fulfill(body="LinkedIn", content_type="text/html"))
    with page.context.expect_page() as opened:
        page.keyboard.press("l")
    assert opened.value.evaluate("window.opener") is None
    page.bring_to_front()
    people.name(str(without["id"])).click()
    people.panel.expect_person(str(without["id"]))
    page.keyboard.press("e")
    expect(people.status).to_have_text(re.compile("^No e-mail address of .* is known here.$"))


def test_who_types_or_holds_a_key_with_it_means_something_else(people, ids):
    page = people.page
    box = page.get_by_label("Find among the people loaded")
    box.press_sequentially("jk[?els")
    expect(box).to_have_value("jk[?els")
    box.fill("")
    page.get_by_role("main").click(position={"x": 5, "y": 5})
    for key in ("Control+e", "Alt+j", "Meta+l"):
        page.keyboard.press(key)
    page.locator(".switcher > summary").click()
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.closest('#rows')") is None
    expect(page.locator("dialog[open]")).to_have_count(0)
    box.evaluate("(box) => box.dispatchEvent(new Event('keydown', { bubbles: true }))")  # the browser fills in
    page.evaluate(_ALTGR)
    assert page.evaluate("document.activeElement.closest('#rows')") is None


def test_switched_off_only_the_arrows_act_and_only_in_the_list(people, ids):
    page = people.page
    page.keyboard.press("?")
    help_ = page.get_by_role("dialog", name="Keys and signs")
    expect(help_.get_by_role("heading", name="Keys and signs")).to_be_visible()
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(help_).to_be_hidden()
    page.evaluate("document.body.dataset.keys = 'off'")
    for key in ("j", "?", "/", "ArrowDown"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement === document.body")
    people.name(ids[0]).focus()
    page.keyboard.press("ArrowDown")
    expect(people.name(ids[1])).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("dialog", name="Go to")).to_be_visible()


def test_the_help_is_a_page_without_javascript(plain):
    plain.goto(known.group())
    plain.get_by_role("link", name="Keys and signs").click()
    expect(plain).to_have_url(re.compile("/keys/$"))
    expect(plain.get_by_text("copy the e-mail")).to_be_visible()


def test_axe_finds_nothing_in_the_help(page):
    page.goto("/keys/")
    axe.nothing_found(page)
    for word in WORDS.values():
        expect(page.get_by_role("term").filter(has_text=re.compile(f"^{word}$"))).to_be_visible()
    expect(page.locator(".keys dt > i:not([role=img][aria-label])")).to_have_count(0)
    page.goto(known.group())
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys and signs")).to_be_visible()
    axe.nothing_found(page, "dialog.help")
