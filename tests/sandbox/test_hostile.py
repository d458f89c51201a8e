"""The hostile records: what a careful client must survive is really in them."""

import json
import math

from sandbox import hostile
from sandbox.states import HOSTILE, STATES

ID = next(state.id for state in STATES if state.kind == HOSTILE)
TEXT = hostile.encoded(0, hostile.count()).decode("ascii")
ITEMS = json.loads(TEXT, parse_int=str)
PEOPLE = [item for item in ITEMS if isinstance(item, dict)]


def test_the_audience_says_how_many_there_are():
    assert next(state.count for state in STATES if state.kind == HOSTILE) == hostile.count() == len(ITEMS)
    assert hostile.count() >= 120


def test_pages_are_served_and_end(sandbox):
    pages = list(sandbox.pages(f"/{ID}/prospects", 50))
    assert [len(page["items"]) for page in pages] == [50, 50, hostile.count() - 100]


def test_the_worst_texts_are_there():
    for text in (
        "<script>",
        "javascript:",
        "\\u0000",
        "\\u202e",
        "\\ud800",
        "=HYPERLINK",
        "NaN",
        "Infinity",
        "9" * 5000,
    ):
        assert text in TEXT


def test_some_items_are_no_prospects():
    assert [item for item in ITEMS if not isinstance(item, dict)]
    assert [item for item in PEOPLE if not isinstance(item.get("id"), str)]


def test_some_ids_come_twice():
    ids = [item["id"] for item in PEOPLE if isinstance(item.get("id"), str)]
    assert len(ids) > len(set(ids))


def test_every_field_has_other_types_somewhere():
    whole = max(PEOPLE, key=len)
    for field in set(whole) - {"unknownField", "__proto__", "html"}:
        kinds = {type(item[field]) for item in PEOPLE if field in item}
        assert len(kinds) >= 4, field


def test_some_texts_are_very_long():
    assert any(isinstance(item.get("name"), str) and len(item["name"]) >= 19_000 for item in PEOPLE)


def test_numbers_that_are_none():
    counts = [item["company"].get("followerCount") for item in PEOPLE if isinstance(item.get("company"), dict)]
    assert any(isinstance(count, float) and math.isnan(count) for count in counts)


def test_it_stays_below_what_a_web_page_may_read():
    assert len(TEXT) < 1_000_000
