"""The focus goes where the eye goes, whatever part of a page has changed."""

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e


def test_more_rows_leave_it_where_it_is(page):
    people = People(page).open(known.NORDIC)
    people.more.focus()
    with page.expect_response("**/prospects/?*"):
        page.keyboard.press("Enter")
    expect(people.coverage).to_contain_text("1")
    expect(people.more).to_be_focused()
    assert len(people.ids()) > 50


def test_a_panel_takes_it_to_the_name_and_gives_it_back(page):
    people = People(page).open(known.NORDIC)
    people.name(people.ids()[2]).focus()
    page.keyboard.press("Enter")
    expect(people.panel.name).to_be_focused()
    page.keyboard.press("Escape")
    expect(people.name(people.ids()[2])).to_be_focused()


WRONG = {
    "sign-in": ("/sign-in/", "Sign in", "email"),
    "account": ("/account/", "Change the password", "new"),
    "invitation": (f"{known.group()}team/", "Make an invitation", "email"),
    "audience": (f"{known.group()}audiences/new/", "Create audience", "name"),
    "link": (f"{known.audience(known.NORDIC)}share/", "Make the link", "title"),
}


@pytest.mark.parametrize("form", WRONG)
def test_a_form_that_comes_back_begins_at_its_first_error(visit, watch, form):
    watch.allow("^422 ")
    address, button, field = WRONG[form]
    page = visit(stranger=form == "sign-in")
    page.goto(address)
    with page.expect_navigation():
        page.get_by_role("button", name=button, exact=True).click()
    expect(page.locator(f"main [name={field}]")).to_be_focused()
    expect(page.locator(f"main [name={field}]")).to_have_attribute("aria-invalid", "true")
