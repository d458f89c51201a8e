"""What the list does when the dashboard or the API behind it fails, lies or never ends."""

import re
from itertools import cycle

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.creating_page import Creating
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
TRACE = re.compile(r"Trace id \w{8,}")


@pytest.fixture
def people(page) -> People:
    return People(page)


@pytest.fixture
def crooked(visit, unsteady) -> People:
    """A visitor of the dashboard that reads the crooked API."""
    return People(visit(base_url=unsteady))


def test_a_page_that_fails_keeps_the_rows_and_can_be_tried_again(people, watch):
    watch.allow("^503 .*/prospects/")
    people.open(known.THIRD_PAGE_FAILS).scroll(1000)
    failure = people.page.get_by_role("alert").filter(has_text="The service has a problem")
    expect(failure).to_contain_text(TRACE)
    assert len(people.ids()) == 100
    failure.get_by_role("link", name="Try again").click()
    expect(people.rows.nth(149)).to_be_attached()
    expect(failure).to_have_count(0)


def test_a_cursor_that_no_longer_works_leads_to_the_start(people, watch):
    watch.allow("^404 .*/prospects/")
    people.open(known.CURSORS_EXPIRE)
    expect(people.rows).to_have_count(50)
    people.page.wait_for_timeout(5_500)  # the sandbox's cursors live for whole seconds
    people.scroll_to_end()
    failure = people.page.get_by_role("alert").filter(has_text="no longer exists")
    expect(failure).to_contain_text(TRACE)
    assert len(people.ids()) == 50
    failure.get_by_role("link", name="Start at the top").click()
    expect(people.page).to_have_url(re.compile(f"{known.CURSORS_EXPIRE}/$"))


def test_offline_the_list_says_so_and_goes_on_once_the_line_is_back(people, watch):
    watch.allow("^failed .*ERR_INTERNET_DISCONNECTED")
    people.open(known.LARGE)
    expect(people.rows).to_have_count(50)
    people.page.context.set_offline(True)
    people.scroll_to_end()
    expect(people.more).to_have_text("The dashboard could not be reached. Try again")
    expect(people.status).to_have_text("The dashboard could not be reached.")
    people.page.context.set_offline(False)
    expect(people.rows.nth(99)).to_be_attached()
    expect(people.more).to_have_text("Load more")


BAD_LINES = [(1440, "timedout", "took too long to answer"), (375, "connectionreset", "could not be reached")]


@pytest.mark.parametrize(("width", "harm", "words"), BAD_LINES)
def test_a_person_asked_for_on_a_bad_line_can_be_asked_for_again(visit, watch, width, harm, words):
    watch.allow("^failed .*ERR_(CONNECTION_RESET|TIMED_OUT)")
    people = People(visit(width, 800)).open(known.NORDIC)
    first, second = people.ids()[:2]
    people.name(first).click()
    people.panel.expect_person(first)
    people.page.route("**/prospects/*/*", lambda route: route.abort(harm))
    people.page.locator("dialog a[rel=next]:visible").click()
    expect(people.page.locator("#notice")).to_contain_text(f"The dashboard {words}.")
    people.panel.expect_person(first)
    people.page.unroute_all()
    people.page.get_by_role("button", name="Try again").click()
    people.panel.expect_person(second)
    expect(people.page.get_by_role("button", name="Try again")).to_have_count(0)


def test_back_on_line_the_person_asked_for_is_shown(phone, watch):
    watch.allow("^failed .*ERR_INTERNET_DISCONNECTED")
    people = People(phone).open(known.NORDIC)
    people.page.context.set_offline(True)
    people.row(people.ids()[3]).click()
    expect(phone.get_by_role("button", name="Try again")).to_be_visible()
    people.page.context.set_offline(False)
    people.panel.expect_person(people.ids()[3])


def test_a_form_sent_off_line_keeps_what_was_typed(page, watch):
    watch.allow("^failed .*ERR_INTERNET_DISCONNECTED")
    form = Creating(page).open().fill("Written in a tunnel", "Monitoring", "Word for word")
    page.context.set_offline(True)
    form.button.click()
    expect(page.locator("#notice")).to_have_text(re.compile("^You are offline. Nothing was sent"))
    expect(form.button).to_be_focused()
    form.expect_filled("Written in a tunnel", "Monitoring", "Word for word")
    page.context.set_offline(False)
    form.button.click()
    form.following.expect_filling()


@pytest.mark.parametrize(("status", "words"), [(502, "answered 502"), (200, "did not answer as it should")])
def test_a_strangers_whole_page_never_lands_in_the_list(people, watch, status, words):
    watch.allow("^502 ")
    people.page.route(
        "**/prospects/?cursor=*", lambda route: route.fulfill(status=status, body="<!doctype html><html>Proxy")
    )
    people.open(known.LARGE).scroll_to_end()
    expect(people.more).to_contain_text(words)
    assert len(people.ids()) == 50
    people.page.unroute_all()
    people.more.get_by_text("Try again").click()
    expect(people.rows.nth(99)).to_be_attached()


def test_a_slow_answer_shows_a_bar_until_it_is_there(crooked, api):
    api.delay("cursor=", 0.8)
    crooked.open(known.NORDIC).scroll_to_end()
    expect(crooked.page.locator(".progress-bar.on")).to_have_count(1)
    expect(crooked.rows.nth(99)).to_be_attached()
    expect(crooked.page.locator(".progress-bar.on")).to_have_count(0)


def test_a_service_that_goes_round_in_circles_ends_and_shows_nobody_twice(crooked, api, sandbox):
    circle = cycle([sandbox.cursor_after(known.NORDIC, 1), sandbox.cursor_after(known.NORDIC, 2)])
    api.change("/prospects", lambda data: data.update(nextCursor=next(circle), hasMore=True))
    scrolled = crooked.open(known.NORDIC).scroll(2000, seconds=3)
    expect(crooked.more).to_have_text("The service sends nobody new any more. Ask once more")
    assert (len(scrolled["ids"]), scrolled["twice"]) == (150, 0)
    assert len([call for call in api.calls if "/prospects" in call]) <= 8


def test_a_service_that_repeats_one_cursor_ends(crooked, api, sandbox):
    cursor = sandbox.cursor_after(known.NORDIC, 1)
    api.change("/prospects", lambda data: data.update(nextCursor=cursor, hasMore=True))
    assert len(crooked.open(known.NORDIC).scroll(2000, seconds=3)["ids"]) == 100
    expect(crooked.more).to_have_text(re.compile("^That is everyone"))


def test_a_service_that_sends_empty_pages_for_ever_is_asked_no_more(crooked, api):
    api.change("/prospects.*cursor=", lambda data: data.update(items=[]))
    assert len(crooked.open(known.NORDIC).scroll(2000, seconds=2)["ids"]) == 50
    expect(crooked.more).to_contain_text("nobody new any more")
    asked = len(api.calls)
    assert asked <= 7
    with crooked.page.expect_response(re.compile("cursor=")):
        crooked.more.get_by_text("Ask once more").click()
    expect(crooked.more).to_contain_text("nobody new any more")
    assert len(api.calls) == asked + 1


def test_a_service_that_promises_more_without_a_cursor_ends(crooked, api):
    api.change("/prospects", lambda data: data.update(nextCursor=None, hasMore=True))
    crooked.open(known.NORDIC)
    expect(crooked.more).to_have_text("That is everyone: 50 people")


def test_people_who_come_again_on_the_next_page_are_shown_once(crooked, api, sandbox):
    again = sandbox.people(known.NORDIC, 200)[40:50]
    api.change("/prospects.*cursor=", lambda data: data.update(items=again + data["items"]))
    scrolled = crooked.open(known.NORDIC).scroll(300)
    assert scrolled["twice"] == 0
    assert scrolled["ids"][:150] == [found["id"] for found in sandbox.people(known.NORDIC, 200)[:150]]


def test_next_after_the_last_row_of_a_service_that_lies_about_more_says_so(crooked, api, sandbox):
    api.change("/prospects.*cursor=", lambda data: data.update(items=[], nextCursor=None, hasMore=False))
    last = str(sandbox.people(known.NORDIC, 200)[49]["id"])
    crooked.open(known.NORDIC).name(last).click()
    crooked.panel.expect_person(last)
    crooked.panel.next.click()
    expect(crooked.panel.name).to_have_text("That was the last one")
    crooked.panel.close.click()
    expect(crooked.name(last)).to_be_focused()


def test_a_person_who_cannot_be_read_can_be_tried_again_in_the_panel(crooked, api, sandbox, watch):
    watch.allow("^503 .*/prospects/")
    first, second = (str(found["id"]) for found in sandbox.people(known.NORDIC, 2))
    crooked.open(known.NORDIC).name(first).click()
    crooked.panel.expect_person(first)
    api.refuse("/prospects", 500)
    crooked.panel.next.click()
    expect(crooked.panel.dialog.get_by_role("alert")).to_contain_text("trace-of-the-test")
    api.be_straight()
    crooked.panel.dialog.get_by_role("link", name="Try again").click()
    crooked.panel.expect_person(second)
    crooked.page.go_back()
    expect(crooked.name(second)).to_be_focused()
