"""Links for people outside: made with a preview in sight, opened by a stranger on a phone, and ended."""

import re

import pytest
from playwright.sync_api import Page, Response, Route, expect

from tests.dashboard.running import wait
from tests.e2e import known
from tests.e2e.creating_page import HERE, Creating, come_back
from tests.e2e.share_page import AUDIENCE, NOTE, PASSWORD, REGISTER, SENDER, TITLE, Shared, Sharing, make

pytestmark = pytest.mark.e2e
OWN_NAME, GROUP = "Agencies EMEA", "Nordwind"


@pytest.fixture
def ids(sandbox) -> list[str]:
    return [str(found["id"]) for found in sandbox.people(AUDIENCE, 200)]


@pytest.fixture
def outsider(visit) -> Page:
    """Somebody who was sent a link, on their phone."""
    return visit(width=375, height=740, has_touch=True, stranger=True)


def test_a_link_is_made_from_the_audience_with_its_preview_in_sight(visit):
    page = visit(permissions=["clipboard-read", "clipboard-write"])
    page.goto(known.audience(AUDIENCE))
    page.get_by_role("link", name="Share", exact=True).click()
    form = Sharing(page)
    expect(form.title).to_be_focused()
    expect(form.column("Reach")).to_be_hidden()
    form.field("E-mails").check()
    expect(form.column("Reach")).to_be_visible()
    form.field("E-mails").uncheck()
    expect(form.column("Reach")).to_be_hidden()
    form.fill(password=PASSWORD)
    expect(form.preview.get_by_role("heading", level=3)).to_have_text(TITLE)
    form.button.click()
    expect(form.made).to_be_focused()
    url = form.made.input_value()
    page.get_by_role("button", name="Copy link").click()
    expect(page.locator("#status")).to_have_text("Copied.")
    assert page.evaluate("navigator.clipboard.readText()") == url
    expect(form.links.first).to_contain_text(f"{TITLE} live password")
    _expect_never_again(form, url)


def test_whoever_is_looked_at_in_the_preview_can_be_left_out(page):
    form = Sharing(page).open()
    name = form.preview.locator(".person a.open").first.inner_text()
    form.preview.locator(".person").first.hover()
    form.preview.get_by_role("button", name=f"Leave out {name}", exact=True).click()
    expect(form.preview.get_by_role("link", name=name, exact=True)).to_have_count(0)
    expect(page.locator("#id_hidden")).not_to_have_value("")
    expect(page.locator(".preview-rows")).to_be_focused()


def _expect_never_again(form: Sharing, url: str) -> None:
    """Neither a reload, which sends the form again, nor the page anew has the address."""
    token, count = url.rstrip("/").rpartition("/")[2], form.links.count()
    form.page.reload()
    expect(form.page.get_by_role("alert").filter(has_text="made its link already")).to_be_visible()
    expect(form.links).to_have_count(count)
    assert token not in form.page.content()
    assert token not in form.open().page.content()


def test_somebody_in_the_preview_is_looked_at_in_a_tab_of_their_own(page, ids):
    form = Sharing(page).open().fill("Half filled in")
    expect(form.preview.get_by_role("heading", level=3)).to_have_text("Half filled in")
    with page.context.expect_page() as opened:
        form.preview.get_by_role("row").get_by_role("link").first.click()
    expect(opened.value.locator("main [data-person]")).to_have_attribute("data-person", ids[0])
    expect(form.title).to_have_value("Half filled in")


def test_what_is_wrong_has_the_focus(page, watch):
    watch.allow("^422 ")
    form = Sharing(page).open().fill(password="short")
    form.days.fill("400")
    form.button.click()
    expect(form.days).to_be_focused()
    expect(form.days).to_have_accessible_description("A link lasts 90 days at most.")
    expect(form.title).to_have_value(TITLE)
    expect(form.password).to_have_value("")


def test_the_password_is_asked_for_by_a_plain_form(page, outsider, watch):
    watch.allow("^422 ")
    shared = Shared(outsider).visit(make(page.request, password=PASSWORD))
    expect(outsider).to_have_title("A shared list")
    expect(shared.password).to_be_focused()
    expect(outsider.get_by_role("main")).to_contain_text(f"From {SENDER}")
    assert TITLE not in outsider.content()
    shared.unlock("not-the-password")
    expect(shared.wrong).to_have_text("That is not the password. Check it, then try again.")
    expect(shared.password).to_be_focused()
    shared.unlock(PASSWORD)
    expect(shared.heading).to_have_text(TITLE)
    expect(outsider).to_have_title(TITLE)
    expect(outsider.get_by_role("main")).to_contain_text(NOTE)
    expect(shared.rows).to_have_count(50)


def test_an_outsider_reads_on_and_opens_people(page, outsider, ids):
    shared = Shared(outsider).visit(make(page.request))
    shared.row(ids[0]).tap()
    shared.panel.expect_person(ids[0])
    shared.bar.get_by_role("link", name="Next").tap()
    shared.panel.expect_person(ids[1])
    shared.bar.get_by_role("link", name="Previous").tap()
    shared.panel.expect_person(ids[0])
    shared.panel.close.tap()
    shared.panel.expect_closed()
    shared.row(ids[2]).tap()
    shared.panel.expect_person(ids[2])
    outsider.go_back()
    shared.panel.expect_closed()
    expect(shared.name(ids[2])).to_be_focused()
    assert outsider.locator("html").evaluate("(html) => html.scrollWidth") == 375


def test_an_outsider_is_given_nothing_of_the_team_and_nothing_unticked(page, outsider, ids, sandbox):
    bodies: list[Response] = []
    shared = Shared(outsider).visit(make(page.request))
    expect(shared.rows).to_have_count(50)
    seen = [outsider.content()]
    outsider.on("response", lambda response: bodies.append(response) if "/s/" in response.url else None)
    assert shared.scroll(150)["ids"][:150] == ids[:150]
    shared.row(ids[149]).tap()
    shared.panel.expect_person(ids[149])
    words = outsider.locator("body").inner_text()
    seen += [outsider.content(), *(response.text() for response in bodies)]
    assert len(seen) > 4
    assert [word for word in (*ids, "Trace", "id") if re.search(rf"\b{word}\b", words)] == []
    _expect_nothing_of("".join(seen), sandbox.people(AUDIENCE, 200))
    expect(outsider.locator(".sidebar, nav[aria-label=Audiences]")).to_have_count(0)


def _expect_nothing_of(text: str, people: list[dict[str, object]]) -> None:
    addresses = [email["email"] for person in people for email in person["emails"] or ()]
    profiles = [person["linkedinUrl"] for person in people if person["linkedinUrl"]]
    assert min(len(addresses), len(profiles)) > 50
    assert [word for word in (OWN_NAME, GROUP, AUDIENCE, *addresses, *profiles) if word in text] == []


def test_a_link_that_is_revoked_is_gone_from_open_tabs(page, outsider, ids, watch):
    watch.allow("^404 ")
    url = make(page.request, title="Soon revoked")
    tabs = [Shared(outsider).visit(url), *(Shared(outsider.context.new_page()) for _ in range(2))]
    for tab in tabs[1:]:
        tab.page.route("**/pulse/", _says_nothing)
        tab.visit(url)
    page.goto(REGISTER)
    row = Sharing(page).links.filter(has_text="Soon revoked")
    row.locator("summary", has_text="Revoke").click()
    row.get_by_role("button", name="Revoke Soon").click()
    expect(row).to_contain_text("Soon revoked revoked")
    expect(row).to_be_in_viewport()
    come_back(tabs[0].page)
    tabs[1].row(ids[0]).tap()
    tabs[2].scroll_to_end()
    for tab in tabs:
        tab.expect_gone()
    assert outsider.reload().status == 404
    tabs[0].expect_gone()


def _says_nothing(route: Route) -> None:
    route.fulfill(status=304)


def test_without_scripts_a_link_is_made_as_well(plain):
    form = Sharing(plain).open().fill(password="short")
    form.field("E-mails").check()
    form.show.click()
    expect(form.preview.get_by_role("heading", level=3)).to_have_text(TITLE)
    expect(form.column("Reach")).to_be_visible()
    expect(form.preview).to_be_in_viewport()
    for field, value in ((form.title, TITLE), (form.sender, SENDER), (form.note, NOTE), (form.password, "")):
        expect(field).to_have_value(value)
    expect(form.field("E-mails")).to_be_checked()
    form.button.click()
    expect(form.made).to_have_value(re.compile("/s/[A-Za-z0-9_-]{43}/$"))
    expect(plain.get_by_role("button", name="Copy link")).to_be_hidden()


def test_without_scripts_it_is_read_as_well(page, visit, ids):
    plain = visit(stranger=True, java_script_enabled=False)
    shared = Shared(plain).visit(make(page.request, password=PASSWORD), PASSWORD)
    plain.get_by_role("link", name="Load more").click()
    expect(shared.row(ids[50])).to_be_visible()
    shared.name(ids[50]).click()
    person = plain.locator("main [data-person]")
    expect(person).to_have_attribute("data-person", ids[50])
    plain.get_by_role("link", name="Next person").click()
    expect(person).to_have_attribute("data-person", ids[51])
    plain.get_by_role("link", name="Back to the list").click()
    expect(shared.row(ids[51])).to_be_in_viewport()


def test_what_is_being_prepared_becomes_the_list_by_itself(page, outsider):
    Creating(page).open().send("Shared before it was ready").expect_filling()
    shared = Shared(outsider).visit(make(page.request, page.url))
    outsider.evaluate("window.marker = 'not reloaded'")
    expect(outsider.get_by_role("heading", level=2)).to_have_text("This list is being prepared")
    wait(lambda: come_back(outsider) or shared.rows.count())  # it asks by itself as well, a little later
    assert outsider.evaluate("window.marker") == "not reloaded"
    expect(shared.heading).to_have_text(TITLE)
    assert outsider.title().removeprefix("● ") == TITLE
    assert HERE not in outsider.content()


def test_by_keyboard_a_link_is_made(page):
    form = Sharing(page).open()
    expect(form.title).to_be_focused()
    page.keyboard.type(TITLE)
    for stop in (page.get_by_role("button", name="Use the audience's name"), form.sender, form.note):
        page.keyboard.press("Tab")
        expect(stop).to_be_focused()
    for label in ("Company", "Place", "About", "LinkedIn", "E-mails"):
        page.keyboard.press("Tab")
        expect(form.field(label)).to_be_focused()
    page.keyboard.press("Space")
    expect(form.column("Reach")).to_be_visible()
    form.days.focus()
    page.keyboard.press("Enter")  # in a field it makes nothing yet
    expect(form.made).to_have_count(0)
    form.button.focus()
    page.keyboard.press("Enter")
    expect(form.made).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Copy link")).to_be_focused()


def test_by_keyboard_a_person_is_opened(page, visit, ids):
    stranger = visit(stranger=True)
    shared = Shared(stranger).visit(make(page.request))
    for _ in range(12):  # past the skip link, the theme and the search
        stranger.keyboard.press("Tab")
        if shared.name(ids[0]).evaluate("(name) => name === document.activeElement"):
            break
    stranger.keyboard.press("Enter")
    shared.panel.expect_person(ids[0])
    expect(shared.panel.name).to_be_focused()
    stranger.keyboard.press("Escape")
    expect(shared.name(ids[0])).to_be_focused()


def test_single_keys_can_be_switched_off_by_outsiders_and_by_members_at_a_shared_list(page, visit, ids):
    url = make(page.request)
    for reader in (visit(stranger=True), page):
        shared = Shared(reader).visit(url)
        reader.keyboard.press("?")
        reader.get_by_label("Single keys act on this page").uncheck()
        reader.keyboard.press("Escape")
        reader.keyboard.press("j")
        expect(shared.name(ids[0])).not_to_be_focused()
        shared.name(ids[0]).focus()
        reader.keyboard.press("ArrowDown")
        expect(shared.name(ids[1])).to_be_focused()
        reader.reload()
        reader.keyboard.press("j")
        expect(shared.name(ids[0])).to_be_focused()


def test_on_paper(page, visit):
    stranger = visit(stranger=True)
    shared = Shared(stranger).visit(make(page.request))
    expect(stranger.get_by_role("group", name="Theme")).to_be_visible()
    stranger.emulate_media(media="print")
    for part in (shared.heading, stranger.get_by_text(NOTE), shared.coverage, shared.rows.first):
        expect(part).to_be_visible()
    for part in ("button", "input", ".more", ".ribbon", "[role=columnheader].mail", ".row > .reach"):
        expect(stranger.locator(part).locator("visible=true")).to_have_count(0)
    stranger.emulate_media(media="screen")
