"""What one chose about keys and the sidebar is kept with the person."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.palette_page import Palette
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e


def test_a_folded_sidebar_stays_folded(page):
    page.goto(known.group())
    with page.expect_response("**/account/preferences/"):
        page.keyboard.press("[")
    page.reload()
    expect(Sidebar(page).find).to_be_hidden()
    with page.expect_response("**/account/preferences/"):
        Palette(page).go("show the side", "Show the sidebar")
    page.reload()
    expect(Sidebar(page).find).to_be_visible()


def test_on_a_phone_nothing_folds(phone):
    phone.goto(known.group())
    phone.keyboard.press("[")
    expect(phone.locator("body")).not_to_have_class(re.compile("folded"))
    phone.keyboard.press("?")
    expect(phone.get_by_role("dialog", name="Keys and signs")).to_be_visible()


def test_without_javascript_it_folds_too(plain):
    plain.goto(known.group())
    plain.get_by_role("button", name="Fold the sidebar").click()
    expect(Sidebar(plain).find).to_be_hidden()
    plain.get_by_role("button", name="Show the sidebar").click()
    expect(Sidebar(plain).find).to_be_visible()


def test_single_keys_stay_switched_off(page):
    page.goto(known.group())
    page.keyboard.press("?")
    with page.expect_response("**/account/preferences/"):
        page.get_by_label("Single keys act").uncheck()
    page.reload()
    page.keyboard.press("?")
    page.keyboard.press("/")
    expect(page.locator("dialog[open]")).to_have_count(0)
    expect(Sidebar(page).find).not_to_be_focused()
    page.goto("/keys/")
    with page.expect_response("**/account/preferences/"):
        page.get_by_label("Single keys act").check()
    page.reload()
    expect(page.get_by_label("Single keys act")).to_be_checked()


def test_recent_audiences_come_first_and_s_gives_a_star(page):
    page.goto(known.audience(known.NORDIC))
    page.keyboard.press("s")
    expect(page.locator("[data-act=star]")).to_have_attribute("aria-pressed", "true")
    page.goto(known.group())
    palette = Palette(page).open()
    expect(palette.options.first).to_contain_text("Nordic RevOps leads")
    expect(palette.options.first).to_contain_text("Q4 push")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
