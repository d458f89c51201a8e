"""One person beside the list: opening, stepping, closing, and what the address and the focus do meanwhile."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e


@pytest.fixture
def ids(sandbox) -> list[str]:
    """The people of the Nordic audience in their order."""
    return [str(found["id"]) for found in sandbox.people(known.NORDIC, 200)]


@pytest.fixture
def people(page) -> People:
    return People(page).open(known.NORDIC)


def test_a_click_anywhere_in_the_row_opens_its_person(people, ids):
    people.row(ids[4]).get_by_role("cell").nth(2).click()
    people.panel.expect_person(ids[4])
    expect(people.page).to_have_url(re.compile(rf"/prospects/{ids[4]}/"))
    expect(people.panel.name).to_be_focused()
    expect(people.row(ids[4])).to_have_attribute("aria-current", "true")


def test_enter_on_the_name_opens_and_escape_gives_the_focus_back(people, ids):
    people.name(ids[3]).press("Enter")
    people.panel.expect_person(ids[3])
    expect(people.panel.name).to_be_focused()
    people.page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(people.name(ids[3])).to_be_focused()
    expect(people.page).to_have_url(re.compile(rf"{known.NORDIC}/$"))
    expect(people.row(ids[3])).not_to_have_attribute("aria-current", "true")


def test_the_cross_closes(people, ids):
    people.name(ids[0]).click()
    people.panel.close.click()
    people.panel.expect_closed()
    expect(people.name(ids[0])).to_be_focused()


def test_back_closes_and_forward_opens_again(people, ids):
    people.name(ids[2]).click()
    people.panel.expect_person(ids[2])
    people.page.go_back()
    people.panel.expect_closed()
    expect(people.name(ids[2])).to_be_focused()
    people.page.go_forward()
    people.panel.expect_person(ids[2])


def test_next_and_previous_step_through_the_list_within_one_entry_of_the_history(people, ids):
    people.name(ids[0]).click()
    expect(people.panel.previous).to_have_count(0)
    for stop in ids[1:4]:
        people.panel.next.press("Enter")
        people.panel.expect_person(stop)
        expect(people.panel.next).to_be_focused()
    people.panel.previous.click()
    people.panel.expect_person(ids[2])
    people.page.go_back()
    people.panel.expect_closed()
    expect(people.name(ids[2])).to_be_focused()


def test_a_step_is_announced_by_name(people, ids, sandbox):
    people.name(ids[0]).click()
    people.panel.next.click()
    expect(people.status).to_have_text(sandbox.people(known.NORDIC, 200)[1]["name"])


def test_next_goes_over_the_edge_of_a_page(people, ids):
    people.name(ids[49]).click()
    people.panel.next.click()
    people.panel.expect_person(ids[50])
    expect(people.row(ids[50])).to_have_attribute("aria-current", "true")
    people.expect_in_view(ids[50])
    people.panel.previous.click()
    people.panel.expect_person(ids[49])
    people.expect_in_view(ids[49])


def test_previous_brings_the_page_before_and_only_that(page, sandbox, ids, watch):
    people = People(page).open(known.NORDIC)
    people.scroll(200)
    people.open(known.NORDIC, at=sandbox.cursor_after(known.NORDIC, 2))
    people.name(ids[100]).click()
    asked = len(watch.requests)
    people.panel.previous.click()
    people.panel.expect_person(ids[99])
    people.expect_in_view(ids[99])
    expect(people.row(ids[99])).to_have_attribute("aria-current", "true")
    pages = [one for one in watch.requests[asked:] if "cursor=" in one and "open=" not in one]
    assert len([one for one in pages if "earlier=" in one]) == 1
    assert len(pages) <= 2  # and the one below, which is near enough


def test_next_after_scrolling_far_away_brings_the_row_back(page, sandbox):
    people = People(page).open(known.LARGE)
    ids = [str(found["id"]) for found in sandbox.people(known.LARGE, 60)]
    people.name(ids[49]).click()
    people.panel.expect_person(ids[49])
    people.scroll(800)
    expect(people.row(ids[50])).to_have_count(0)
    people.panel.next.click()
    people.panel.expect_person(ids[50])
    people.expect_in_view(ids[50])
    expect(people.row(ids[50])).to_have_attribute("aria-current", "true")


def test_the_list_beside_an_open_person_scrolls_on_undisturbed(page, sandbox):
    people = People(page).open(known.LARGE)
    first = str(sandbox.people(known.LARGE, 1)[0]["id"])
    people.name(first).click()
    people.panel.expect_person(first)
    people.scroll_to_end()
    before = page.evaluate("scrollY")
    expect(people.rows.nth(99)).to_be_attached()
    assert page.evaluate("scrollY") == before > 1000
    assert len(people.scroll(300)["ids"]) >= 300
    people.scroll_to_end()  # pages that are at hand come together: one may have seen 300 without leaving the first
    page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(page).to_have_url(re.compile(r"\?at="))


def test_from_1180_pixels_the_panel_is_docked_and_the_list_stays_clickable(visit, ids):
    people = People(visit(width=1180)).open(known.NORDIC)
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    expect(people.page.locator("dialog:modal")).to_have_count(0)
    people.name(ids[5]).click()
    people.panel.expect_person(ids[5])
    expect(people.page.locator("[data-prospect][aria-current]")).to_have_count(1)
    people.expect_in_view(ids[5])


def test_below_1180_pixels_it_is_a_modal_sheet_that_one_escape_closes(visit, ids):
    page = visit(width=1179)
    page.goto(known.group())
    people = People(page).open(known.NORDIC)
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    expect(page.locator("dialog:modal")).to_have_count(1)
    page.keyboard.press("Escape")
    people.panel.expect_closed()
    expect(page).to_have_url(re.compile(rf"{known.NORDIC}/$"))
    expect(people.name(ids[1])).to_be_focused()


def test_a_window_made_narrow_makes_the_panel_a_sheet(people, ids):
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    people.page.set_viewport_size({"width": 1000, "height": 800})
    expect(people.page.locator("dialog:modal")).to_have_count(1)
    people.page.set_viewport_size({"width": 1440, "height": 900})
    expect(people.page.locator("dialog:modal")).to_have_count(0)
    people.panel.expect_person(ids[1])


def test_on_a_phone_it_fills_the_screen_with_a_bar_at_the_foot(phone, ids):
    people = People(phone).open(known.NORDIC)
    people.row(ids[0]).tap()
    people.panel.expect_person(ids[0])
    assert _box(phone, "#panel") == (0, 0, 375, 740)
    bar = phone.get_by_role("navigation", name="This person")
    assert _box(phone, ".person-bar")[1:] == (740 - 56, 375, 56)
    bar.get_by_role("link", name="Next").tap()
    people.panel.expect_person(ids[1])
    expect(bar).to_be_in_viewport(ratio=1)


def _box(page: Page, selector: str) -> tuple[float, ...]:
    page.wait_for_function("() => document.getAnimations().length === 0")
    box = page.locator(selector).bounding_box() or {}
    return tuple(box[side] for side in ("x", "y", "width", "height"))


def test_a_control_click_opens_a_tab_of_its_own(people, ids):
    with people.page.context.expect_page() as opened:
        people.name(ids[2]).click(modifiers=["ControlOrMeta"])
    expect(opened.value).to_have_url(re.compile(rf"/prospects/{ids[2]}/"))
    expect(opened.value.locator("main [data-person]")).to_have_attribute("data-person", ids[2])
    people.panel.expect_closed()


def test_marking_text_opens_nobody(people, ids):
    box = people.row(ids[0]).locator(".role .under").bounding_box()
    middle = box["y"] + box["height"] / 2
    people.page.mouse.move(box["x"] + 2, middle)
    people.page.mouse.down()
    people.page.mouse.move(box["x"] + 60, middle, steps=4)
    people.page.mouse.up()
    assert people.page.evaluate("getSelection().toString()")
    people.panel.expect_closed()
    expect(people.page).to_have_url(re.compile(rf"{known.NORDIC}/$"))


def test_the_person_clicked_last_is_shown_though_the_first_comes_later(people, ids):
    held = []
    people.page.route(f"**/prospects/{ids[0]}/**", lambda route: held.append(route))
    people.name(ids[0]).click()
    people.name(ids[1]).click()
    people.panel.expect_person(ids[1])
    with people.page.expect_response(f"**/prospects/{ids[0]}/**"):
        held[0].continue_()
    people.page.wait_for_function("() => !document.querySelector('.htmx-request')")
    people.panel.expect_person(ids[1])
    expect(people.page).to_have_url(re.compile(ids[1]))


def test_closing_while_the_next_person_is_on_the_way_stays_closed(people, ids):
    held = []
    people.name(ids[0]).click()
    people.panel.expect_person(ids[0])
    people.page.route(f"**/prospects/{ids[1]}/**", lambda route: held.append(route))
    people.panel.next.click()
    people.page.keyboard.press("Escape")
    people.panel.expect_closed()
    with people.page.expect_response(f"**/prospects/{ids[1]}/**"):
        held[0].continue_()
    people.page.wait_for_function("() => !document.querySelector('.htmx-request')")
    people.panel.expect_closed()
    expect(people.page).to_have_url(re.compile(rf"{known.NORDIC}/$"))


@pytest.mark.parametrize("width", [1440, 1000, 375])
def test_offline_the_panel_says_so_and_trying_again_works(visit, ids, watch, width):
    watch.allow("^failed .*ERR_INTERNET_DISCONNECTED")
    people = People(visit(width=width)).open(known.NORDIC)
    people.name(ids[0]).click()
    people.panel.expect_person(ids[0])
    people.page.route("**/prospects/**", lambda route: route.abort("internetdisconnected"))
    people.panel.dialog.locator("[rel=next]:visible").click()
    notice = people.page.get_by_role("alert").filter(has_text="could not be reached")
    expect(notice).to_be_visible()
    people.panel.dialog.locator("[rel=next]:visible").click(trial=True)  # not covered by the notice
    people.page.unroute("**/prospects/**")
    notice.get_by_role("button", name="Try again").click()
    people.panel.expect_person(ids[1])
    expect(notice).to_be_hidden()


def test_somebody_who_is_gone_is_said_to_be_gone(people, ids, watch):
    watch.allow("^404 .*/prospects/nobody/")
    people.page.route(
        f"**/prospects/{ids[0]}/", lambda route: route.continue_(url=route.request.url.replace(ids[0], "nobody"))
    )
    people.name(ids[0]).click()
    expect(people.panel.dialog.get_by_role("alert")).to_contain_text("All 2,340 people")
    people.panel.dialog.get_by_role("link", name="To the list", exact=True).click()
    people.panel.expect_closed()
