"""What a screen reader finds: the list, the panel beside it, and what stands in the list's place."""

import pytest
from playwright.sync_api import expect

from tests.e2e import known
from tests.e2e.people_page import People

pytestmark = pytest.mark.e2e
LIST = """
- heading "Nordic RevOps leads" [level=1]
- paragraph: /Heads of revenue/
- text: LinkedIn search ·
- link /Q4 push/
- text: created
- time: 10 Nov 2026
- text: ·
- group: Details
- paragraph: 25 by e-mail 12 by chat 3 open profile 6 maybe 4 none of 50 loaded
- progressbar "Loaded"
- text: /50 of about 2,340 loaded/
- time: /.+/
- link "Ask the service again"
- searchbox "Find among the people loaded"
- group: View
- table "Prospects":
  - rowgroup:
    - row:
      - columnheader "Person"
      - columnheader "Role and company"
  - rowgroup:
    - row /Preben Koch Senior RevOps Manager/:
      - cell "Preben Koch":
        - link "Preben Koch"
- link "Load more"
"""
PANEL = """
- dialog "Preben Koch":
  - article:
    - text: 1 of 2,340
    - link "Next person"
    - link "Back to the list"
    - heading "Preben Koch" [level=2]
    - paragraph: Senior RevOps Manager at Eldlogik A/S
    - term: Place
    - definition: Aalborg, Denmark
    - term: E-mail
    - definition:
      - link "preben@eldlogik.example"
      - button "Copy preben@eldlogik.example"
      - text: /deliverable/
    - heading "About" [level=3]
    - heading "Company" [level=3]
    - heading "Record" [level=3]
"""
STATES = {
    "empty": (
        known.EMPTY,
        """
- heading "Reverse demo requests" [level=1]
- heading "Nobody is in this audience yet" [level=2]
- paragraph: /ready/
""",
    ),
    "not ready": (
        known.NEVER_READY,
        """
- heading "This audience is still being populated" [level=2]
- paragraph: /filling since/
- paragraph: /ext look/
- paragraph: /You can close this page/
- button "Look now"
""",
    ),
    "error": (
        "57a7e5000000000000000500",
        """
- alert:
  - heading "The service has a problem" [level=2]
  - paragraph: /It answers 500/
  - paragraph: /usually over in a moment/
  - paragraph:
    - link "Try again"
  - paragraph:
    - text: Trace id
    - code: /\\w{8,}/
    - button "Copy the trace id"
""",
    ),
}


def test_the_list(page):
    People(page).open(known.NORDIC)
    expect(page.get_by_role("main")).to_match_aria_snapshot(LIST)


def test_the_panel_is_named_after_the_person(page):
    people = People(page).open(known.NORDIC)
    people.name(people.ids()[0]).click()
    expect(people.panel.name).to_be_focused()
    expect(page.locator("body")).to_match_aria_snapshot(PANEL)
    expect(people.status).to_have_text("")  # the focus has moved: nothing is said twice


@pytest.mark.parametrize("state", STATES)
def test_what_stands_in_the_lists_place(page, watch, state):
    watch.allow("^503 .*/audiences/57a7e5000000000000000500/")
    audience_id, wanted = STATES[state]
    page.goto(known.audience(audience_id))
    expect(page.get_by_role("main")).to_match_aria_snapshot(wanted)
