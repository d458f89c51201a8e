"""Ctrl and K: to anything of the page by some letters of its name."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import axe, known
from tests.e2e.palette_page import Palette
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
_MANY = """
(count) => {
  const list = document.querySelector(".folder .audiences");
  list.append(...Array.from({ length: count }, (_, number) => {
    const item = list.querySelector("li").cloneNode(true);
    item.firstElementChild.href = `/many/${number}/`;
    item.querySelector("span").textContent = `Many ${number} Zürich`;
    return item;
  }));
}
"""


@pytest.fixture
def palette(page) -> Palette:
    page.goto(known.audience(known.NORDIC))
    return Palette(page)


def test_to_an_audience_a_folder_a_group_and_an_action(page, palette):
    palette.go("engineers krakow", "Platform engineers, Warsaw & Kraków")
    expect(page.get_by_role("heading", level=1)).to_have_text("Platform engineers, Warsaw & Kraków")
    palette.go("hiring", "Hiring")
    expect(page).to_have_url(re.compile(r"\?folder="))
    palette.go("casa", "Casa Verde Studios")
    expect(page).to_have_url(re.compile(known.group(known.CASA)))
    palette.go("theme dark", "Theme: Dark")
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")


def test_a_word_that_begins_so_comes_before_one_that_has_it_inside(page, palette):
    palette.open()
    page.keyboard.type("lead")
    names = palette.options.locator("span:first-child").all_inner_texts()
    assert names
    starts = [bool(re.search(r"\bleads?", name.lower())) for name in names]
    assert starts == sorted(starts, reverse=True)
    expect(palette.options.first).to_contain_text("Q4 push")


def test_what_stands_there_is_what_the_page_offers(visit, member, page, palette):
    def names(palette):
        return palette.options.locator("span:first-child").all_inner_texts()

    palette.open()
    expect(palette.told).to_have_text(re.compile(r"^50 of \d+ found$"))
    assert {
        "New audience",
        "Export",
        "Share",
        "Team",
        "Status",
        "Sign out",
        "Fold the sidebar",
        "Keys and signs",
    } <= set(names(palette))
    other = visit(cookies=member)
    other.goto(known.group(known.CASA))
    assert not {"New audience", "Team", "Status"} & set(names(Palette(other).open()))


def test_it_opens_over_the_filter_and_gives_the_focus_back(page, palette):
    page.keyboard.press("/")
    page.keyboard.type("res")
    palette.open()
    page.keyboard.type("zzz")
    expect(palette.told).to_have_text("Nothing found")
    page.keyboard.press("Escape")
    expect(palette.dialog).to_be_hidden()
    expect(Sidebar(page).find).to_be_focused()
    expect(Sidebar(page).find).to_have_value("res")


def test_among_two_thousand_audiences(page, palette):
    page.evaluate(_MANY, 2000)
    palette.open()
    page.keyboard.type("m")
    expect(palette.told).to_have_text(re.compile(r"^50 of 2,\d+ found$"))
    expect(palette.options).to_have_count(50)
    page.keyboard.type("an zur 199")
    expect(palette.options).to_have_count(12)
    page.keyboard.press("ArrowDown")
    expect(palette.chosen).to_contain_text("Many 1990 Zürich")


def test_axe_finds_nothing_in_it(page, palette):
    palette.open()
    page.keyboard.type("re")
    axe.nothing_found(page, "#palette")
