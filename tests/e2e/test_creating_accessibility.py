"""axe-core finds nothing on the pages and states of creating an audience, in both themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.axe import ALL, COLOURS, FOUR_LOOKS, PHONE, nothing_found
from tests.e2e.creating_page import HERE, Creating, Notices

pytestmark = pytest.mark.e2e


@pytest.fixture
def page(visit) -> Page:
    return visit(reduced_motion="reduce")


@pytest.fixture
def unclear(visit, unsteady, api) -> Creating:
    """A form whose audiences nobody will know of."""
    api.refuse("^POST", 500)
    return Creating(visit(base_url=unsteady, reduced_motion="reduce")).open()


def test_the_form(page):
    form = Creating(page).open()
    nothing_found(page, looks=FOUR_LOOKS)
    form.kind("Monitoring").check()
    nothing_found(page, "fieldset", ((PHONE, "dark", COLOURS),))


def test_the_form_with_errors_and_with_a_warning(page, sandbox, watch):
    watch.allow("^409 ", "^422 ")
    form = Creating(page).open()
    form.send("Too long " * 30)
    expect(form.alert).to_be_visible()
    nothing_found(page, looks=FOUR_LOOKS)
    form.send(sandbox.navigation(HERE)["ungroupedAudiences"][-1]["name"])  # the last: not of a test before
    expect(form.alert.filter(has_text="There is an audience of this name")).to_be_visible()
    nothing_found(page, looks=FOUR_LOOKS)


def test_an_attempt_in_its_states(unclear, watch):
    watch.allow("^422 ")
    following = unclear.send("Accessible, perhaps").expect_unconfirmed()
    nothing_found(unclear.page, "html", FOUR_LOOKS)
    following.send_again("wrong")
    expect(following.page.get_by_text("This is not its name")).to_be_visible()
    nothing_found(unclear.page, looks=FOUR_LOOKS)
    following.give_up.click()
    expect(following.attempt.get_by_role("heading")).to_have_text("Given up")
    nothing_found(unclear.page)


def test_what_is_on_its_way_in_the_list_and_for_a_member(unclear, visit, member):
    following = unclear.send("Listed as unclear").expect_unconfirmed()
    page = visit(cookies=member, reduced_motion="reduce")
    page.goto(following.page.url.replace(following.page.url.split("/g/")[0], ""))
    nothing_found(page)
    page.goto(known.group(HERE))
    nothing_found(page, "html", FOUR_LOOKS)
    following.give_up.click()


def test_an_audience_that_fills(page):
    page.goto(known.audience(known.NEVER_READY))
    expect(page.locator("#filling")).to_be_visible()
    nothing_found(page, "html", FOUR_LOOKS)


def test_the_open_notices(page):
    page.goto(known.group(HERE))
    Notices(page).summary.click()
    expect(Notices(page).menu).to_be_visible()
    nothing_found(page, "html", FOUR_LOOKS[:1])
    nothing_found(page, ".notices-menu", FOUR_LOOKS[3:])


def test_the_open_notices_of_a_phone(visit):
    phone = visit(width=375, height=740, reduced_motion="reduce")
    phone.goto(known.group(HERE))
    phone.get_by_role("button", name="Audiences").click()
    Notices(phone).summary.click()
    expect(Notices(phone).menu).to_be_visible()
    nothing_found(phone, "html", ((PHONE, "light", ALL), (PHONE, "dark", COLOURS)))
