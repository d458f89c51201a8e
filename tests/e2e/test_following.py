"""Following an audience until it is ready: every open page knows, nobody reloads, and the API is not asked for it."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import known
from tests.e2e.creating_page import HERE, Creating, Following, Notices, come_back
from tests.e2e.people_page import People
from tests.e2e.sidebar_page import Sidebar

pytestmark = pytest.mark.e2e
_COUNTS_ALL = """
() => +document.querySelector("#reaches [data-reach=all]").textContent
  === document.querySelectorAll("#rows .person").length
"""
_HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.isHidden === true, configurable: true})"


def _hide(page: Page, hidden: bool) -> None:
    """As another tab in front of this one would: headless pages are never hidden."""
    page.evaluate(f"isHidden = {str(hidden).lower()}; document.dispatchEvent(new Event('visibilitychange'))")


@pytest.fixture
def theirs(visit, member) -> Following:
    """The member, at the list of all audiences."""
    page = visit(cookies=member)
    page.goto(known.group(HERE))
    return Following(page)


def test_from_the_form_to_the_list_without_a_reload(page, theirs):
    ours = Creating(page).open().send("Watched by two").expect_filling()
    page.evaluate("window.marker = 'not reloaded'")
    come_back(theirs.page)
    for line in (theirs.in_sidebar, theirs.in_list):
        expect(line.filter(has_text="Watched by two")).to_be_visible()
    theirs.in_sidebar.filter(has_text="Watched by two").click()
    theirs.expect_filling()
    theirs.page.evaluate("window.marker = 'not reloaded'; document.hasFocus = () => false")
    for following in (ours, theirs):
        _expect_list(following, "Watched by two")
    expect(theirs.page).to_have_title(re.compile(r"^● \(\d+\) Watched by two · Casa Verde Studios$"))
    expect(page).to_have_title(re.compile(r"^(\(\d+\) )?Watched by two · Casa Verde Studios$"))
    _expect_whole(page)
    theirs.page.evaluate("window.dispatchEvent(new Event('focus'))")
    expect(theirs.page).to_have_title(re.compile(r"^\(\d+\) Watched by two · "))


def _expect_list(following: Following, name: str) -> None:
    """The page has become the list, says so, and is one."""
    page, people = following.page, People(following.page)
    expect(people.rows).to_have_count(50, timeout=20_000)
    assert page.evaluate("window.marker") == "not reloaded"
    expect(people.status).to_have_text(re.compile(f"^{name} is ready. 50 of about [2-5][0-9][0-9] loaded"))
    expect(following.filling).to_have_count(0)
    expect(following.in_sidebar.filter(has_text=name)).to_have_count(0)
    row = Sidebar(page).audience(name)
    expect(row).to_have_class(re.compile(r"\bnew\b"))
    expect(row).to_have_attribute("aria-current", "page")


def _expect_whole(page: Page) -> None:
    """The list scrolls on, opens people, and has an address and a history like any other."""
    people = People(page)
    scrolled = people.scroll(120)
    assert (len(scrolled["ids"]) >= 120, scrolled["twice"]) == (True, 0)
    people.name(scrolled["ids"][60]).click()
    people.panel.expect_person(scrolled["ids"][60])
    page.go_back()
    people.panel.expect_closed()
    expect(people.row(scrolled["ids"][60])).to_have_class(re.compile(r"\bopened\b"))
    expect(page.locator(".coverage [data-opened]")).to_have_text("1 opened")
    page.wait_for_function(_COUNTS_ALL)
    page.get_by_role("button", name="Star", exact=True).click()
    expect(Sidebar(page).mine("Starred")).to_have_text(["Watched by two"])
    assert page.evaluate("window.marker") == "not reloaded"
    page.reload()
    expect(people.rows.first).to_be_visible()
    page.go_back()
    expect(Creating(page).name).to_be_visible()
    page.go_forward()
    expect(people.rows.first).to_be_visible()
    page.goto(known.group(HERE))
    expect(page.get_by_role("table", name="Audiences").get_by_role("link", name="Watched by two")).to_be_visible()


def test_the_pulse_rests_while_the_page_is_hidden(page, watch):
    page.add_init_script(_HIDE)
    page.clock.install()
    page.goto(known.group(HERE))
    _hide(page, True)
    watch.requests.clear()
    page.clock.run_for(120_000)
    assert [one for one in watch.requests if "/pulse/" in one] == []
    with page.expect_response(re.compile("/pulse/")):
        _hide(page, False)


def test_a_session_that_ends_takes_nothing_from_whoever_types(page, watch):
    page.clock.install()
    form = Creating(page).open().fill("Half a name", "Monitoring", "Half a sentence")
    page.context.clear_cookies(name="sessionid")
    with page.expect_response(re.compile("/pulse/")):
        page.clock.run_for(15_000)
    watch.requests.clear()
    page.clock.run_for(120_000)
    assert [one for one in watch.requests if "/pulse/" in one] == []
    expect(page).to_have_url(re.compile("/audiences/new/$"))
    form.expect_filled("Half a name", "Monitoring", "Half a sentence")


@pytest.mark.soak  # tests/shared/test_readiness.py asks the same of a hundred tabs
def test_a_hundred_pulses_cost_the_api_nothing(visit, unsteady, api):
    page = visit(base_url=unsteady)
    following = Creating(page).open().send("Asked for on and on").expect_filling()
    pulse = f"{known.group(HERE)}pulse/?audience={following.page.url.split('/')[-2]}"
    Sidebar(page).find.fill("asked on")
    expect(following.in_sidebar).to_have_text(re.compile("^Asked for on and on"))
    page.goto("about:blank")  # the list that it becomes is read from the API
    api.calls.clear()
    assert {page.request.get(pulse).status for _ in range(100)} == {200}
    assert api.calls == []


def test_a_phone_follows_it_and_whoever_has_opened_it_is_told(phone, theirs):
    Creating(phone).open().send("On a phone").expect_filling()
    theirs.page.goto(phone.url.partition("?")[0].replace(phone.url.split("/g/")[0], ""))
    theirs.expect_filling().page.goto(known.group(HERE))
    told = Notices(theirs.page)
    unread = told.unread()
    expect(People(phone).rows).to_have_count(50, timeout=20_000)
    assert phone.locator("html").evaluate("(html) => html.scrollWidth") == 375
    phone.get_by_role("button", name="Audiences").click()
    expect(Sidebar(phone).current).to_contain_text("On a phone")
    told.expect_unread(unread + 1)  # by itself
    told.summary.click()
    told.line("On a phone is ready").get_by_role("link").click()
    expect(People(theirs.page).rows.first).to_be_visible()
    told.expect_unread(unread)


def test_without_scripts_the_page_looks_again_by_itself(plain):
    def hurry(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(refresh, refresh.replace("15", "1")))

    refresh = 'http-equiv="refresh" content="15;'
    looked_at = re.compile(r"/audiences/[0-9a-f]{24}/(\?refreshed=1)?$")
    following = Creating(plain).open().send("Without scripts").expect_filling()
    assert refresh in plain.content()
    expect(following.in_sidebar.filter(has_text="Without scripts")).to_have_attribute("aria-current", "page")
    plain.route(looked_at, hurry)
    plain.reload()
    expect(People(plain).rows).to_have_count(50, timeout=20_000)  # nobody pressed anything


def test_without_scripts_look_now_asks_at_once(plain):
    plain.goto(known.audience(known.NEVER_READY))
    following = Following(plain).expect_filling()
    following.look_now.click()
    expect(following.expect_filling().filling).to_contain_text(re.compile("Last looked at .*; next look"))


def test_without_scripts_an_attempt_can_be_looked_for_and_sent_again(visit, unsteady, api, watch):
    watch.allow("^422 ")
    api.refuse("^POST", 500)
    following = Creating(visit(base_url=unsteady, java_script_enabled=False)).open().send("Plainly unclear")
    following.expect_unconfirmed().look_now.click()
    expect(following.attempt).to_contain_text("not listed")
    api.be_straight()
    following.send_again("plainly wrong")
    expect(following.page.get_by_text("This is not its name")).to_be_visible()
    following.page.get_by_label("Type its name").fill("Plainly unclear")
    following.page.get_by_role("button", name="Send again").click()
    following.expect_created("Plainly unclear")
