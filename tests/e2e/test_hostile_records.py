"""What strangers write into their profiles stays text."""

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e

_PROTOCOLS = "() => [...document.links].map((link) => link.protocol)"
_HEIGHTS = "(rows) => [...new Set(rows.map((row) => row.getBoundingClientRect().height))]"
_STEP_TO_THE_END = """
async () => {
  const panel = document.getElementById("panel"), shown = [];
  for (;;) {
    const person = panel.querySelector("[data-person]").dataset.person;
    shown.push([person, document.documentElement.scrollWidth, panel.scrollWidth]);
    const next = panel.querySelector("a[rel=next]");
    if (!next) return shown;
    const stepped = new Promise((done) => panel.addEventListener("htmx:afterSwap", done, { once: true }));
    next.click();
    await stepped;
  }
}
"""


def test_hostile_people_run_nothing_and_keep_the_pages_shape(page):
    alerts: list[str] = []
    page.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    people = People(page).open(known.HOSTILE)
    people.scroll(1000)
    expect(people.more).to_contain_text("That is everyone")
    for width, row_height in ((1440, 45), (375, 77)):
        page.set_viewport_size({"width": width, "height": 800})
        assert people.rows.evaluate_all(_HEIGHTS) == [row_height]
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert set(page.evaluate(_PROTOCOLS)) <= {"http:", "https:", "mailto:"}
    assert alerts == []


def test_every_hostile_person_opens_without_a_script_and_within_the_phones_width(phone):
    alerts: list[str] = []
    phone.on("dialog", lambda dialog: (alerts.append(dialog.message), dialog.dismiss()))
    people = People(phone).open(known.HOSTILE)
    everybody = people.scroll(1000)["ids"]
    people.name(everybody[0]).click()
    people.panel.expect_person(everybody[0])
    shown = phone.evaluate(_STEP_TO_THE_END)
    assert [one for one, *_ in shown] == everybody
    assert {wide for _, *widths in shown for wide in widths} == {375}
    assert set(phone.evaluate(_PROTOCOLS)) <= {"http:", "https:", "mailto:"}
    assert alerts == []
