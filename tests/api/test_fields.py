"""Single values: what each becomes."""

import math

import pytest

from audiences.api.fields import LONGEST_TEXT, count, flag, number, text, usable_cursor, usable_id


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Zoë 李 😀", "Zoë 李 😀"),
        (None, ""),
        ("", ""),
        (" \n\t\xa0", ""),
        ("\u200b\u2028\ufeff\u202e\u200d", ""),
        ("\u3164 \u2800\u115f", ""),
        ("a\u3164", "a\u3164"),
        ("\u200fא", "\u200fא"),
        ("  as it is ", "  as it is "),
        (1998, "1998"),
        (0, "0"),
        (25.0, "25"),
        (0.5, "0.5"),
        (1e300, "1e+300"),
        (math.nan, ""),
        (math.inf, ""),
        pytest.param(10**4999, "", id="5000 digits"),
        (True, "true"),
        (False, "false"),
        ({"a": "b"}, ""),
        ([], ""),
        (["a", None, 2, True, {"x": 1}, ["y"], ""], "a, 2, true"),
        ("nul\x00 bell\x07 tab\t line\n", "nul bell tab\t line\n"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("lone \ud800 and \udfff", "lone \ufffd and \ufffd"),
        ("x" * 30_000, "x" * LONGEST_TEXT),
        (["x" * 15_000] * 3, ("x" * 15_000 + ", " + "x" * 15_000)[:LONGEST_TEXT]),
    ],
)
def test_text(value, expected):
    assert text(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (False, False),
        ("true", True),
        (" False ", False),
        ("TRUE", True),
        ("1", True),
        ("0", False),
        (1, True),
        (0, False),
        (1.0, True),
        (2, None),
        (math.nan, None),
        ("yes", None),
        ("", None),
        (None, None),
        ([], None),
        ({}, None),
        ("true" * 10_000, None),
    ],
)
def test_flag(value, expected):
    assert flag(value) is expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (25, 25),
        (0, 0),
        (25.0, 25),
        ("25", 25),
        (" 25 ", 25),
        ("2,340", 2340),
        ("1,002,340", 1_002_340),
        ("25.0", 25),
        (10**15, 10**15),
        (10**15 + 1, None),
        ("9" * 18, None),
        ("9" * 5000, None),
        pytest.param(10**4999, None, id="5000 digits"),
        (-1, None),
        ("-1", None),
        (25.5, None),
        ("25.5", None),
        ("23,40", None),
        ("2 340", None),
        ("٢٥", None),
        ("string", None),
        ("", None),
        (True, None),
        (None, None),
        (math.inf, None),
        (math.nan, None),
        ([25], None),
        ({}, None),
    ],
)
def test_count(value, expected):
    result = count(value)
    assert result == expected
    assert type(result) is type(expected)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (25, 25.0),
        (-1.5, -1.5),
        ("2.5", 2.5),
        ("1e3", 1000.0),
        ("inf", None),
        ("nan", None),
        (math.nan, None),
        (10**400, None),
        ("first", None),
        (True, None),
        (None, None),
        ([], None),
    ],
)
def test_number(value, expected):
    assert number(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("507f1f77bcf86cd799439011", "507f1f77bcf86cd799439011"),
        ("a_-Z9", "a_-Z9"),
        (42, "42"),
        ("x" * 128, "x" * 128),
        ("x" * 129, ""),
        ("", ""),
        ("a/b", ""),
        ("..", ""),
        ("a\n", ""),
        ("é", ""),
        ("٣", ""),
        (True, ""),
        (1.0, ""),
        pytest.param(10**4999, "", id="5000 digits"),
        (None, ""),
        (["a"], ""),
    ],
)
def test_usable_id(value, expected):
    assert usable_id(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("eyJjcmVhdGVkQXQiOiIyMDI2In0=", "eyJjcmVhdGVkQXQiOiIyMDI2In0="),
        ("a b/+&?%41é", "a b/+&?%41é"),
        ("x" * 4096, "x" * 4096),
        ("x" * 4097, ""),
        ("", ""),
        ("a\nb", ""),
        ("a\x00", ""),
        ("a\x85", ""),
        ("\ud800", ""),
        (5, ""),
        (None, ""),
    ],
)
def test_usable_cursor(value, expected):
    assert usable_cursor(value) == expected
