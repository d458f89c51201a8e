"""What a person's dashboard remembers: recent and starred audiences, folders, theme, columns, close rows."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.axe import PEOPLE, nothing_found
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
NORDIC = "Nordic RevOps leads"


def star(page):
    return page.get_by_role("main").get_by_role("button", name="Star", exact=True)


def view(page):
    return page.locator(".view > summary")


def kept(page):
    """Waits for what the page tells the server by itself."""
    return page.expect_response("**/account/preferences/")


def test_a_star_by_keyboard_stays_in_every_browser_and_is_nobody_elses(page, visit, member):
    page.goto(known.audience(known.NORDIC))
    expect(Sidebar(page).mine("Starred")).to_have_count(0)
    star(page).focus()
    page.keyboard.press("Enter")
    expect(star(page)).to_have_attribute("aria-pressed", "true")
    expect(star(page)).to_be_focused()
    assert star(page).inner_text() == "Starred"
    expect(Sidebar(page).mine("Starred")).to_have_text([NORDIC])
    expect(page.get_by_role("status").first).to_have_text("Starred.")
    expect(Sidebar(page).current).to_have_count(1)
    there, theirs = visit(), visit(cookies=member)
    for one, starred in ((page, [NORDIC]), (there, [NORDIC]), (theirs, [])):
        one.goto(known.group())
        expect(Sidebar(one).mine("Starred")).to_have_text(starred)
    page.go_back()
    page.keyboard.press("Tab")
    star(page).press("Enter")
    expect(Sidebar(page).mine("Starred")).to_have_count(0)
    assert star(page).inner_text() == "Star"


def test_a_star_that_does_not_arrive_is_put_back_and_can_be_tried_again(page, watch):
    watch.allow("failed .*/star/")
    page.goto(known.audience(known.NORDIC))
    page.context.set_offline(True)
    star(page).click()
    expect(page.get_by_role("alert").filter(has_text="could not be reached")).to_be_visible()
    expect(star(page)).to_have_attribute("aria-pressed", "false")
    page.context.set_offline(False)  # what changes something is not tried again by itself
    page.evaluate("dispatchEvent(new Event('online'))")
    expect(star(page)).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Try again").click()
    expect(Sidebar(page).mine("Starred")).to_have_text([NORDIC])
    expect(star(page)).to_have_attribute("aria-pressed", "true")


def test_a_star_that_arrives_by_its_own_button_takes_the_notice_away(page, watch):
    watch.allow("failed .*/star/")
    page.goto(known.audience(known.NORDIC))
    page.route("**/star/", lambda route: route.abort())
    star(page).click()
    expect(page.get_by_role("button", name="Try again")).to_be_visible()
    page.unroute_all()
    star(page).click()
    expect(Sidebar(page).mine("Starred")).to_have_text([NORDIC])
    expect(page.get_by_role("button", name="Try again")).to_have_count(0)


def test_the_filter_shows_nothing_twice(page):
    page.goto(known.audience(known.NORDIC))
    sidebar = Sidebar(page)
    expect(sidebar.mine("Recent")).to_have_text([NORDIC])
    sidebar.find.press_sequentially("nordic revops")
    assert sidebar.shown() == [NORDIC]
    sidebar.find.press("Escape")
    expect(sidebar.mine("Recent")).to_be_visible()


def choose(page):
    """Folders closed, dark, no place, close rows; gives how many requests the two folders cost."""
    requests = []
    page.on("request", lambda request: requests.append(request.url) if "preferences" in request.url else None)
    with kept(page):
        for folder in ("Partners", "Hiring"):
            Sidebar(page).folder(folder).locator("summary").click()
    cost = len(requests)
    with kept(page):
        page.get_by_role("button", name="Dark").click()
    view(page).click()
    for box in ("Place", "Compact"):
        with kept(page):
            page.get_by_label(box, exact=True).click()
    return cost


def expect_chosen(page, is_chosen):
    row = People(page).rows.first
    expect(row.locator(".place")).to_be_visible(visible=not is_chosen)
    assert row.bounding_box()["height"] == (37 if is_chosen else 45)
    expect(Sidebar(page).audience("Resellers Japan")).to_be_visible(visible=not is_chosen)
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ("dark" if is_chosen else "")


def test_what_was_chosen_is_there_in_another_browser_and_is_nobody_elses(page, visit, member):
    People(page).open(known.NORDIC)
    assert choose(page) == 1
    expect_chosen(page, True)
    for one, is_own in ((visit(), True), (visit(cookies=member), False)):
        People(one).open(known.NORDIC)
        expect_chosen(one, is_own)


@pytest.mark.parametrize("is_beside", [False, True])
def test_a_place_far_down_is_kept_when_rows_come_closer(page, is_beside):
    people = People(page).open(known.NORDIC)
    people.scroll(260)
    page.evaluate("scrollBy(0, -4000)")  # at the end the list would become too short
    person = people.expect_place_kept()
    if is_beside:
        people.name(person).focus()
        page.keyboard.press("Enter")
        people.panel.expect_person(person)
    view(page).focus()
    page.keyboard.press("Enter")
    page.get_by_label("Compact").focus()
    top = people.row(person).bounding_box()["y"]
    page.keyboard.press("Space")
    expect(people.row(person)).to_have_css("height", "37px")
    assert abs(people.row(person).bounding_box()["y"] - top) < 3


def test_what_a_browser_had_kept_before_is_taken_over_once(visit):
    page = visit()
    page.goto("/account/")
    page.evaluate("() => { localStorage.clear(); localStorage.theme = 'dark'; localStorage.folds = '[]'; }")
    with kept(page):
        page.goto(known.group())
    assert page.evaluate("[document.documentElement.dataset.theme, localStorage.folds ?? '']") == ["dark", ""]
    with kept(page):
        page.get_by_role("button", name="System").click()
    page.evaluate("localStorage.theme = 'dark'")
    page.reload()
    assert page.evaluate("document.documentElement.dataset.theme ?? ''") == ""


def test_what_did_not_arrive_is_older_than_a_form_and_forgotten_with_the_rest(page, watch):
    watch.allow("failed .*/account/preferences/")
    page.goto("/account/")
    for button, theme in (("Save", "Light"), ("Forget all of it", "As the system")):
        page.route("**/account/preferences/", lambda route: route.abort() if _is_fetch(route) else route.continue_())
        page.evaluate("tell('prefer', { theme: 'dark' })")
        page.wait_for_function("sessionStorage.unsent === 'theme=dark'")
        page.get_by_label("Light").check()
        page.get_by_role("button", name=button, exact=True).click()
        expect(page.get_by_role("status").first).to_contain_text(re.compile("kept|forgotten"))
        assert page.evaluate("sessionStorage.unsent") == ""
        page.unroute_all()
        page.reload()
        expect(page.get_by_label(theme)).to_be_checked()


def _is_fetch(route):
    return "hx-request" in route.request.headers


def test_without_javascript_star_and_columns_are_forms(plain):
    plain.goto(known.audience(known.NORDIC))
    star(plain).click()
    expect(star(plain)).to_have_attribute("aria-pressed", "true")
    expect(Sidebar(plain).mine("Starred")).to_have_text([NORDIC])
    view(plain).click()
    plain.get_by_label("E-mail", exact=True).uncheck()
    plain.get_by_role("button", name="Apply").click()
    expect(plain).to_have_url(re.compile(known.audience(known.NORDIC) + "$"))
    expect(People(plain).rows.first.locator(".mail")).to_be_hidden()


def test_one_click_on_the_account_page_forgets_all_of_it(plain):
    plain.goto(known.audience(known.NORDIC))
    plain.goto("/account/")
    plain.get_by_label("Dark").check()
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.get_by_text("It is kept")).to_be_visible()
    expect(plain.get_by_label("Dark")).to_be_checked()
    plain.get_by_role("button", name="Forget all of it").click()
    expect(plain.get_by_text("Everything that was remembered of you is forgotten.")).to_be_visible()
    expect(plain.get_by_label("As the system")).to_be_checked()
    plain.goto(known.group())
    expect(plain.locator("#mine a")).to_have_count(0)


def test_on_a_phone_a_star_is_given_and_found(phone):
    phone.goto(known.audience(known.NORDIC))
    assert star(phone).bounding_box()["height"] >= 44
    star(phone).tap()
    expect(star(phone)).to_have_attribute("aria-pressed", "true")
    expect(view(phone)).to_be_hidden()
    phone.get_by_role("button", name="Audiences").tap()
    expect(Sidebar(phone).mine("Starred")).to_have_text([NORDIC])
    assert phone.evaluate("document.documentElement.scrollWidth") == 375
    phone.goto("/account/")
    assert phone.get_by_text("Comfortable").bounding_box()["height"] >= 44
    assert phone.evaluate("document.documentElement.scrollWidth") == 375


def test_axe_finds_nothing(visit):
    page = visit(reduced_motion="reduce")
    page.goto(known.audience(known.EMPTY))
    page.goto(known.audience(known.NORDIC))
    star(page).click()
    expect(Sidebar(page).mine("Starred")).to_have_text([NORDIC])
    view(page).click()
    nothing_found(page, "main", without=PEOPLE)
    nothing_found(page, "#navigation")
