"""Readers who see, or move, in their own way: no motion, forced colours, large letters, names from right to left."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
GULF = "مدراء العمليات في الخليج"
_MOVES = """
() => [...document.querySelectorAll("*")].flatMap((one) => ["", "::before", "::after"].map((part) => [one, part]))
  .filter(([one, part]) => { const look = getComputedStyle(one, part || null);
    return look.animationName !== "none" || look.transitionDuration.split(", ").some((time) => time !== "0s"); })
  .map(([one, part]) => one.className + part)
"""
# icons and marks are drawn by their background: in forced colours it must not be that of what they stand on
_UNSEEN = """
() => [...document.querySelectorAll(".icon, .mark:is(.good, .unsure, .bad), .slot, .copy")]
  .filter((one) => one.checkVisibility({ opacityProperty: true }) && !one.closest(".copy:not(:hover)"))
  .filter((one) => getComputedStyle(one).backgroundColor === getComputedStyle(document.documentElement).backgroundColor)
  .map((one) => one.outerHTML)
"""
_LEFTS = "(found) => [...new Set(found.map((one) => Math.round(one.getBoundingClientRect().left)))]"
_HEIGHTS = "(found) => [...new Set(found.map((one) => one.getBoundingClientRect().height))]"
_IS_CUT = "(line) => line.scrollWidth > line.clientWidth"


def open_person(page: Page) -> People:
    people = People(page).open(known.NORDIC)
    people.name(people.ids()[2]).click()
    people.panel.expect_person(people.ids()[2])
    return people


def test_nothing_moves_for_whoever_wants_it_still(visit):
    page = visit(reduced_motion="reduce")
    open_person(page)
    assert page.evaluate(_MOVES) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_forced_colours_hide_nothing(visit, scheme):
    page = visit(forced_colors="active", color_scheme=scheme)
    people = open_person(page)
    assert page.evaluate(_UNSEEN) == []
    expect(people.row(people.ids()[2])).to_have_css("outline-style", "solid")
    expect(page.locator("nav a[aria-current=page]")).to_have_css("outline-style", "solid")
    expect(page.get_by_role("link", name="Share")).to_have_css("border-top-style", "solid")
    people.panel.next.focus()
    page.keyboard.press("Shift+Tab")
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


@pytest.mark.parametrize(("times", "width", "height"), [(2, 720, 450), (4, 320, 256)])
def test_larger_letters_cut_nothing_off(visit, times, width, height):
    page = visit(width, height)
    people = open_person(page)
    assert page.evaluate("document.documentElement.scrollWidth") == width
    people.panel.dialog.evaluate("(panel) => panel.scrollTo(0, panel.scrollHeight)")
    expect(people.panel.dialog.get_by_text("Trace id")).to_be_in_viewport()
    page.go_back()
    expect(people.coverage).to_have_text(re.compile(r"^\d+ of about 2,340 loaded$"))
    assert not people.coverage.evaluate(_IS_CUT)


def test_names_from_right_to_left_stand_where_the_others_stand(page):
    page.goto(known.group() + f"?q={GULF}")
    page.get_by_role("table", name="Audiences").get_by_role("link", name=GULF).click()
    names = page.locator(".person .open")
    expect(names.filter(has_text=re.compile("[\u0600-\u06ff]")).first).to_be_visible()
    assert len(names.evaluate_all(_LEFTS)) == 1
    assert page.locator(".person").evaluate_all(_HEIGHTS) == [45]
    names.filter(has_text=re.compile("[\u0600-\u06ff]")).first.click()
    heading = page.locator("dialog h2")
    expect(heading).to_have_css("direction", "rtl")
    expect(heading).to_have_css("text-align", "left")
