"""The notices: a menu in the sidebar with what one is told."""

import pytest
from playwright.sync_api import expect

from tests.dashboard.running import wait
from tests.e2e import known
from tests.e2e.creating_page import FORM, HERE, Creating, Notices, come_back

pytestmark = pytest.mark.e2e


@pytest.fixture
def told(visit, unsteady, api, request) -> Notices:
    """Somebody who was told something that they have not read: whoever sees an attempt's page has read it."""
    page = visit(base_url=unsteady)
    api.refuse("^POST", 500)
    form = Creating(page).open().page.locator("#new-audience")
    typed = {name: form.locator(f"[name={name}]").input_value() for name in ("csrfmiddlewaretoken", "form_key")}
    sent = page.request.post(FORM, form=typed | {"name": request.node.name, "type": "on_demand"}, max_redirects=0)
    page.request.post(sent.headers["location"], form=typed | {"wish": "give up"}, max_redirects=0)
    # nothing more is told while somebody counts: what the tests before have created is ready
    wait(lambda: '<i class="ring">' not in page.request.get(f"{known.group(HERE)}pulse/").text())
    page.goto(known.group(HERE))
    return Notices(page)


def test_all_can_be_marked_as_read(told):
    assert told.unread() > 0
    told.summary.click()
    expect(told.menu.locator(".unread").first).to_be_visible()
    place = told.page.url
    told.mark_all.click()
    told.expect_unread(0)
    expect(told.page).to_have_url(place)
    told.summary.click()
    expect(told.lines.first).to_be_visible()
    expect(told.menu.locator(".unread")).to_have_count(0)


def test_the_tab_counts_with_the_bell(told, visit):
    page, unread = told.page, told.unread()
    expect(page).to_have_title(f"({unread}) All audiences · Casa Verde Studios")
    elsewhere = visit(base_url=page.url.partition("/g/")[0])
    elsewhere.goto(known.group(HERE))
    expect(elsewhere).to_have_title(f"({unread}) All audiences · Casa Verde Studios")
    told.summary.click()
    told.mark_all.click()
    expect(page).to_have_title("All audiences · Casa Verde Studios")
    come_back(elsewhere)
    expect(elsewhere).to_have_title("All audiences · Casa Verde Studios")


def test_opening_what_it_is_about_marks_it_as_read(told):
    unread = told.unread()
    told.summary.click()
    told.menu.locator(".unread").first.get_by_role("link").click()
    expect(told.page.get_by_role("heading", level=2).filter(has_text="Given up")).to_be_visible()
    told.expect_unread(unread - 1)


def test_by_keyboard(told):
    told.summary.focus()
    told.page.keyboard.press("Enter")
    expect(told.menu).to_be_visible()
    told.page.keyboard.press("Tab")
    expect(told.mark_all).to_be_focused()
    told.page.keyboard.press("Tab")
    expect(told.lines.first.get_by_role("link")).to_be_focused()
    told.page.keyboard.press("Escape")
    expect(told.menu).to_be_hidden()
    expect(told.summary).to_be_focused()
    told.page.keyboard.press("Space")
    expect(told.menu).to_be_visible()
    for _ in range(25):
        told.page.keyboard.press("Tab")
    expect(told.menu).to_be_hidden()  # the focus has gone on


def test_a_click_elsewhere_closes_it_and_the_pulse_does_not(told):
    told.summary.click()
    come_back(told.page)
    expect(told.menu).to_be_visible()
    told.page.get_by_role("heading", level=1).click()
    expect(told.menu).to_be_hidden()


def test_on_a_phone_a_second_tap_on_the_bell_closes_it(phone, told):
    phone.goto(known.group(HERE))
    phone.get_by_role("button", name="Audiences").tap()
    theirs = Notices(phone)
    theirs.summary.tap()
    expect(theirs.lines.first).to_be_visible()
    theirs.summary.tap()
    expect(theirs.menu).to_be_hidden()


def test_without_scripts(plain, told):
    plain.goto(known.group(HERE))
    theirs = Notices(plain)
    assert theirs.unread() > 0
    theirs.summary.click()
    expect(theirs.lines.first).to_be_visible()
    theirs.mark_all.click()
    theirs.expect_unread(0)
