"""axe-core finds nothing where links are made and where they lead, in both themes, on a desk and on a phone."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import known
from tests.e2e.axe import FOUR_LOOKS, nothing_found
from tests.e2e.share_page import AUDIENCE, PASSWORD, REGISTER, Shared, Sharing, make, revoke

pytestmark = pytest.mark.e2e
ALL = ["company", "place", "about", "linkedin", "emails", "status"]


@pytest.fixture
def page(visit) -> Page:
    return visit(reduced_motion="reduce")


@pytest.fixture
def stranger(visit) -> Page:
    return visit(stranger=True, reduced_motion="reduce")


def test_the_form_its_errors_and_what_was_made(page, watch):
    watch.allow("^422 ")
    form = Sharing(page).open()
    nothing_found(page)
    form.days.fill("400")
    form.button.click()
    expect(form.days).to_have_attribute("aria-invalid", "true")
    nothing_found(page, "#share-form")
    form.days.fill("20")
    form.fill().button.click()
    expect(form.made).to_be_visible()
    nothing_found(page, ".made", FOUR_LOOKS)


def test_the_preview_and_the_register(page):
    form = Sharing(page).open().fill()
    form.field("E-mails").check()
    expect(form.column("Reach")).to_be_visible()
    page.goto(f"{known.audience(AUDIENCE)}share/preview/")
    nothing_found(page, "html")
    make(page.request)
    revoke(page.request)
    make(page.request)
    page.goto(REGISTER)
    nothing_found(page)


def test_the_password(page, stranger, watch):
    watch.allow("^422 ")
    shared = Shared(stranger).visit(make(page.request, password=PASSWORD))
    nothing_found(stranger, "html")
    shared.unlock("wrong-password")
    expect(shared.wrong).to_be_visible()
    nothing_found(stranger, "html", FOUR_LOOKS)


@pytest.mark.parametrize(("fields", "looks"), [([], FOUR_LOOKS[:1]), (ALL, FOUR_LOOKS)])
def test_the_shared_page_and_somebody_on_it(page, stranger, fields, looks):
    shared = Shared(stranger).visit(make(page.request, fields_shown=fields))
    nothing_found(stranger, "html", looks)
    shared.rows.first.get_by_role("link").first.click()
    expect(shared.panel.name).to_be_focused()
    nothing_found(stranger, "#panel", looks[:2])


def test_what_is_being_prepared_and_what_has_ended(page, stranger, watch):
    watch.allow("^404 ")
    url = make(page.request, known.audience(known.NEVER_READY))
    stranger.goto(url)
    expect(stranger.get_by_role("heading", level=2)).to_have_text("This list is being prepared")
    nothing_found(stranger, "html")
    revoke(page.request)
    stranger.goto(url)
    Shared(stranger).expect_gone()
    nothing_found(stranger, "html", FOUR_LOOKS)
