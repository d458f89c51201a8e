"""Copying, the theme, and times in the reader's own zone."""

import re
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e


@pytest.fixture
def people(visit) -> People:
    return People(visit(permissions=["clipboard-read", "clipboard-write"])).open(known.NORDIC)


def _clipboard(people: People) -> str:
    return str(people.page.evaluate("navigator.clipboard.readText()"))


def test_a_rows_copy_button_copies_and_opens_nobody(people, sandbox):
    person = next(found for found in sandbox.people(known.NORDIC, 50) if found["emails"])
    address = person["emails"][0]["email"]
    people.row(person["id"]).hover()
    people.row(person["id"]).get_by_role("button", name=f"Copy {address}").click()
    expect(people.status).to_have_text("Copied.")
    assert _clipboard(people) == address
    people.panel.expect_closed()


@pytest.mark.parametrize("width", [1440, 900])
def test_the_panel_copies_and_a_reader_hears_it(visit, sandbox, width):
    people = People(visit(width=width, permissions=["clipboard-read", "clipboard-write"])).open(known.NORDIC)
    person = str(sandbox.people(known.NORDIC, 1)[0]["id"])
    people.name(person).click()
    button = people.panel.dialog.get_by_role("button", name="Copy the person's id")
    button.click()
    expect(people.page.get_by_role("status")).to_have_text("Copied.")
    assert _clipboard(people) == person


def test_the_link_of_an_audience_is_copied(people, dashboard):
    button = people.page.get_by_role("button", name="Copy link")
    button.click()
    expect(button).to_have_class(re.compile("copied"))
    expect(people.status).to_have_text("Copied.")
    expect(button).not_to_have_class(re.compile("copied"))
    assert _clipboard(people) == dashboard.url + known.audience(known.NORDIC)


def test_where_the_clipboard_is_closed_it_is_copied_by_hand(people, sandbox):
    person = str(sandbox.people(known.NORDIC, 1)[0]["id"])
    people.page.set_viewport_size({"width": 900, "height": 800})
    people.name(person).click()
    people.page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('closed')); }")
    people.panel.dialog.get_by_role("button", name="Copy the person's id").click()
    expect(people.page.get_by_role("status")).to_have_text("Copied.")
    assert _clipboard(people) == person


def test_the_chosen_theme_stays_over_pages_and_reload(page):
    page.goto(known.group())
    assert page.evaluate(_PAPER) == "rgb(255, 255, 255)"
    page.get_by_role("button", name="Dark").click()
    assert page.evaluate(_PAPER) == "rgb(20, 21, 19)"
    page.goto(known.audience(known.NORDIC))
    assert page.evaluate(_PAPER) == "rgb(20, 21, 19)"
    expect(page.get_by_role("button", name="Dark")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="System").click()
    page.reload()
    assert page.evaluate(_PAPER) == "rgb(255, 255, 255)"


_PAPER = "getComputedStyle(document.documentElement).backgroundColor"


def test_the_machines_theme_is_followed(visit):
    page = visit(color_scheme="dark")
    page.goto(known.group())
    assert page.evaluate(_PAPER) == "rgb(20, 21, 19)"


@pytest.mark.parametrize(("zone", "hours"), [("Asia/Tokyo", 9), ("Asia/Kathmandu", 5.75), ("UTC", 0)])
def test_times_stand_in_the_readers_zone(visit, zone, hours):
    page = visit(timezone_id=zone)
    page.goto(known.audience(known.NORDIC))
    time = page.locator("#coverage time")
    read_at = datetime.fromisoformat(time.get_attribute("datetime") or "").astimezone(UTC)
    minutes = read_at.hour * 60 + read_at.minute + int(hours * 60)
    expect(time).to_have_text(re.compile(rf"{minutes // 60 % 24:02}:{minutes % 60:02}$"))


def test_times_in_the_panel_too(visit, sandbox):
    people = People(visit(timezone_id="Asia/Tokyo")).open(known.NORDIC)
    people.name(str(sandbox.people(known.NORDIC, 1)[0]["id"])).click()
    expect(people.panel.dialog.locator("time")).not_to_contain_text("UTC")


def test_without_javascript_times_stand_in_utc_and_say_so(plain):
    plain.goto(known.audience(known.NORDIC))
    expect(plain.locator("#coverage time")).to_have_text(re.compile(r"^\d\d:\d\d UTC$"))
