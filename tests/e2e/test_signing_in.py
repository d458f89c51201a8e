"""Signing in and out."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People
from tests.e2e.serving import ADMIN, MEMBER
from tests.e2e.sign_in_page import SignIn

pytestmark = pytest.mark.e2e


def test_a_stranger_signs_in_and_is_where_they_wanted_to_be(stranger, dashboard):
    stranger.goto(known.audience(known.NORDIC))
    SignIn(stranger).fill(ADMIN, dashboard.password)
    expect(stranger.get_by_role("heading", level=1)).to_have_text("Nordic RevOps leads")
    expect(stranger).to_have_url(dashboard.url + known.audience(known.NORDIC))


def test_a_member_signs_in_and_sees_the_first_group(stranger, dashboard):
    stranger.goto("/")
    SignIn(stranger).fill(MEMBER, dashboard.password)
    expect(stranger).to_have_url(dashboard.url + known.group())
    expect(stranger.get_by_role("heading", level=1)).to_have_text("All audiences")


def test_a_wrong_password_is_said_and_the_address_kept(stranger, dashboard, watch):
    watch.allow(r"^422 .*/sign-in/")
    stranger.goto("/sign-in/")
    SignIn(stranger).fill(MEMBER, "wrong")
    expect(stranger.get_by_role("alert")).to_be_visible()
    expect(SignIn(stranger).email).to_have_value(MEMBER)


def test_a_one_time_link_lets_in_once(visit, dashboard, watch):
    watch.allow(r"^404 .*/sign-in/")
    first, second = visit(stranger=True), visit(stranger=True)
    first.goto(dashboard.sign_in_link(MEMBER))
    expect(first.get_by_role("heading", level=1)).to_have_text("All audiences")
    second.goto(dashboard.sign_in_link(MEMBER))
    expect(second.get_by_role("alert")).to_contain_text("used already")


def test_back_after_signing_out_shows_nobody(stranger, dashboard):
    stranger.goto(known.audience(known.NORDIC))
    SignIn(stranger).fill(ADMIN, dashboard.password)
    expect(People(stranger).rows.first).to_be_visible()
    stranger.get_by_role("button", name="Sign out").click()
    expect(SignIn(stranger).button).to_be_visible()
    stranger.go_back()
    expect(SignIn(stranger).button).to_be_visible()
    expect(stranger.locator("[data-prospect]")).to_have_count(0)


def test_scrolling_on_after_the_session_ended_leads_to_sign_in_and_back(stranger, dashboard):
    stranger.goto(known.audience(known.LARGE))
    SignIn(stranger).fill(ADMIN, dashboard.password)
    expect(People(stranger).rows).not_to_have_count(0)
    stranger.context.clear_cookies()
    People(stranger).scroll_to_end()
    expect(stranger).to_have_url(re.compile(r"/sign-in/\?next="))
    SignIn(stranger).fill(ADMIN, dashboard.password)
    expect(stranger).to_have_url(re.compile(known.audience(known.LARGE)))
