"""Creating an audience: the form, what it says back, and one audience whatever is pressed."""

import re

import pytest
from playwright.sync_api import expect

from tests.dashboard.running import wait
from tests.e2e import known
from tests.e2e.creating_page import ATTEMPT, FORM, Creating
from tests.e2e.serving import ADMIN
from tests.e2e.sign_in_page import SignIn

pytestmark = pytest.mark.e2e
LONG = "Far too long " * 16  # more than the sandbox's 200
TRACE = re.compile(r"Trace id \w{8,}")


@pytest.fixture
def form(page) -> Creating:
    return Creating(page).open()


@pytest.fixture
def counted(visit, unsteady, api) -> Creating:
    """A form whose POSTs to the API are counted."""
    return Creating(visit(base_url=unsteady)).open()


def test_what_the_api_says_of_a_field_stands_at_it(form, watch):
    watch.allow("^422 ")
    form.send(LONG, "Monitoring", "Kept.")
    expect(form.name).to_have_accessible_description("At most 200 characters.")
    expect(form.name).to_have_attribute("aria-invalid", "true")
    expect(form.alert.filter(has_text="did not create it")).to_contain_text(TRACE)
    form.expect_filled(LONG.strip(), "Monitoring", "Kept.")


def test_an_empty_name_is_said_at_the_field_and_nothing_is_sent(counted, api, watch):
    watch.allow("^422 ")
    counted.send("   ", description="Kept.")
    expect(counted.name).to_have_accessible_description("This field is required.")
    counted.expect_filled("   ", "On demand", "Kept.")
    assert api.posts == 0


def test_what_the_api_says_of_the_whole_stands_on_top(form, watch):
    watch.allow("^422 ")
    form.send("Forbidden fruit", "Monitoring", "Kept.")
    refusal = form.alert.filter(has_text="This audience cannot be monitored.")
    expect(refusal).to_contain_text(TRACE)
    form.expect_filled("Forbidden fruit", "Monitoring", "Kept.")
    form.send("Allowed fruit", description="Kept.").expect_filling()


def test_a_name_that_exists_is_told_before_anything_is_sent(counted, api, sandbox, watch):
    watch.allow("^409 ", "^422 ")
    name = sandbox.navigation(known.CASA)["ungroupedAudiences"][-1]["name"]  # the oldest: no other test made it
    typed = f"  {name.upper()} "
    counted.send(typed, "Monitoring", "Kept.")
    warning = counted.alert.filter(has_text="There is an audience of this name.")
    expect(warning.get_by_role("link", name="Open it")).to_have_attribute(
        "href", re.compile("/audiences/[0-9a-f]{24}/$")
    )
    counted.expect_filled(typed, "Monitoring", "Kept.")
    assert api.posts == 0
    warning.get_by_label("create a second one").check()
    counted.button.click()
    expect(counted.alert.filter(has_text="did not create it")).to_contain_text(
        TRACE
    )  # the sandbox allows no second one
    counted.expect_filled(name.upper(), "Monitoring", "Kept.")
    assert api.posts == 1


@pytest.mark.parametrize("javascript", [True, False])
def test_a_double_click_makes_one(visit, unsteady, api, javascript):
    form = Creating(visit(base_url=unsteady, java_script_enabled=javascript)).open()
    api.delay("^POST", 0.4)
    form.fill(f"Clicked twice, scripts {javascript}").button.dblclick()
    form.following.expect_filling()
    assert api.posts == 1


def test_reload_and_back_make_no_second_one(counted, api, watch):
    watch.allow("^409 ")
    counted.send("Went back").expect_created("Went back")
    counted.page.reload()
    counted.following.expect_created("Went back")
    counted.page.go_back()
    counted.send("Went back")
    expect(counted.alert).to_contain_text("ada created an audience of this name at")
    assert api.posts == 1


def test_a_refused_form_that_is_sent_again_by_a_reload_is_not_sent_to_the_api_again(counted, api, watch):
    watch.allow("^422 ")
    counted.send(LONG)
    expect(counted.alert.filter(has_text="did not create it")).to_be_visible()
    with counted.page.expect_request(lambda request: request.method == "POST"):
        counted.page.reload()
    expect(counted.alert.filter(has_text="did not create it")).to_be_visible()
    assert api.posts == 1


def test_two_tabs_make_one(counted, api, watch):
    watch.allow("^409 ")
    api.delay("^POST", 1)
    other = Creating(counted.page.context.new_page()).open()
    counted.fill("Twice at once").button.evaluate("(button) => setTimeout(() => button.click())")  # waits for no answer
    wait(lambda: api.posts)
    other.send("twice  AT once")
    expect(other.alert).to_contain_text("ada sent an audience of this name at")
    other.alert.get_by_role("link", name="See how it stands").click()
    expect(other.page).to_have_url(re.compile(f"{ATTEMPT.pattern}|/audiences/[0-9a-f]{{24}}/$"))
    counted.following.expect_created("Twice at once")
    other.following.expect_created("Twice at once")
    assert api.posts == 1


def test_what_was_typed_outlives_the_session(form, dashboard, watch):
    watch.allow("^403 ")
    form.page.context.clear_cookies(name="sessionid")
    form.send("Typed for an hour", "Monitoring", "Line one\nLine two")
    expect(form.page.get_by_role("alert")).to_contain_text("nothing was sent. Sign in again: what you typed is kept")
    SignIn(form.page).fill(ADMIN, dashboard.password)
    expect(form.page).to_have_url(re.compile(f"{FORM}$"))
    form.expect_filled("Typed for an hour", "Monitoring", "Line one\nLine two")
    form.button.click()
    form.following.expect_created("Typed for an hour")
    form.open()
    form.expect_filled("", "On demand", "")


@pytest.mark.parametrize("lost", ["deleted", "another"])
def test_what_was_typed_outlives_its_token(counted, api, watch, lost):
    watch.allow("^403 ")
    context = counted.page.context
    token = next(cookie for cookie in context.cookies() if cookie["name"] == "csrftoken")
    context.clear_cookies(name="csrftoken")
    if lost == "another":
        context.add_cookies([token | {"value": "x" * 32}])
    counted.send(f"Token {lost}", "Monitoring", "Kept.")
    expect(counted.alert).to_contain_text("nothing was sent")
    counted.expect_filled(f"Token {lost}", "Monitoring", "Kept.")
    assert api.posts == 0
    counted.button.click()
    counted.following.expect_filling()


def test_a_member_is_not_shown_the_form_and_may_not_send_it(visit, member, watch):
    watch.allow("^403 ")
    page = visit(cookies=member)
    page.goto(known.group(known.CASA))
    expect(page.get_by_role("link", name="New audience")).to_have_count(0)
    token = page.locator("[name=csrfmiddlewaretoken]").first.input_value()
    assert page.goto(FORM).status == 403
    expect(page.get_by_role("main")).to_contain_text("You are signed in, but as a member of this account group")
    typed = {"name": "Not allowed", "type": "on_demand", "form_key": "a" * 32, "csrfmiddlewaretoken": token}
    answer = page.request.post(FORM, form=typed)
    assert (answer.status, "This is for admins" in answer.text()) == (403, True)


def test_by_keyboard_from_the_list_to_the_audience(page):
    page.goto(known.group(known.CASA))
    page.keyboard.press("Tab")  # the skip link
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.get_by_role("main").get_by_role("link", name="New audience")).to_be_focused()
    page.keyboard.press("Enter")
    form = Creating(page)
    expect(form.name).to_be_focused()
    page.keyboard.type("By keyboard alone")
    page.keyboard.press("Tab")
    expect(form.kind("On demand")).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(form.kind("Monitoring")).to_be_checked()
    page.keyboard.press("Tab")
    expect(form.description).to_be_focused()
    page.keyboard.press("Tab")
    expect(form.button).to_be_focused()
    page.keyboard.press("Enter")
    form.following.expect_filling()
