"""Cursors: opaque, signed, bound to their list."""

import pytest

from sandbox import cursors
from tests.sandbox.running import HUGE, REVOPS

GOOD = cursors.make("prospects g a", {"o": 50})


def test_a_cursor_opens_for_its_own_list():
    assert cursors.read("prospects g a", GOOD) == {"o": 50}


@pytest.mark.parametrize("scope", ["prospects g b", "prospects h a", "audiences g", ""])
def test_a_cursor_of_another_list_is_refused(scope):
    with pytest.raises(cursors.BadCursor):
        cursors.read(scope, GOOD)


@pytest.mark.parametrize("place", range(len(GOOD)))
def test_any_changed_character_is_refused(place):
    other = "A" if GOOD[place] != "A" else "B"
    with pytest.raises(cursors.BadCursor):
        cursors.read("prospects g a", GOOD[:place] + other + GOOD[place + 1 :])


@pytest.mark.parametrize(
    "cursor", ["", "x", "eyJvIjo1MH0", GOOD[:-1], GOOD + "=", GOOD + "A", " " + GOOD, "é", "\ud800", "%00"]
)
def test_what_is_no_cursor_is_refused(cursor):
    with pytest.raises(cursors.BadCursor):
        cursors.read("prospects g a", cursor)


@pytest.mark.parametrize(
    ("path", "query"),
    [
        ("", {"limit": 0}), ("", {"limit": 101}), ("", {"limit": "ten"}), ("", {"limit": ""}), ("", {"limit": -1}),
        ("", {"limit": "1.5"}), ("", {"limit": [1, 2]}), ("", {"cursor": "x"}), ("", {"cursor": ""}),
        (f"/{REVOPS}/prospects", {"limit": 101}), (f"/{REVOPS}/prospects", {"cursor": GOOD}),
    ],
)  # fmt: skip
def test_a_wrong_limit_or_cursor_is_a_400_that_names_it(sandbox, path, query):
    answer = sandbox.get(path, params=query)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "VALIDATION_ERROR")
    assert [detail["path"] for detail in error["details"]] == list(query)


def test_a_cursor_does_not_open_another_audience_or_call(sandbox):
    cursor = sandbox.data(f"/{REVOPS}/prospects", limit=1)["nextCursor"]
    assert sandbox.get(f"/{REVOPS}/prospects", params={"cursor": cursor}).status_code == 200
    assert sandbox.get(f"/{HUGE}/prospects", params={"cursor": cursor}).status_code == 400
    assert sandbox.get("", params={"cursor": cursor}).status_code == 400
