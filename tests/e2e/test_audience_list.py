"""The list of audiences: by scrolling, by searching, by folder."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import known

pytestmark = pytest.mark.e2e
FLIPPING = "57a7e500000000000000f11b"  # ready every other 20 s


def _rows(page: Page) -> Locator:
    return page.get_by_role("table", name="Audiences").locator(".row")


def _ids(page: Page) -> list[str]:
    found = _rows(page).locator(".open").evaluate_all("(links) => links.map((link) => link.pathname.split('/').at(-2))")
    return [str(one) for one in found if one != FLIPPING]


def _every(navigation) -> list[str]:
    folders = [audience for folder in navigation["folders"] for audience in folder["audiences"]]
    return [one["id"] for one in folders + navigation["ungroupedAudiences"] if one["id"] != FLIPPING]


def test_scrolling_shows_every_audience_once(page, sandbox):
    page.goto(known.group())
    while page.locator("a#more").count():
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(20)
    expect(page.locator("#more")).to_have_text("That is all")
    assert sorted(_ids(page)) == sorted(_every(sandbox.navigation()))


@pytest.mark.parametrize("javascript", [True, False])
def test_a_search_says_how_many_of_all_fit(visit, javascript):
    page = visit(java_script_enabled=javascript)
    page.goto(known.group())
    page.get_by_role("main").get_by_role("searchbox").fill("nordics")
    page.get_by_role("button", name="Apply").click()
    page.wait_for_url("**q=nordics**")
    expect(_rows(page).first).to_be_visible()
    shown = _rows(page).count()
    assert 0 < shown < 20
    expect(page.locator(".coverage")).to_have_text(re.compile(rf"^{shown} of 15\d audiences"))
    page.get_by_role("link", name="Clear").click()
    expect(_rows(page).nth(shown)).to_be_attached()


def test_filter_and_order_go_together(page):
    page.goto(known.group())
    page.get_by_role("combobox", name="Order").select_option("Largest first")
    page.get_by_role("combobox", name="Folder").select_option("Partners")
    page.get_by_role("button", name="Apply").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partners")
    counts = [int(text.replace(",", "")) for text in _rows(page).locator(".number").all_inner_texts()]
    assert counts == sorted(counts, reverse=True)
    assert len(counts) == 11


def test_a_folders_name_leads_to_its_page(page):
    page.goto(known.group())
    page.get_by_role("navigation", name="Audiences").get_by_role("link", name="Partners", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Partners")
    expect(_rows(page)).to_have_count(11)
    expect(page.locator(".masthead")).to_contain_text("On demand")
    expect(page.locator(".masthead")).to_contain_text(re.compile(r"created \d+ \w+ \d{4}"))
    expect(page.locator(".masthead")).to_contain_text(re.compile(r"updated \d+ \w+ \d{4}"))


def test_nothing_that_fits_is_said_with_a_way_out(page):
    page.goto(f"{known.group()}?q=there+is+no+such+audience")
    expect(page.get_by_role("heading", name="No audience fits")).to_be_visible()
    page.get_by_role("link", name="Show all audiences").click()
    expect(_rows(page).first).to_be_visible()


def test_a_row_leads_to_its_audience(page):
    page.goto(f"{known.group()}?q=agencies+emea")
    _rows(page).get_by_role("link", name="Agencies EMEA").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Agencies EMEA")


def test_a_page_that_fails_keeps_the_audiences_and_can_be_tried_again(visit, unsteady, api, watch):
    watch.allow("^503 ")
    page = visit(base_url=unsteady)
    api.refuse("/audiences\\?.*cursor=", 503)
    page.goto(known.group())
    page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
    failure = page.get_by_role("alert").filter(has_text="Try again")
    expect(failure).to_contain_text("trace-of-the-test")
    shown = _rows(page).count()
    api.be_straight()
    failure.get_by_role("link", name="Try again").click()
    expect(_rows(page).nth(shown)).to_be_attached()


def test_a_service_that_goes_round_in_circles_ends_and_shows_no_audience_twice(visit, unsteady, api, sandbox):
    page = visit(base_url=unsteady)
    one = sandbox.audiences_cursor(known.BALTIC)
    circle = cycle([one, sandbox.audiences_cursor(known.BALTIC, one)])
    api.change("/audiences\\?", lambda data: data.update(nextCursor=next(circle), hasMore=True))
    page.goto(known.group(known.BALTIC))
    for _ in range(20):
        page.evaluate("scrollTo(0, document.documentElement.scrollHeight)")
        page.wait_for_timeout(50)
    expect(page.locator("a#more")).to_have_text("The service sends nothing new any more. Ask once more")
    found = _ids(page)
    assert len(found) == len(set(found)) > 1
    assert len([call for call in api.calls if "/audiences?" in call]) <= 3


def test_every_audience_is_reached_without_javascript(plain, sandbox):
    plain.goto(known.group())
    found = _ids(plain)
    while plain.locator("a#more").count():
        plain.get_by_role("link", name="Load more").click()
        expect(plain.get_by_role("table", name="Audiences")).to_be_visible()
        found += _ids(plain)
    assert sorted(found) == sorted(_every(sandbox.navigation()))
