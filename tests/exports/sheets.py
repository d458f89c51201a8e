"""XLSX read by the standard library alone, as strictly as its markup says."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import IO
from xml.etree import ElementTree
from zipfile import ZipFile

_NS = {"m": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")


@dataclass
class Book:
    """The cells of each sheet, row by row, and all of its markup."""

    sheets: list[list[list[object]]]
    markup: str
    names: list[str]


def read_book(source: Path | IO[bytes]) -> Book:
    with ZipFile(source) as pack:
        assert pack.testzip() is None
        names = pack.namelist()
        found = sorted((name for name in names if name.startswith("xl/worksheets/sheet")), key=_number)
        texts = [pack.read(name).decode() for name in found]
        markup = "".join(pack.read(name).decode() for name in names)
    return Book([_rows(text) for text in texts], markup, names)


def _number(name: str) -> int:
    return int(re.search(r"(\d+)\.xml", name)[1])


def _rows(text: str) -> list[list[object]]:
    sheet = ElementTree.fromstring(text)
    return [[_value(cell) for cell in _placed(row)] for row in sheet.iterfind("m:sheetData/m:row", _NS)]


def _placed(row) -> list:
    """The row's cells where their references say, None between them."""
    cells = {_column(cell.get("r")): cell for cell in row.iterfind("m:c", _NS)}
    return [cells.get(number) for number in range(max(cells) + 1)]


def _column(reference: str) -> int:
    number = 0
    for letter in re.match("[A-Z]+", reference)[0]:
        number = number * 26 + ord(letter) - 64
    return number - 1


def _value(cell) -> object:
    if cell is None:
        return None
    assert cell.find("m:f", _NS) is None
    kind = cell.get("t", "n")
    if kind == "inlineStr":
        return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), cell.find("m:is/m:t", _NS).text or "")
    value = cell.find("m:v", _NS).text
    return value == "1" if kind == "b" else float(value)
