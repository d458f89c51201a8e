"""Exporting: begun by keyboard, watched without a reload, fetched, and never taken for whole when it is not."""

import csv
import hashlib
import io
import json
import re
import zipfile

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import known
from tests.e2e.axe import ALL, DESK, PHONE, nothing_found
from tests.e2e.exports_page import WHOLE, Exports

pytestmark = pytest.mark.e2e
_SAYS = """
() => { window.said = [];
  new MutationObserver(() => said.push(document.getElementById("status").textContent))
    .observe(document.getElementById("status"), { childList: true }); }
"""
_COVERED = """
() => { const box = document.activeElement, at = box.getBoundingClientRect();
  const found = document.elementFromPoint(at.x + at.width / 2, at.y + at.height / 2);
  return found === box || box.closest("label").contains(found) ? "" : `${box.value} under ${found?.className}`; }
"""
_HIDE = "Object.defineProperty(document, 'hidden', {get: () => window.isHidden === true, configurable: true})"


@pytest.fixture
def still(visit) -> Page:
    return visit(reduced_motion="reduce")


def opened(archive: bytes) -> tuple[str, bytes, dict[str, object]]:
    """The name of the file in a download, its bytes, and what the manifest says."""
    with zipfile.ZipFile(io.BytesIO(archive)) as pack:
        name, manifest = pack.namelist()
        return name, pack.read(name), json.loads(pack.read(manifest))


def test_by_keyboard_from_the_audience_to_a_whole_file(page, sandbox):
    page.goto(known.audience(known.SHORT))
    page.keyboard.press("Control+k")
    page.keyboard.type("export")
    page.keyboard.press("Enter")
    exports = Exports(page)
    exports.format("CSV").focus()
    exports.start.focus()
    page.keyboard.press("Enter")
    expect(exports.card).to_be_focused()
    page.evaluate(_SAYS)
    page.evaluate("window.marker = 'not reloaded'")
    page.keyboard.press("Tab")
    people = sandbox.people(known.SHORT, 1000)
    exports.expect_title(f"Whole: {len(people)} people")
    expect(exports.card).to_contain_text("The service counts about 870")
    expect(exports.status).to_have_text(f"The export is ready: {len(people)} people.")
    assert page.evaluate("window.marker") == "not reloaded"
    assert exports.card.evaluate("(card) => card.contains(document.activeElement)")
    archive = exports.fetch("Download")
    exports.manifest()
    _expect_file(archive, exports.fetch("CSV without BOM"), people)


def _expect_file(archive, bare, people):
    name, data, facts = opened(archive)
    assert re.fullmatch(r"Agencies EMEA \d{4}-\d\d-\d\d\.csv", name)
    assert (facts["rows"], facts["apiCount"], facts["whole"]) == (len(people), 870, True)
    assert (facts["file"]["sha256"], data) == (hashlib.sha256(data).hexdigest(), b"\xef\xbb\xbf" + bare)
    head, *rows = csv.reader(io.StringIO(bare.decode(), newline=""))
    assert head[0] == "Prospect id"
    assert [row[0] for row in rows] == [one["id"] for one in people]


def reading(page: Page) -> Exports:
    """One that goes on for long, with somebody in it by now."""
    exports = Exports(page).begin(known.LARGE)
    expect(exports.card).to_contain_text(re.compile(r"[1-9][\d,]* of about 100,000 people"), timeout=WHOLE)
    return exports


def test_one_that_waits_says_why_and_keeps_the_focus_and_what_is_open(page, dashboard):
    exports = reading(page)
    page.evaluate("window.marker = 'not reloaded'")
    exports.card.get_by_text("14 columns").click()
    exports.does("Cancel").focus()
    for problem in ("the service rests", "the service asks us to slow down"):
        dashboard.hold_exports(problem)
        expect(exports.card).to_contain_text(
            re.compile(f"Waiting since .*: {problem}. It goes on at .*trace-of-a-test", re.DOTALL)
        )
        expect(exports.does("Cancel")).to_be_focused()
        expect(exports.card.get_by_text("Prospect id, Name")).to_be_visible()
    expect(exports.status).to_have_text("The export waits: the service rests.")
    expect(page).to_have_title(re.compile(r"^(\(\d+\) )?Export waits · Exports of All revenue"))
    assert page.evaluate("window.marker") == "not reloaded"


def test_what_is_kept_of_one_is_partial_and_says_so(page, dashboard):
    exports = reading(page)
    dashboard.hold_exports("the service rests")
    exports.expect_title("Waiting").does("Stop here and keep what there is").click()
    exports.expect_title(r"Partial: [\d,]+ of about 100,000 people")
    expect(exports.card).to_contain_text("people are missing")
    name, data, facts = opened(exports.fetch("Download partial"))
    assert ("partial" in name, facts["whole"], data.count(b"\r\n") > 50) == (True, False, True)
    exports.does("Take up again").click()
    expect(exports.card).to_contain_text(re.compile("Reading people|Waiting"))
    exports.does("Cancel").click()
    exports.expect_title("Cancelled").does("Delete").click()
    expect(exports.cards).to_have_count(0)


def test_the_columns_are_chosen_and_begun_with_the_next_time(still, watch):
    watch.allow("^422 ")
    page, exports = still, Exports(still).open(known.EMPTY)
    for name, count in (("All", 33), ("Default", 14), ("None", 0)):
        page.get_by_role("button", name=name, exact=True).click()
        expect(exports.count).to_have_text(f"{count} of 33")
    exports.format("Excel").check()
    exports.start.click()
    expect(page.get_by_text("Choose at least one column.")).to_be_visible()
    expect(exports.boxes.first).to_be_focused()
    expect(exports.format("Excel")).to_be_checked()
    nothing_found(page, "#export-form", [(PHONE, "dark", ALL)])
    exports.boxes.first.check()
    exports.start.click()
    exports.expect_title("Whole: 0 people").open(known.EMPTY)
    expect(exports.count).to_have_text("1 of 33")
    expect(exports.format("Excel")).to_be_checked()


@pytest.mark.parametrize("size", [(1280, 600), (375, 600)])
def test_the_line_at_the_end_covers_nothing_that_has_the_focus(still, size):
    exports = Exports(still).open(known.EMPTY)
    still.set_viewport_size(dict(zip(("width", "height"), size, strict=True)))
    top = "(box) => { box.scrollIntoView({ block: 'start' }); box.focus(); }"
    exports.boxes.first.evaluate(top)
    for _ in range(exports.boxes.count() - 1):
        still.keyboard.press("Tab")
        assert still.evaluate(_COVERED) == ""


def test_who_is_signed_out_meanwhile_is_told_that_the_page_stands_still(page):
    exports = Exports(page).open(known.EMPTY)
    page.evaluate("document.title = `Exporting 7 % · ${document.title}`")
    page.context.clear_cookies()
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(page.locator("#exports-stopped")).to_be_visible()
    expect(exports.status).to_contain_text("you were signed out")
    expect(page).to_have_title(re.compile("^Exports of"))


def test_without_scripts_it_looks_again_by_itself(plain):
    def hurry(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=answer.text().replace(refresh, refresh.replace("5", "1")))

    refresh = 'http-equiv="refresh" content="5;'
    plain.route(re.compile(r"/exports/(\?refreshed=\d)?$"), hurry)
    exports = Exports(plain).open(known.SHORT)
    exports.format("Excel").check()
    exports.start.click()
    exports.expect_title("Whole: 858 people")  # nobody pressed anything
    assert plain.url.endswith("#exports")
    assert exports.fetch("XLSX alone").startswith(b"PK")
    exports.manifest()


def test_on_a_phone(phone):
    exports = Exports(phone).begin(known.SHORT).expect_title("Whole")
    assert phone.locator("html").evaluate("(html) => html.scrollWidth") == 375
    phone.evaluate("scrollTo(0, 0)")
    phone.get_by_role("link", name="To its exports").click()
    expect(exports.card).to_be_in_viewport()
    assert exports.fetch("CSV alone")


@pytest.mark.soak  # tests/exports/test_pages.py asks the same
def test_a_member_sees_their_own_alone(page, visit, member):
    Exports(page).begin(known.SHORT).expect_title("Whole")
    theirs = Exports(visit(cookies=member)).open(known.SHORT)
    expect(theirs.list).to_contain_text("None yet")
    theirs.start.click()
    theirs.expect_title("Whole")
    expect(Exports(page).open(known.SHORT).cards).to_have_count(2)
    expect(theirs.cards).to_have_count(1)


def test_the_page_rests_while_it_is_hidden(page, watch):
    page.add_init_script(_HIDE)
    page.clock.install()
    Exports(page).open(known.SHORT)
    for hidden, count in ((True, 0), (False, 1)):
        watch.requests.clear()
        page.evaluate(f"isHidden = {str(hidden).lower()}; document.dispatchEvent(new Event('visibilitychange'))")
        page.clock.run_for(9_000)
        page.wait_for_timeout(50)
        assert len([one for one in watch.requests if "/exports/pulse/" in one]) == count


def test_axe_finds_nothing(still, dashboard):
    exports = reading(still)
    dashboard.hold_exports("the service rests")
    exports.expect_title("Waiting")
    nothing_found(still)
    still.set_viewport_size(DESK)
    exports.does("Stop here and keep what there is").click()
    exports.expect_title("Partial").manifest()
    nothing_found(still, "#exports")  # in every state and both themes: the page of components
