"""What becomes of strangers' texts in cells."""

import csv
import io
from unicodedata import category, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audiences.exports.cells import begins_formula
from audiences.exports.comma import write_csv
from tests.exports.hostile import FORMULAS, HARMLESS

SIGNS = "=+-@"
ANY = st.text(st.characters(codec=None), max_size=40)
ODD = st.text(
    st.sampled_from(" \t\r\n\x00\x7f\u00a0\u200b\u3164\u2800\ufe0f\ufeff\ud800＝＋－＠﹦﹢﹣﹫=+-@,;\"'a1"), max_size=12
)


def written(*row) -> tuple[list[str], int]:
    """The row as a reader of CSV has it, and how many cells were defused."""
    sink = io.BytesIO()
    done = write_csv(sink, ["Heading"], [row])
    text = sink.getvalue().decode("utf-8-sig")
    assert text.startswith("Heading\r\n")
    assert text.endswith("\r\n")
    [_, cells] = csv.reader(io.StringIO(text, newline=""), strict=True)
    return cells, done.defused


@pytest.mark.parametrize("text", FORMULAS, ids=ascii)
def test_formula_gets_an_apostrophe(text):
    assert written(text) == (["'" + text], 1)


@pytest.mark.parametrize("text", HARMLESS, ids=ascii)
def test_harmless_text_stays_as_it_is(text):
    assert written(text) == ([text], 0)


def test_numbers_flags_and_nothing():
    assert written(25, -3, 0, True, False, None, "") == (["25", "-3", "0", "TRUE", "FALSE", "", ""], 0)


def test_only_texts_are_in_quotes():
    sink = io.BytesIO()
    write_csv(sink, ["A", "B"], [["a;b\t", 'say "x"', 25, True, None, ""]])
    assert sink.getvalue() == b'\xef\xbb\xbfA,B\r\n"a;b\t","say ""x""",25,TRUE,,\r\n'


@given(st.lists(ANY | ODD, min_size=2, max_size=5))
def test_any_text_comes_back_up_to_the_apostrophe(row):
    cells, _ = written(*row)
    for text, cell in zip(row, cells, strict=True):
        text = "".join("\ufffd" if category(sign) == "Cs" else sign for sign in text)
        assert cell in (text, "'" + text)


@given(ANY | ODD)
def test_no_cell_begins_as_a_formula(text):
    [cell] = written(text, "x")[0][:1]
    assert not cell or cell[0] not in "\t\r\n"
    seen = "".join(sign for sign in cell if category(sign)[0] not in "ZC").lstrip("\u3164\u2800\ufe0f")
    assert not normalize("NFKC", seen)[:1] or normalize("NFKC", seen)[0] not in SIGNS


@given(st.characters(categories=["L", "N", "So", "Mc"]), ANY)
def test_text_that_begins_with_a_letter_is_left_alone(letter, rest):
    if normalize("NFKC", letter)[0] in SIGNS or letter in "\u3164\u2800\u115f\u1160\uffa0":
        return
    assert not begins_formula(letter + rest)
