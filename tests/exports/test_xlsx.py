"""XLSX, read back by what the standard says of its markup."""

import gc
import io
import re

import pytest

from audiences.api.records import Prospect
from audiences.exports import files, xlsx
from audiences.exports.columns import KEYS
from audiences.exports.record import Record
from tests.exports import hostile
from tests.exports.conftest import content
from tests.exports.sheets import Book, read_book


def book(export) -> Book:
    return read_book(io.BytesIO(content(export)))


@pytest.mark.parametrize("text", [*hostile.FORMULAS, *hostile.HARMLESS, *hostile.MARKUP], ids=ascii)
def test_text_is_exact(closed, text):
    [[_, cells]] = book(closed([Record("p_1", [text], [])], format="xlsx", columns=["name"])).sheets
    assert cells == [text]


@pytest.mark.parametrize(("text", "marked"), [("=1+1", True), ("Ada", False)])
def test_what_looks_like_a_formula_stays_text_when_it_is_edited(closed, text, marked):
    made = book(closed([Record("p_1", [text], [])], format="xlsx", columns=["name"]))
    assert bool(re.search('<c r="A2" s="[0-9]+"', made.markup)) is marked
    assert bool(re.search('<xf [^>]*quotePrefix="1"', made.markup)) is marked


def test_lone_surrogates_are_replaced(closed):
    [[_, cells]] = book(closed([Record("p_1", ["a\ud800b"], [])], format="xlsx", columns=["name"])).sheets
    assert cells == ["a\ufffdb"]


def test_hostile_people_make_no_formula_and_no_link(closed):
    made = book(closed(list(hostile.people()), format="xlsx"))
    assert not re.search("<f[ >/]|<hyperlink|relationships/hyperlink", made.markup)
    assert not [name for name in made.names if "rels" in name and "sheet" in name]


def test_numbers_are_numbers_and_flags_are_words(closed):
    people = [hostile.filled("p_1", "x"), Prospect(id="p_2")]
    head, full, bare = book(closed(people, format="xlsx")).sheets[0]
    cells = dict(zip(head, full, strict=False))
    assert (cells["Company followers"], cells["Premium"], cells["Open profile"]) == (1e15, "TRUE", "FALSE")
    assert bare == ["p_2"]


def test_head_is_frozen_with_a_filter(closed):
    markup = book(closed([Prospect(id="p_1")], format="xlsx", columns=["id", "name"])).markup
    assert '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/>' in markup
    assert '<autoFilter ref="A1:B2"/>' in markup


@pytest.mark.parametrize(("people", "rows"), [(0, [1]), (2, [3]), (3, [3, 2]), (4, [3, 3]), (5, [3, 3, 2])])
def test_further_sheets(closed, monkeypatch, people, rows):
    monkeypatch.setattr(xlsx, "ROWS_MOST", 3)
    export = closed([Prospect(id=f"p_{number}") for number in range(people)], format="xlsx", columns=["id"])
    made = book(export)
    assert [len(sheet) for sheet in made.sheets] == rows
    assert [row[0] for sheet in made.sheets for row in sheet[1:]] == [f"p_{number}" for number in range(people)]
    assert {sheet[0][0] for sheet in made.sheets} == {"Prospect id"}
    assert files.manifest(export)["sheets"] == len(rows)


def test_too_long_text_is_cut_and_counted(closed):
    texts = ["a" * 40_000, "a" + "👩" * 20_000, "b" * xlsx.TEXT_MOST]
    export = closed([Record(text[:2], [text], []) for text in texts], format="xlsx", columns=["about"])
    [[_, *rows]] = book(export).sheets
    assert [row[0] for row in rows] == ["a" * xlsx.TEXT_MOST, "a" + "👩" * 16_383, "b" * xlsx.TEXT_MOST]
    assert files.manifest(export)["valuesCut"] == 2


def test_temporary_files_are_the_exports_own(closed, export, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path / "nowhere"))
    monkeypatch.setattr("tempfile.tempdir", None)
    closed([Prospect(id="p_1")], format="xlsx", columns=list(KEYS))
    assert [path.name for path in export.path().iterdir()] == ["7.zip"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
@pytest.mark.parametrize("beats", range(1, 6))
def test_ended_while_it_packs(export, monkeypatch, beats, error):
    """Each beat is one of joining and packing: nothing stays, and nothing is left open."""
    monkeypatch.setattr("audiences.exports.heartbeat._EVERY", 0.0)
    export.format, export.rows, seen = "xlsx", 1, []

    def alive(rows: int) -> None:
        seen.append(rows)
        if len(seen) > beats:
            raise error("the disk is full")

    with pytest.raises(error, match=r"^the disk is full$"):
        files.close(export, lambda: [Record("p_1", ["x"] * 27, [])], [], alive)
    assert list(export.path().iterdir()) == []
    gc.collect()  # what is left open, or writes once more when it goes, warns; and warnings are errors
