"""A person's own address: opened by itself, reloaded, and left again, with a cache that knows nothing."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
PLACE = 1730


@pytest.fixture
def somebody(sandbox) -> str:
    """The person at place 1,730 of 2,340."""
    return str(sandbox.people(known.NORDIC, PLACE)[-1]["id"])


@pytest.fixture
def at(sandbox) -> str:
    """The cursor of their page."""
    return str(sandbox.cursor_after(known.NORDIC, (PLACE - 1) // 50))


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("hinted", [True, False])
def test_person_1730_opens_by_their_address_on_a_cold_cache(visit, unsteady, api, somebody, at, javascript, hinted):
    page = visit(base_url=unsteady, java_script_enabled=javascript)
    page.goto(known.person(known.NORDIC, somebody) + (f"?at={at}" if hinted else ""))
    expect(page.locator("main [data-person]")).to_have_attribute("data-person", somebody)
    asked = len([call for call in api.calls if "/prospects" in call])
    assert asked == (1 if hinted else 35)


@pytest.mark.parametrize("javascript", [True, False])
def test_from_their_own_page_the_way_back_shows_their_row(visit, unsteady, api, somebody, at, javascript):
    page = visit(base_url=unsteady, java_script_enabled=javascript)
    page.goto(known.person(known.NORDIC, somebody) + f"?at={at}")
    page.get_by_role("link", name="Back to the list").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
    People(page).expect_in_view(somebody) if javascript else expect(
        page.locator(f"#prospect-{somebody}")
    ).to_be_in_viewport()


@pytest.mark.parametrize("javascript", [True, False])
def test_previous_and_next_work_on_a_cold_cache(visit, unsteady, api, sandbox, somebody, at, javascript):
    page = visit(base_url=unsteady, java_script_enabled=javascript)
    page.goto(known.person(known.NORDIC, somebody) + f"?at={at}")
    around = [str(found["id"]) for found in sandbox.people(known.NORDIC, PLACE + 1)]
    for name, wanted in (
        ("Next person", around[PLACE]),
        ("Previous person", somebody),
        ("Previous person", around[PLACE - 2]),
    ):
        page.locator(".bar").get_by_role("link", name=name).click()
        expect(page.locator("main [data-person]")).to_have_attribute("data-person", wanted)


def test_after_a_reload_back_gives_the_list_with_the_row_in_view(visit, unsteady, api, somebody, at):
    people = People(visit(base_url=unsteady)).open(known.NORDIC, at=at)
    people.name(somebody).click()
    people.panel.expect_person(somebody)
    people.page.reload()
    expect(people.page.locator("main [data-person]")).to_have_attribute("data-person", somebody)
    people.page.go_back()
    expect(people.page.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
    people.expect_in_view(somebody)


def test_after_stepping_and_a_reload_back_shows_the_row_stepped_to(page, sandbox):
    people = People(page).open(known.NORDIC)
    ids = [str(found["id"]) for found in sandbox.people(known.NORDIC, 80)]
    people.name(ids[49]).click()
    people.panel.expect_person(ids[49])
    for wanted in ids[50:54]:
        people.panel.next.click()
        people.panel.expect_person(wanted)
    page.reload()
    expect(page.locator("main [data-person]")).to_have_attribute("data-person", ids[53])
    page.go_back()
    people.expect_in_view(ids[53])


def test_forward_to_a_reloaded_person_and_back_again(page, sandbox):
    people = People(page).open(known.NORDIC)
    somebody = str(sandbox.people(known.NORDIC, 5)[4]["id"])
    people.name(somebody).click()
    people.panel.expect_person(somebody)
    page.reload()
    page.go_back()
    people.expect_in_view(somebody)
    page.go_forward()
    expect(page.locator("[data-person]")).to_have_attribute("data-person", somebody)
    page.go_back()
    people.expect_in_view(somebody)


def test_escape_on_their_own_page_leads_to_the_list(page, sandbox):
    somebody = str(sandbox.people(known.NORDIC, 60)[59]["id"])
    page.goto(known.person(known.NORDIC, somebody))
    page.keyboard.press("Escape")
    expect(page).to_have_url(re.compile(rf"{known.NORDIC}/\?at="))
    People(page).expect_in_view(somebody)


def test_the_skip_link_of_their_own_page_stays_there(page, sandbox, watch):
    somebody = str(sandbox.people(known.NORDIC, 5)[4]["id"])
    page.goto(known.person(known.NORDIC, somebody))
    loads = len([one for one in watch.requests if somebody in one])
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()
    assert len([one for one in watch.requests if somebody in one]) == loads


def test_somebody_who_never_was_is_said_to_be_gone(page, watch):
    watch.allow("^404 .*/prospects/nobody/")
    page.goto(known.person(known.EMPTY, "nobody"))
    expect(page.locator("#person-name")).to_have_text("No longer in this audience")
