"""The team: from the invitation to the first sign-in, removing somebody who is looking, and nothing for axe to find."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.axe import TWO_LOOKS, nothing_found
from tests.e2e.creating_page import come_back
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar
from tests.e2e.sign_in_page import SignIn
from tests.e2e.team_page import AUDIT, HERE, PASSWORD, TEAM, Joining, Team

pytestmark = pytest.mark.e2e
OVER = "There is no such invitation"


@pytest.fixture
def team(page) -> Team:
    return Team(page)


def _expect_good_looks(page: Page) -> None:
    nothing_found(page, looks=TWO_LOOKS)
    assert page.locator("html").evaluate("(html) => html.scrollWidth") == 375


def test_from_the_copied_invitation_to_the_first_sign_in(visit, stranger, dashboard, watch):
    watch.allow("^404 .*/join/")
    team = Team(visit(permissions=["clipboard-read", "clipboard-write"]))
    link = team.invite("zoe@nordwind.example")
    team.copy.click()
    expect(team.page.locator("#status")).to_have_text("Copied.")
    assert team.page.evaluate("navigator.clipboard.readText()") == link
    Joining(stranger).open(link).join("Zoe")
    expect(stranger).to_have_url(dashboard.url + known.group(HERE))
    expect(team.open().line("zoe@nordwind.example")).to_contain_text("Member")
    stranger.get_by_role("button", name="Sign out").click()
    SignIn(stranger).fill("zoe@nordwind.example", PASSWORD)
    expect(stranger).to_have_url(dashboard.url + known.group(HERE))
    expect(Joining(stranger).open(link).heading).to_have_text(OVER)


def test_removed_while_looking_at_people_one_sees_nobody_any_more(team, stranger, watch):
    watch.allow(r"^404 .*/pulse/", r"^404 .*/audiences/")
    Joining(stranger).open(team.invite("liv@nordwind.example")).join("Liv")
    Sidebar(stranger).nav.locator("a[data-audience]:not([data-audience=''])").first.click()
    expect(People(stranger).rows.first).to_be_visible()
    come_back(stranger)
    expect(People(stranger).rows.first).to_be_visible()
    team.remove("liv@nordwind.example").page.get_by_role("button", name="Remove Liv").click()
    expect(team.page.get_by_role("status").first).to_contain_text("No page of this account group opens for them")
    come_back(stranger)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Not found")
    expect(stranger.locator("[data-prospect], .sidebar")).to_have_count(0)


def test_who_is_led_away_from_a_page_that_came_of_a_form_sends_nothing_again(team, stranger, watch, visit):
    watch.allow(r"^404 .*/pulse/", r"^404 .*/team/")
    Joining(stranger).open(team.invite("kai@nordwind.example", "Admin")).join("Kai")
    theirs = Team(stranger)
    theirs.invite("guest@nordwind.example")
    team.remove("kai@nordwind.example").page.get_by_role("button", name="Remove Kai").click()
    expect(team.line("guest@nordwind.example")).to_contain_text("suspended")
    come_back(stranger)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Not found")
    expect(theirs.link).to_have_count(0)


def test_axe_finds_nothing_on_the_pages_of_the_team(visit, watch):
    watch.allow("^409 ")
    team, guest = Team(visit(reduced_motion="reduce")), visit(stranger=True, reduced_motion="reduce")
    Joining(guest).open(team.invite("ann@nordwind.example", "Admin")).join("Ann")
    Team(guest).invite("bo@nordwind.example")
    _expect_good_looks(guest)
    team.open()
    _expect_good_looks(team.page)
    team.page.get_by_label("E-mail").fill("ann@nordwind.example")
    team.page.get_by_role("button", name="Make an invitation").click()
    expect(team.alert).to_contain_text("is in this team already")
    _expect_good_looks(team.page)
    team.remove("ann@nordwind.example")
    expect(team.page.get_by_role("radio", name="Keep as mine")).to_have_count(1)
    _expect_good_looks(team.page)
    team.page.goto(AUDIT)
    expect(team.line("joined").first).to_be_visible()
    _expect_good_looks(team.page)


def test_axe_finds_nothing_on_an_invitation(visit, watch):
    watch.allow("^404 .*/join/", "^422 .*/join/")
    team, guest = (visit(stranger=who, reduced_motion="reduce") for who in (False, True))
    team, guest = Team(team), Joining(guest)
    link = team.invite("ida@nordwind.example")
    guest.open(link).page.get_by_label("Your name").fill("Ida")
    guest.page.get_by_label("Password").fill("password")
    guest.page.get_by_role("button", name="Join").click()
    expect(guest.page.locator(".field-error")).to_be_visible()
    _expect_good_looks(guest.page)
    expect(Joining(team.page).open(link).page.get_by_role("alert")).to_contain_text("You are signed in as")
    _expect_good_looks(team.page)
    expect(guest.open("/join/nothing/").heading).to_have_text(OVER)
    _expect_good_looks(guest.page)


def test_who_has_an_account_chooses_another_password_and_is_in(team, visit, dashboard, watch):
    watch.allow("^422 .*/join/")
    password, guest = dashboard.person("eli@nordwind.example"), Joining(visit(stranger=True, reduced_motion="reduce"))
    guest.open(team.invite("eli@nordwind.example")).page.get_by_label("Password").fill(password)
    guest.page.get_by_role("button", name="Sign in").click()
    guest.choose(password)
    expect(guest.page.locator(".field-error")).to_contain_text("the password you have")
    _expect_good_looks(guest.page)
    guest.choose(PASSWORD)
    expect(guest.heading).to_have_text("All audiences")
    expect(guest.page).to_have_url(dashboard.url + known.group(HERE))


def test_without_scripts(plain, visit, dashboard, watch):
    watch.allow("^404 ")
    team, guest = Team(plain), visit(stranger=True, java_script_enabled=False)
    Joining(guest).open(team.invite("tom@nordwind.example")).join("Tom")
    team.open().line("tom@nordwind.example").get_by_role("button", name="Make admin").click()
    expect(team.line("tom@nordwind.example")).to_contain_text("Admin")
    Team(guest).invite("una@nordwind.example")
    expect(Team(guest).copy).to_have_count(0)
    team.remove("tom@nordwind.example").page.get_by_role("radio", name="Revoke").check()
    plain.get_by_role("button", name="Remove Tom").click()
    expect(plain).to_have_url(re.compile(re.escape(TEAM)))
    expect(team.line("una@nordwind.example")).to_have_count(0)
    guest.goto(known.group(HERE))
    expect(guest.get_by_role("heading", level=1)).to_have_text("Not found")
