"""axe-core finds nothing: every page, panel and state, in both themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.axe import ALL, COLOURS, DESK, FOUR_LOOKS, PEOPLE, PHONE, SHAPE, nothing_found
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
STATES = {"400": 503, "401": 503, "403": 503, "404": 404, "409": 200, "429": 503, "500": 503, "502": 503}
STATES |= {"c0de": 503, "47e1": 503, "e000": 200}


@pytest.fixture
def page(visit) -> Page:
    return visit(reduced_motion="reduce")


@pytest.fixture
def stranger(visit) -> Page:
    """Somebody who is not signed in."""
    return visit(stranger=True, reduced_motion="reduce")


def test_sign_in(stranger):
    stranger.goto("/sign-in/")
    nothing_found(stranger, "html", FOUR_LOOKS)


def test_sign_in_that_failed(stranger, watch):
    watch.allow("^422 ")
    stranger.goto("/sign-in/")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_text("This field is required")).to_have_count(2)
    nothing_found(stranger)


@pytest.mark.parametrize("query", ["", "?q=nordics", "?q=nothing+like+it"])
def test_the_list_of_audiences(page, query):
    page.goto(known.group() + query)
    nothing_found(page, looks=FOUR_LOOKS)


def test_an_audience_and_the_sidebar_beside_it(page):
    page.goto(known.audience(known.NORDIC))
    page.get_by_text("Details", exact=True).click()
    nothing_found(page, "html", FOUR_LOOKS)


def test_an_audience_opened_in_the_middle(page, sandbox):
    People(page).open(known.SHORT, at=sandbox.cursor_after(known.SHORT, 17))
    nothing_found(page, without=PEOPLE)


def test_the_open_sidebar_of_a_phone(visit):
    phone = visit(width=375, height=740, reduced_motion="reduce")
    phone.goto(known.group())
    phone.get_by_role("button", name="Audiences").click()
    expect(Sidebar(phone).find).to_be_visible()
    nothing_found(phone, "html", ((PHONE, "light", ALL), (PHONE, "dark", COLOURS)))


def test_the_panel_beside_the_list(page, sandbox):
    people = People(page).open(known.NORDIC)
    person = str(sandbox.people(known.NORDIC, 20)[0]["id"])
    people.name(person).click()
    people.panel.expect_person(person)
    nothing_found(page, "html", FOUR_LOOKS)


def test_a_persons_own_page(page, sandbox):
    page.goto(known.person(known.NORDIC, str(sandbox.people(known.NORDIC, 20)[11]["id"])))
    nothing_found(page, looks=FOUR_LOOKS)


@pytest.mark.parametrize("state", STATES)
def test_every_state(page, watch, state):
    status = STATES[state]
    watch.allow(rf"^{status} ")
    answer = page.goto(known.audience("57a7e5".ljust(24 - len(state), "0") + state))
    assert answer.status == status
    nothing_found(page)


def test_a_cursor_that_is_none(page, watch):
    watch.allow("^404 ")
    page.goto(known.audience(known.NORDIC) + "?at=nonsense")
    expect(page.get_by_role("link", name="Start at the top")).to_be_visible()
    nothing_found(page)


def test_a_page_that_is_not_there(page, watch):
    watch.allow("^404 ")
    page.goto(known.group("67c956002e0ae32747922f99"))
    nothing_found(page)


def test_somebody_who_is_gone(page, watch):
    watch.allow("^404 ")
    page.goto(known.person(known.EMPTY, "nobody"))
    nothing_found(page)


def test_a_failure_in_mid_list(visit, unsteady, api, watch):
    watch.allow("^503 ")
    page = visit(base_url=unsteady, reduced_motion="reduce")
    api.refuse("cursor=", 500)
    People(page).open(known.NORDIC).scroll_to_end()
    expect(page.get_by_role("alert").filter(has_text="Try again")).to_be_visible()
    nothing_found(page, without=PEOPLE)


def test_every_component(page):
    page.goto("/components/")  # shows both themes at once
    nothing_found(page, "html", ((DESK, "light", ALL), (PHONE, "dark", SHAPE)))
