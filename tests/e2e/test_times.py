"""Times stand in the reader's zone; without scripts in UTC, and say so."""

import re

import pytest

from tests.e2e import known

pytestmark = pytest.mark.e2e
PAGES = [
    known.group(),
    known.audience(known.NORDIC),
    known.audience(known.NEVER_READY),
    f"{known.group()}team/",
    f"{known.group()}audit/",
    f"{known.group()}links/",
    "/account/",
    "/status/",
]
# what people read, without what stands in <time>
_ELSEWHERE = """
() => { const copy = document.body.cloneNode(true);
  for (const one of copy.querySelectorAll("time, noscript, code")) one.remove();
  return copy.textContent; }
"""
_TOLD = "(times) => times.map((time) => [time.dateTime, time.dataset.when, time.textContent])"
_TIME = re.compile(r"\b\d{1,2}:\d\d\b|\b\d{1,2} [A-Z][a-z]{2,8} 20\d\d\b")


@pytest.mark.parametrize("javascript", [True, False])
def test_every_time_says_where_it_is(visit, javascript):
    page = visit(java_script_enabled=javascript, timezone_id="Pacific/Kiritimati")  # 14 hours before UTC
    for address in PAGES:
        page.goto(address)
        times = page.locator("time").evaluate_all(_TOLD)
        assert _TIME.findall(page.evaluate(_ELSEWHERE)) == [], address
        assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d", machine) for machine, *_ in times), address
        clocks = [said for _, form, said in times if form != "day"]
        assert [said for said in clocks if ("UTC" in said) is javascript] == [], address
