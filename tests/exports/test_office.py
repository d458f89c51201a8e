"""LibreOffice opens what is exported: no formula, no link, every text as it was. Soak: its package is a large one."""

import csv
import re
from pathlib import Path

import pytest

from audiences.api import parsing
from sandbox.people import Crowd, prospects
from sandbox.themes import theme
from tests.exports import hostile
from tests.exports.conftest import content
from tests.exports.office import Shown, opened
from tests.exports.sheets import read_book

pytestmark = pytest.mark.soak

UTF_8 = "CSV:44,34,76,1"  # comma, quotes, UTF-8: what its dialog finds by itself has to be said without one
MANY = 5_000
_UNHELD = re.compile("[\x00-\x08\t\x0b\x0c\x0e-\x1f]")  # what a cell of LibreOffice, or ODF, doesn't hold


def _hostile() -> list:
    return list(hostile.people())


def _many() -> list:
    return [parsing.prospect(item) for item in prospects(Crowd("office", theme("sales"), "World"), 0, MANY)]


@pytest.mark.parametrize("people", [_hostile, _many])
def test_csv_opens_cleanly(closed, tmp_path, people):
    path = _file(closed(people()), tmp_path)
    [shown], markup = opened(path, tmp_path, filter=UTF_8)
    with path.open(encoding="utf-8-sig", newline="") as file:
        _compare(list(csv.reader(file, strict=True)), shown)
    assert "table:formula" not in markup
    assert "<text:a" not in markup


def test_csv_opens_without_formulas_however_its_letters_are_read(closed, tmp_path):
    """Left to itself, without a dialog, LibreOffice takes UTF-8 for something else."""
    export = closed(_hostile())
    [shown], markup = opened(_file(export, tmp_path), tmp_path)
    assert len(shown) == export.rows + 1
    assert "table:formula" not in markup
    assert "<text:a" not in markup


@pytest.mark.parametrize("people", [_hostile, _many])
def test_xlsx_opens_cleanly(closed, tmp_path, people):
    path = _file(closed(people(), format="xlsx"), tmp_path)
    [shown], markup = opened(path, tmp_path)
    _compare(read_book(path).sheets[0], shown)
    assert "<text:a" not in markup
    assert "table:formula" not in markup


def _file(export, folder: Path) -> Path:
    path = folder / f"people.{export.format}"
    path.write_bytes(content(export))
    return path


def _compare(rows: list[list], shown: list[list[Shown]]) -> None:
    assert len(shown) == len(rows)
    for row, cells in zip(rows, shown, strict=True):
        cells = cells + [Shown("", "", "")] * (len(row) - len(cells))
        for value, cell in zip(row, cells, strict=True):
            _compare_cell(value, cell)


def _held(text: str) -> str:
    return _UNHELD.sub("", re.sub("\r\n?", "\n", text))


def _compare_cell(value: object, cell: Shown) -> None:
    if isinstance(value, str) and cell.kind in ("string", ""):
        assert _held(value) == _held(cell.text)
    elif isinstance(value, str):  # in CSV, what reads like a number, a date or a yes becomes one
        assert value[:1].isdigit() or value.upper() in ("TRUE", "FALSE")
    elif isinstance(value, bool):
        assert cell.text == str(value).upper()
    elif value is not None:
        assert float(cell.text) == value
