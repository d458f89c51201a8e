"""The sidebar."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
LAST = "Ξενοδοχεία και τουρισμός"  # far down in the sidebar


@pytest.fixture
def sidebar(page) -> Sidebar:
    page.goto(known.group())
    return Sidebar(page)


@pytest.mark.parametrize("typed", ["KRAKOW", "warsaw platform", "kraków engineers"])
def test_the_filter_narrows_by_words_in_any_order_without_accents(sidebar, typed):
    sidebar.find.press_sequentially(typed)
    assert sidebar.shown() == ["Platform engineers, Warsaw & Kraków"]
    expect(sidebar.nav.locator(".folder-name:visible")).to_have_text(["Hiring"])


def test_the_filter_looks_at_names_and_not_at_counts(sidebar):
    sidebar.find.press_sequentially("100,000")
    expect(sidebar.nav.get_by_text("No audience has that in its name.")).to_be_visible()
    assert sidebar.shown() == []


def test_escape_empties_the_filter(sidebar):
    everything = sidebar.shown()
    sidebar.find.press_sequentially("krakow")
    sidebar.find.press("Escape")
    expect(sidebar.find).to_have_value("")
    assert sidebar.shown() == everything


def test_a_slash_goes_to_the_filter(page, sidebar):
    page.keyboard.press("/")
    expect(sidebar.find).to_be_focused()
    page.keyboard.type("a/b")
    expect(sidebar.find).to_have_value("a/b")


def test_the_arrows_mark_another_hit_and_enter_opens_it(page, sidebar):
    page.keyboard.press("/")
    page.keyboard.type("resell")
    expect(sidebar.hit).to_contain_text("Resellers Japan")
    page.keyboard.press("ArrowDown")
    expect(sidebar.hit).to_contain_text("Resellers LATAM")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Resellers Japan")


def test_escape_clears_the_filter_and_then_leaves_it(page, sidebar):
    page.keyboard.press("j")
    page.keyboard.press("/")
    page.keyboard.type("resell")
    page.keyboard.press("Escape")
    expect(sidebar.find).to_be_focused()
    expect(sidebar.hit).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.locator("#rows .row").first.get_by_role("link").first).to_be_focused()


def test_enter_without_a_hit_searches_the_list(page, sidebar):
    sidebar.find.fill("no such audience")
    sidebar.find.press("Enter")
    expect(page).to_have_url(re.compile(r"\?q=no\+such\+audience$"))


def test_enter_in_the_filter_searches_the_list_without_javascript(plain):
    plain.goto(known.group())
    Sidebar(plain).find.fill("krakow")
    Sidebar(plain).find.press("Enter")
    expect(plain).to_have_url(re.compile(r"\?q=krakow$"))
    expect(plain.get_by_role("table").get_by_role("link", name="Kraków")).to_be_visible()


def test_the_sidebar_folds_and_a_slash_brings_it_out_for_a_moment(page, sidebar):
    page.keyboard.press("[")
    expect(sidebar.find).to_be_hidden()
    page.keyboard.press("/")
    expect(sidebar.find).to_be_focused()
    page.keyboard.press("Escape")
    expect(sidebar.find).to_be_hidden()
    page.get_by_role("main").get_by_role("button", name="Show the sidebar").click()
    expect(sidebar.nav.get_by_role("button", name="Fold the sidebar")).to_be_focused()


def test_a_phones_sidebar_does_not_fold_and_a_slash_brings_it_out(phone):
    phone.goto(known.group())
    phone.keyboard.press("/")
    expect(Sidebar(phone).find).to_be_focused()
    assert phone.locator("[data-act=fold]:visible").count() == 0
    phone.keyboard.press("Escape")
    assert phone.locator("[data-act=fold]:visible").count() == 0


def test_a_folder_stays_folded_over_pages_and_reload(page, sidebar):
    sidebar.folder("Partners").locator("summary").click()
    expect(sidebar.audience("Resellers Japan")).to_be_hidden()
    sidebar.audience("Nordic RevOps leads").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
    expect(sidebar.audience("Resellers Japan")).to_be_hidden()
    page.reload()
    expect(sidebar.audience("Resellers Japan")).to_be_hidden()
    expect(sidebar.audience("Series B founders")).to_be_visible()


def test_the_filter_opens_folded_folders_and_folds_them_again(sidebar):
    sidebar.folder("Partners").locator("summary").click()
    sidebar.find.press_sequentially("resellers")
    expect(sidebar.audience("Resellers Japan")).to_be_visible()
    sidebar.find.press("Escape")
    expect(sidebar.audience("Resellers Japan")).to_be_hidden()


def test_the_open_audience_is_marked_and_in_view(page, sidebar):
    sidebar.audience(LAST).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(LAST)
    expect(sidebar.current).to_contain_text(LAST)
    expect(sidebar.current).to_be_in_viewport(ratio=1)  # the tree stays where it was clicked
    expect(sidebar.mine("Recent").first).not_to_be_in_viewport()


def test_whoever_comes_from_elsewhere_sees_what_they_opened_last(page, sidebar):
    page.goto(sidebar.audience(LAST).get_attribute("href"))
    expect(sidebar.mine("Recent").first).to_be_in_viewport(ratio=1)
    expect(sidebar.current).not_to_be_in_viewport()


def test_the_folder_of_the_open_audience_is_open_though_it_was_folded(page, sidebar):
    sidebar.folder("Q4 push").locator("summary").click()
    page.goto(known.audience(known.NORDIC))
    expect(sidebar.current).to_be_visible()


def test_the_switcher_leads_to_another_group(page, sidebar, dashboard):
    sidebar.nav.locator("summary", has_text="Nordwind GmbH").click()
    sidebar.nav.get_by_role("link", name="Baltic Loop").click()
    expect(page).to_have_url(dashboard.url + known.group(known.BALTIC))
    expect(sidebar.audience("Nordic RevOps leads")).to_have_count(0)


@pytest.mark.parametrize("leave", ["Escape", "a click", "Tab"])
def test_the_switcher_closes_as_menus_do(page, sidebar, leave):
    menu = sidebar.nav.locator("summary", has_text="Nordwind GmbH")
    menu.click()
    expect(sidebar.nav.get_by_role("link", name="Casa Verde Studios")).to_be_visible()
    for _ in range(4 if leave == "Tab" else 0):
        page.keyboard.press("Tab")
    page.get_by_role("heading", level=1).click() if leave == "a click" else page.keyboard.press(leave)
    expect(sidebar.nav.get_by_role("link", name="Casa Verde Studios")).to_be_hidden()


def test_every_page_carries_the_mark_of_sample_data(page):
    for address in (known.group(), known.audience(known.NORDIC), known.audience(known.EMPTY)):
        page.goto(address)
        expect(page.get_by_text("Sample data", exact=True)).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False])
def test_on_a_phone_the_sidebar_is_a_sheet(visit, javascript):
    page = visit(width=375, height=740, java_script_enabled=javascript)
    page.goto(known.group())
    expect(Sidebar(page).find).to_be_hidden()
    page.get_by_role("button", name="Audiences").click()
    expect(Sidebar(page).find).to_be_in_viewport()
    page.get_by_role("button", name="Close").click()
    expect(Sidebar(page).find).to_be_hidden()


def test_the_sheet_opens_and_closes_by_keyboard(phone):
    phone.goto(known.group())
    phone.get_by_role("button", name="Audiences").focus()
    phone.keyboard.press("Enter")
    expect(Sidebar(phone).find).to_be_visible()
    phone.keyboard.press("Tab")
    assert phone.evaluate("document.activeElement.closest('#sidebar') !== null")
    phone.keyboard.press("Escape")
    expect(Sidebar(phone).find).to_be_hidden()
    expect(phone.get_by_role("button", name="Audiences")).to_be_focused()


def test_the_sheet_opens_at_the_open_audience(phone, page):
    page.goto(known.group())
    phone.goto(page.url + Sidebar(page).audience(LAST).get_attribute("href").removeprefix(known.group()))
    phone.get_by_role("button", name="Audiences").click()
    expect(Sidebar(phone).here).to_be_in_viewport(ratio=1)


def test_folders_fold_without_javascript(plain):
    plain.goto(known.group())
    Sidebar(plain).folder("Partners").locator("summary").click()
    expect(Sidebar(plain).audience("Resellers Japan")).to_be_hidden()
