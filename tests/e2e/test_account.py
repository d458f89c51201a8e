"""Somebody's own account: by keyboard, without JavaScript, on a phone; and what open tabs do meanwhile."""

import re
import secrets

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.axe import FOUR_LOOKS, nothing_found
from tests.e2e.people_page import People
from tests.e2e.sign_in_page import SignIn

pytestmark = pytest.mark.e2e
NEW = "tulips in the harbour"


class Somebody:
    """Whom no other test knows, and the browsers they sign in with."""

    def __init__(self, visit, dashboard):
        self.email = f"{secrets.token_hex(4)}@nordwind.example"
        self.password = dashboard.person(self.email)
        self._visit = visit

    def browser(self, **options):
        page = self._visit(stranger=True, reduced_motion="reduce", **options)
        page.goto("/sign-in/?next=/account/")
        SignIn(page).fill(self.email, self.password)
        expect(page.get_by_role("heading", level=1)).to_have_text("Your account")
        return page


@pytest.fixture
def somebody(visit, dashboard):
    return Somebody(visit, dashboard)


def change_password(page, current):
    page.get_by_label("Current password").fill(current)
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill(NEW)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_role("status").filter(has_text="Your password is changed")).to_be_visible()


def test_by_keyboard_from_the_sidebar_and_back(somebody):
    page = somebody.browser()
    page.goto(known.group())
    page.get_by_role("link", name=somebody.email.partition("@")[0]).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/account/$"))
    for _ in range(3):  # past the skip link and the way back
        page.keyboard.press("Tab")
    expect(page.get_by_label("Name")).to_be_focused()
    page.keyboard.type("Tove")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="Your name is changed")).to_be_visible()
    page.get_by_role("link", name="To the audiences").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("link", name="Tove")).to_be_visible()


def test_without_javascript_a_password_is_changed(somebody):
    page = somebody.browser(java_script_enabled=False)
    change_password(page, somebody.password)
    page.get_by_role("button", name="this one").click()
    somebody.password = NEW
    somebody.browser()


def test_on_a_phone_nothing_is_wider_than_the_screen(somebody):
    page = somebody.browser(width=375, height=740, has_touch=True)
    assert page.evaluate("document.documentElement.scrollWidth") == 375
    assert page.get_by_role("button", name="Sign out everywhere").bounding_box()["height"] >= 44


def test_an_open_tab_shows_nothing_new_once_its_session_has_ended_elsewhere(somebody):
    reading, writing = somebody.browser(), somebody.browser()
    reading.goto(known.audience(known.LARGE))
    expect(People(reading).rows).not_to_have_count(0)
    writing.goto(f"{known.group()}audiences/new/")
    writing.get_by_label("Name").fill("Half a na")
    elsewhere = somebody.browser()
    elsewhere.get_by_role("button", name="Sign out everywhere").click()
    expect(elsewhere.get_by_text("Every session has ended but this one")).to_be_visible()
    with writing.expect_response("**/pulse/**") as asked:
        writing.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    assert "hx-redirect" in asked.value.headers
    expect(writing.get_by_label("Name")).to_have_value("Half a na")
    People(reading).scroll_to_end()
    expect(reading).to_have_url(re.compile(r"/sign-in/\?next="))
    reading.go_back()
    expect(SignIn(reading).button).to_be_visible()
    expect(reading.locator("[data-prospect]")).to_have_count(0)


def test_back_after_signing_out_shows_no_account(somebody):
    page = somebody.browser()
    page.get_by_role("button", name="this one").click()
    expect(SignIn(page).button).to_be_visible()
    page.go_back()
    expect(SignIn(page).button).to_be_visible()
    expect(page.get_by_text(somebody.email)).to_have_count(0)


def test_a_forgotten_password(somebody, visit, dashboard):
    page, old = visit(stranger=True), somebody.browser()
    page.goto("/sign-in/")
    page.get_by_role("link", name="Forgot your password?").click()
    page.get_by_label("E-mail").fill(somebody.email)
    page.get_by_role("button", name="Send the letter").click()
    expect(page.get_by_role("status").filter(has_text="on its way")).to_be_visible()
    page.goto(dashboard.reset_link(somebody.email))
    page.get_by_label("New password").fill(NEW)
    page.get_by_label("The same again").fill(NEW)
    page.get_by_role("button", name="Save and sign in").click()
    expect(page).to_have_url(dashboard.url + known.group())
    old.reload()
    expect(SignIn(old).button).to_be_visible()


def test_axe_finds_nothing_on_the_account_page(somebody, watch):
    watch.allow("^422 .*/account/password/")
    page = somebody.browser()
    nothing_found(page, "html", FOUR_LOOKS)
    page.get_by_role("button", name="Change the password").click()
    expect(page.get_by_text("This field is required")).to_have_count(3)
    nothing_found(page)


def test_axe_finds_nothing_where_a_password_was_forgotten(visit, somebody, dashboard, watch):
    watch.allow("^404 .*/password/reset/")
    page = visit(stranger=True, reduced_motion="reduce")
    link = dashboard.reset_link(somebody.email)
    for address in ("/password/reset/", "/password/reset/?asked=1", link, "/password/reset/gone/"):
        page.goto(address)
        nothing_found(page, "html")


@pytest.mark.soak  # the form is the one that is looked at without it
def test_axe_finds_nothing_where_somebody_tried_too_often(visit, somebody, watch):
    watch.allow("^4(22|29) .*/sign-in/")
    page = visit(stranger=True, reduced_motion="reduce")
    page.goto("/sign-in/")
    for _ in range(6):
        with page.expect_navigation():
            SignIn(page).fill(somebody.email, "wrong")
    expect(page.get_by_role("alert")).to_contain_text("try again in 15 minutes")
    nothing_found(page, "html")
