"""How times, counts and the API's words are shown."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.utils.safestring import SafeString

from audiences.templatetags.shown import audience_type, count, when

NOON = datetime(2026, 11, 3, 14, 2, 9, 500, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        NOON,
        NOON.replace(tzinfo=None),
        NOON.astimezone(timezone(timedelta(hours=9))),
        "2026-11-03T14:02:09Z",
        "2026-11-03T15:02:09.123+01:00",
        " 2026-11-03 14:02:09 ",
    ],
)
def test_times_stand_in_utc_and_say_so(value):
    assert when(value) == (
        '<time datetime="2026-11-03T14:02:09Z" data-when="full" title="3 Nov 2026, 14:02 UTC">'
        "3 Nov 2026, 14:02 UTC</time>"
    )


@pytest.mark.parametrize(
    ("form", "words"), [("day", ">3 Nov 2026<"), ("clock", ">3 Nov, 14:02 UTC<"), ("new", ">3 Nov 2026, 14:02 UTC<")]
)
def test_forms_of_a_time(form, words):
    assert words in when("2026-11-03T14:02:09Z", form)


def test_a_clock_of_today_says_no_day():
    now = datetime.now(UTC)
    assert f">{now:%H:%M} UTC<" in when(now, "clock")


@pytest.mark.parametrize(
    "text", ["soon", "string", "<script>", "2026-13-45", "9999999999999", "0001-01-01T00:00:00+14:00"]
)
def test_text_that_is_no_time_is_shown_as_it_is(text):
    shown = when(text)
    assert shown == text
    assert not isinstance(shown, SafeString)


@pytest.mark.parametrize("nothing", ["", None])
def test_no_time_is_nothing(nothing):
    assert when(nothing) == ""


@pytest.mark.parametrize(
    ("value", "words"),
    [(2340, "2,340"), (0, "0"), (10**15, "1,000,000,000,000,000"), ("x", "x"), (None, ""), (True, "True")],
)
def test_counts(value, words):
    assert count(value) == words


@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("on_demand", "On demand"),
        ("monitoring", "Monitoring"),
        ("linkedin_search", "LinkedIn search"),
        ("brand_new", "brand_new"),
        ("", ""),
        (None, ""),
    ],
)
def test_only_known_types_are_reworded(word, shown):
    assert audience_type(word) == shown
