"""Find among the people loaded so far, also among those whose pages have left the document."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e


@pytest.fixture
def people(page) -> People:
    return People(page)


def results(page: Page):
    return page.locator("#rows > .results > .person")


def press_box(page: Page) -> None:
    """With the mouse: what Playwright does to bring a box into view moves a page under one that sticks."""
    place = page.get_by_role("searchbox", name="Find among the people loaded").bounding_box()
    assert place
    page.mouse.click(place["x"] + 40, place["y"] + place["height"] / 2)


def find(page: Page, words: str) -> None:
    page.get_by_role("searchbox", name="Find among the people loaded").fill(words)


def test_somebody_on_a_far_page_is_found_shown_and_opened(people, sandbox):
    people.open(known.LARGE).scroll(1_200)
    page = people.page
    far = sandbox.people(known.LARGE, 10)[4]
    expect(people.row(str(far["id"]))).to_have_count(0)
    press_box(page)
    before = page.evaluate("scrollY")
    page.keyboard.type(str(far["name"]).upper())
    found = results(page).filter(has_text=str(far["name"])).first
    expect(found).to_be_in_viewport()
    expect(page.locator("#found")).to_have_text(re.compile(r"^\d+ found in 1,[\d,]+ loaded of about 100,000$"))
    found.get_by_role("link").first.click()
    people.panel.expect_person(str(far["id"]))
    page.keyboard.press("Escape")
    press_box(page)
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.press("Delete")
    expect(results(page)).to_have_count(0)
    assert page.evaluate("scrollY") == before
    assert "at=" in page.url


def test_words_in_any_order_and_without_their_accents(people):
    people.open(known.NORDIC)
    name = people.rows.filter(has_text=re.compile("[åäöøÅÄÖØé]")).first.locator("a.open").inner_text()
    plain = name.translate(str.maketrans("åäöÅÄÖé", "aaoAAOe"))
    find(people.page, " ".join(reversed(plain.split())))
    expect(results(people.page).filter(has_text=name).first).to_be_visible()


def test_nobody_is_said_so(people):
    people.open(known.NORDIC)
    find(people.page, "nobody is called like this")
    expect(people.page.locator("#found")).to_have_text("0 found in 50 loaded of about 2,340")


def test_the_rest_is_loaded_when_asked_for(people):
    people.open(known.SHORT)
    find(people.page, "a")
    people.page.get_by_role("button", name="Load the rest").click()
    expect(people.page.locator("#found")).to_have_text(re.compile("in 858 loaded of about 870$"), timeout=30_000)
    expect(people.page.get_by_role("button", name="Load the rest")).to_be_hidden()
