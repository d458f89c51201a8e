"""Everything works without JavaScript: links and forms first."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People
from tests.e2e.serving import MEMBER
from tests.e2e.sidebar_page import Sidebar
from tests.e2e.sign_in_page import SignIn

pytestmark = pytest.mark.e2e


@pytest.fixture
def ids(sandbox) -> list[str]:
    return [str(found["id"]) for found in sandbox.people(known.NORDIC, 200)]


@pytest.fixture
def people(plain) -> People:
    return People(plain).open(known.NORDIC)


def test_signing_in_and_out(visit, dashboard):
    page = visit(stranger=True, java_script_enabled=False)
    page.goto("/")
    SignIn(page).fill(MEMBER, dashboard.password)
    Sidebar(page).audience("Nordic RevOps leads").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
    page.get_by_role("button", name="Sign out").click()
    expect(SignIn(page).button).to_be_visible()


def test_load_more_is_a_link_to_the_next_page(people, ids):
    assert people.ids() == ids[:50]
    people.page.get_by_role("link", name="Load more").click()
    expect(people.row(ids[50])).to_be_visible()
    assert people.ids() == ids[50:100]
    expect(people.coverage).to_have_text("Rows 51–100 of about 2,340")


def test_show_earlier_and_from_the_start_are_links(people, ids):
    for _ in range(2):
        people.page.get_by_role("link", name="Load more").click()
    expect(people.row(ids[100])).to_be_visible()
    people.page.get_by_role("link", name="Show earlier").click()
    expect(people.row(ids[50])).to_be_visible()
    people.page.get_by_role("link", name="From the start").click()
    expect(people.row(ids[0])).to_be_visible()


def test_a_person_is_a_page_with_previous_and_next_over_the_edge(people, ids):
    people.name(ids[49]).click()
    shown = people.page.locator("main [data-person]")
    expect(shown).to_have_attribute("data-person", ids[49])
    people.page.get_by_role("link", name="Next person").click()
    expect(shown).to_have_attribute("data-person", ids[50])
    people.page.get_by_role("link", name="Previous person").click()
    expect(shown).to_have_attribute("data-person", ids[49])
    people.page.get_by_role("link", name="Back to the list").click()
    expect(people.row(ids[49])).to_be_in_viewport()


def test_back_from_a_person_is_the_list(people, ids):
    people.page.get_by_role("link", name="Load more").click()
    people.name(ids[70]).click()
    expect(people.page.locator("main [data-person]")).to_have_attribute("data-person", ids[70])
    people.page.go_back()
    expect(people.row(ids[70])).to_be_attached()


def test_what_needs_scripts_is_not_shown(people, ids):
    expect(people.page.get_by_role("group", name="Theme")).to_be_hidden()
    expect(people.page.get_by_role("button", name=re.compile("^Copy"))).to_have_count(0)
    people.name(ids[0]).click()
    expect(people.page.locator("main [data-person]")).to_be_visible()
    expect(people.page.get_by_role("button", name=re.compile("^Copy"))).to_have_count(0)


def test_a_failure_in_mid_list_is_a_page_that_tries_again(visit, unsteady, api, watch):
    watch.allow("^503 ")
    people = People(visit(base_url=unsteady, java_script_enabled=False)).open(known.NORDIC)
    api.refuse("/prospects.*cursor=", 500)
    people.page.get_by_role("link", name="Load more").click()
    expect(people.page.get_by_role("alert").filter(has_text="trace-of-the-test")).to_be_visible()
    api.be_straight()
    people.page.get_by_role("link", name="Try again").click()
    expect(people.rows.first).to_be_visible()


def test_a_phone_has_everything_too(visit, ids):
    people = People(visit(width=375, height=740, java_script_enabled=False)).open(known.NORDIC)
    people.name(ids[0]).click()
    bar = people.page.get_by_role("navigation", name="This person")
    bar.get_by_role("link", name="Next").click()
    expect(people.page.locator("main [data-person]")).to_have_attribute("data-person", ids[1])
    assert people.page.locator("html").evaluate("(html) => html.scrollWidth") == 375
