"""An attempt whose outcome is open: no answer yet, or one that does not say whether the audience was created."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard.running import wait
from tests.e2e import known
from tests.e2e.creating_page import ATTEMPT, Creating, Following, come_back, listed

pytestmark = pytest.mark.e2e


@pytest.fixture
def form(visit, unsteady) -> Creating:
    return Creating(visit(base_url=unsteady)).open()


@pytest.fixture
def denied(form, api) -> Creating:
    """A form whose audiences are created, though the API answers 500."""
    api.deny("^POST", 500)
    return form


def test_a_post_without_an_answer_is_followed_until_there_is_one(form, api):
    api.delay("^POST", 5.5)
    following = form.send("Late answer")
    expect(form.page).to_have_url(ATTEMPT)
    expect(following.attempt.get_by_role("heading")).to_have_text(re.compile(r"^Sent \d\d:\d\d:\d\d, no answer yet$"))
    expect(following.in_sidebar.filter(has_text="Late answer")).to_contain_text("sent, no answer yet")
    following.expect_created("Late answer")
    assert api.posts == 1


def test_what_nobody_knows_is_told_to_everybody_and_admins_may_act(denied, visit, unsteady, member):
    following = denied.send("Nobody knows", description="Kept.").expect_unconfirmed()
    expect(following.attempt).to_contain_text("the service answers 500")
    expect(following.attempt).to_contain_text("Trace id trace-of-the-test")
    expect(following.page.get_by_role("main")).to_contain_text("Kept.")
    theirs = Following(visit(base_url=unsteady, cookies=member))
    theirs.page.goto(known.group(known.CASA))
    theirs.in_sidebar.filter(has_text="Nobody knows").click()
    theirs.expect_unconfirmed()
    expect(theirs.attempt).to_contain_text("An admin of this account group can look now")
    expect(theirs.page.get_by_role("main").get_by_role("button", name=re.compile("Look|Send|Give"))).to_have_count(0)
    following.give_up.click()
    expect(following.attempt.get_by_role("heading")).to_have_text("Given up")
    come_back(theirs.page)
    expect(theirs.attempt.get_by_role("heading")).to_have_text("Given up")


def test_a_member_who_acts_all_the_same_is_refused(denied, visit, unsteady, member):
    following = denied.send("Hands off").expect_unconfirmed()
    page = visit(base_url=unsteady, cookies=member)
    page.goto(known.group(known.CASA))
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    typed = {"wish": "send", "name": "Hands off", "csrfmiddlewaretoken": token}
    assert page.request.post(following.page.url, form=typed).status == 403
    following.give_up.click()
    expect(following.attempt.get_by_role("heading")).to_have_text("Given up")


def test_look_now_finds_what_was_created_once_it_is_listed(denied, dashboard):
    following = denied.send("Found at last").expect_unconfirmed()
    following.look_now.click()
    expect(following.attempt).to_contain_text(re.compile(r"Last look \d\d:\d\d:\d\d: not listed"))
    wait(lambda: listed(dashboard.sandbox_url, "Found at last"))
    following.look_now.click()
    following.expect_created("Found at last")


def test_sending_again_takes_the_name_typed_once_more(form, api, watch):
    watch.allow("^422 ")
    api.refuse("^POST", 502)
    following = form.send("Sent twice").expect_unconfirmed()
    api.be_straight()
    following.send_again("Something else")
    name = following.page.get_by_label("Type its name")
    expect(name).to_be_focused()
    expect(name).to_have_accessible_description(re.compile("^This is not its name"))
    name.fill("sent  TWICE")
    following.page.get_by_role("button", name="Send again").click()
    following.expect_filling()
    assert api.posts == 1  # since it is straight


def test_what_was_not_sent_stands_in_the_form_and_can_be_sent(form, api, watch):
    watch.allow("^503 ")
    api.refuse("^POST", 429)
    form.send("Later, please", "Monitoring", "Kept.")
    expect(form.alert.filter(has_text="Nothing was sent")).to_be_visible()
    form.expect_filled("Later, please", "Monitoring", "Kept.")
