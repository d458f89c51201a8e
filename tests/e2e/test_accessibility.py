"""axe-core finds nothing: every page, panel and state, in both themes, on a desk and on a phone."""

from collections.abc import Sequence
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, ViewportSize, expect

from tests.e2e import known
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
Look = tuple[ViewportSize, Literal["light", "dark"], dict[str, object]]
STATES = {"400": 503, "401": 503, "403": 503, "404": 404, "409": 200, "429": 503, "500": 503, "502": 503}
STATES |= {"c0de": 503, "47e1": 503, "e000": 200}
_SCRIPT = Axe().axe_script
_RUN = "([part, options]) => axe.run(part, options)"
_OPTIONS: dict[str, object] = {"resultTypes": ["violations"], "preload": False}
# the structure is the same in both themes; colours are not
_COLOURS = _OPTIONS | {"runOnly": ["color-contrast"]}
_SHAPE = _OPTIONS | {"rules": {"color-contrast": {"enabled": False}}}
_DESK, _PHONE = ViewportSize(width=1440, height=900), ViewportSize(width=375, height=740)
TWO_LOOKS: tuple[Look, ...] = ((_DESK, "light", _OPTIONS), (_PHONE, "dark", _OPTIONS))
FOUR_LOOKS = (*TWO_LOOKS, (_PHONE, "light", _COLOURS), (_DESK, "dark", _COLOURS))


@pytest.fixture
def page(visit) -> Page:
    return visit(reduced_motion="reduce")


@pytest.fixture
def stranger(visit) -> Page:
    """Somebody who is not signed in."""
    return visit(stranger=True, reduced_motion="reduce")


def _nothing_found(page: Page, part: str = "main", looks: Sequence[Look] = TWO_LOOKS) -> None:
    """Look at what stands on the page in these sizes and themes."""
    page.evaluate(_SCRIPT)
    found = []
    for size, theme, options in looks:
        page.set_viewport_size(size)
        page.emulate_media(color_scheme=theme)
        violations = page.evaluate(_RUN, [part, options])["violations"]
        found += [(size["width"], theme, one["id"], [node["html"] for node in one["nodes"]]) for one in violations]
    assert found == []


def test_sign_in(stranger):
    stranger.goto("/sign-in/")
    _nothing_found(stranger, "html", FOUR_LOOKS)


def test_sign_in_that_failed(stranger, watch):
    watch.allow("^422 ")
    stranger.goto("/sign-in/")
    stranger.get_by_role("button", name="Sign in").click()
    expect(stranger.get_by_text("This field is required")).to_have_count(2)
    _nothing_found(stranger)


@pytest.mark.parametrize("query", ["", "?q=nordics", "?q=nothing+like+it"])
def test_the_list_of_audiences(page, query):
    page.goto(known.group() + query)
    _nothing_found(page, looks=FOUR_LOOKS)


def test_an_audience_and_the_sidebar_beside_it(page):
    page.goto(known.audience(known.NORDIC))
    page.get_by_text("Details", exact=True).click()
    _nothing_found(page, "html", FOUR_LOOKS)


def test_an_audience_opened_in_the_middle(page, sandbox):
    People(page).open(known.SHORT, at=sandbox.cursor_after(known.SHORT, 17))
    _nothing_found(page)


def test_the_open_sidebar_of_a_phone(visit):
    phone = visit(width=375, height=740, reduced_motion="reduce")
    phone.goto(known.group())
    phone.get_by_role("button", name="Audiences").click()
    expect(Sidebar(phone).find).to_be_visible()
    _nothing_found(phone, "html", ((_PHONE, "light", _OPTIONS), (_PHONE, "dark", _COLOURS)))


def test_the_panel_beside_the_list(page, sandbox):
    people = People(page).open(known.NORDIC)
    person = str(sandbox.people(known.NORDIC, 20)[0]["id"])
    people.name(person).click()
    people.panel.expect_person(person)
    _nothing_found(page, "html", FOUR_LOOKS)


def test_a_persons_own_page(page, sandbox):
    page.goto(known.person(known.NORDIC, str(sandbox.people(known.NORDIC, 20)[11]["id"])))
    _nothing_found(page, looks=FOUR_LOOKS)


@pytest.mark.parametrize("state", STATES)
def test_every_state(page, watch, state):
    status = STATES[state]
    watch.allow(rf"^{status} ")
    answer = page.goto(known.audience("57a7e5".ljust(24 - len(state), "0") + state))
    assert answer.status == status
    _nothing_found(page)


def test_a_cursor_that_is_none(page, watch):
    watch.allow("^404 ")
    page.goto(known.audience(known.NORDIC) + "?at=nonsense")
    expect(page.get_by_role("link", name="Start at the top")).to_be_visible()
    _nothing_found(page)


def test_a_page_that_is_not_there(page, watch):
    watch.allow("^404 ")
    page.goto(known.group("67c956002e0ae32747922f99"))
    _nothing_found(page)


def test_somebody_who_is_gone(page, watch):
    watch.allow("^404 ")
    page.goto(known.person(known.EMPTY, "nobody"))
    _nothing_found(page)


def test_a_failure_in_mid_list(visit, unsteady, api, watch):
    watch.allow("^503 ")
    page = visit(base_url=unsteady, reduced_motion="reduce")
    api.refuse("cursor=", 500)
    People(page).open(known.NORDIC).scroll_to_end()
    expect(page.get_by_role("alert").filter(has_text="Try again")).to_be_visible()
    _nothing_found(page)


def test_every_component(page):
    page.goto("/components/")  # shows both themes at once
    _nothing_found(page, "html", ((_DESK, "light", _OPTIONS), (_PHONE, "dark", _SHAPE)))
