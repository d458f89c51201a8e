"""XLSX in constant memory: texts are texts, never formulas, links or numbers.

Rows go into a temporary file beside the workbook; closing joins and packs them, which takes a while: `tick` is called
all through it.
"""

import io
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from audiences.exports.cells import begins_formula, encodable
from audiences.exports.columns import Cell
from audiences.exports.written import BLOCK, Digest, Written

ROWS_MOST = 1_048_576  # of a sheet, its headings among them
TEXT_MOST = 32_767  # UTF-16 units in a cell
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}
_WIDTH = 16  # letters
_WIDTHS = {
    "id": 26,
    "name": 24,
    "headline": 40,
    "about": 40,
    "title": 30,
    "location.text": 28,
    "linkedinUrl": 36,
    "photoUrl": 30,
    "company.name": 26,
    "company.website": 28,
    "company.about": 40,
    "company.linkedinUrl": 36,
    "emails[].email": 32,
}
_ESCAPE = re.compile("_(?=x[0-9a-fA-F]{4}_)")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")


def write_xlsx(
    path: Path,
    heads: Sequence[tuple[str, str]],
    rows: Iterable[Sequence[Cell]],
    tick: Callable[[], None],
) -> Written:
    """Write the table to `path`, whose folder takes the temporary files; `heads` are its columns' keys and headings."""
    with path.open("wb") as file:
        output = _Output(file, tick)
        book = _Book(output, {**_OPTIONS, "tmpdir": str(path.parent)}, heads, tick)
        try:
            count = book.fill(rows)
            book.close()
        except FileCreateError as error:  # what the disk said is in it
            raise error.args[0] from None
        finally:
            output.let_go()
            book.let_go()
    return Written(rows=count, file=Digest(0, ""), defused=book.defused, cut=book.cut, sheets=len(book.sheets))


class _Book(Workbook):
    """The workbook, and what had to be done to the texts in it."""

    def __init__(
        self, output: Any, options: dict[str, Any], heads: Sequence[tuple[str, str]], tick: Callable[[], None]
    ) -> None:
        super().__init__(output, options)
        self.use_zip64()  # only from 4 GB on: smaller files are as ever
        self._heads, self._tick = heads, tick
        self._bold = self.add_format({"bold": True})
        self._whole = self.add_format({"num_format": "0"})
        # what would become a formula if somebody edited the cell stays text
        self._as_text = self.add_format({"quote_prefix": True})
        self.sheets: list[_Sheet] = []
        self.defused = self.cut = 0

    def fill(self, rows: Iterable[Sequence[Cell]]) -> int:
        """Write the rows, on a further sheet where one is full; gives how many."""
        sheet, at, count = self._sheet(), 0, 0
        for count, row in enumerate(rows, start=1):  # noqa: B007 - it is given back
            at += 1
            if at == ROWS_MOST:
                sheet.finish(at, len(self._heads))
                sheet, at = self._sheet(), 1
            for column, cell in enumerate(row):
                self._write(sheet, at, column, cell)
        sheet.finish(at + 1, len(self._heads))
        return count

    def let_go(self) -> None:
        """Close what a broken ending has left open."""
        for sheet in self.sheets:
            sheet.row_data_fh.close()
            sheet.fh.close()

    def _sheet(self) -> "_Sheet":
        number = len(self.sheets) + 1
        sheet: _Sheet = self.add_worksheet("People" if number == 1 else f"People {number}", _Sheet)
        sheet.tick = self._tick
        self.sheets.append(sheet)
        for column, (key, header) in enumerate(self._heads):
            sheet.set_column(column, column, _WIDTHS.get(key, max(_WIDTH, len(header) + 4)))
            sheet.write_string(0, column, header, self._bold)
        sheet.freeze_panes(1, 0)
        return sheet

    def _write(self, sheet: Worksheet, row: int, column: int, cell: Cell) -> None:
        if isinstance(cell, str):
            if cell:
                self._write_text(sheet, row, column, cell)
        elif isinstance(cell, bool):
            # as a text: LibreOffice shows a yes or no as the formula =TRUE()
            sheet.write_string(row, column, str(cell).upper())
        elif cell is not None:
            sheet.write_number(row, column, cell, self._whole)

    def _write_text(self, sheet: Worksheet, row: int, column: int, text: str) -> None:
        text = encodable(text)
        if len(text) > TEXT_MOST // 2:
            text = self._shortened(text)
        looks: Format | None = None
        if begins_formula(text):
            self.defused += 1
            looks = self._as_text
        sheet.write_string(row, column, text, looks)

    def _shortened(self, text: str) -> str:
        units = text.encode("utf-16-le")
        if len(units) <= TEXT_MOST * 2:
            return text
        self.cut += 1
        return units[: TEXT_MOST * 2].decode("utf-16-le", "ignore")


class _Sheet(Worksheet):
    """A sheet of texts. Where xlsxwriter does otherwise: text like <r>…</r> goes into its file as markup,
    `_x0041_x0042_` is read back as something else, and nothing is heard of it while it joins its rows.
    """

    tick: Callable[[], None]

    def finish(self, rows: int, columns: int) -> None:
        """Have a filter over all of its rows, the headings among them."""
        self.autofilter(0, 0, rows - 1, columns - 1)

    def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
        self._xml_inline_string(string, False, attributes)

    @staticmethod
    def _escape_control_characters(data: Any) -> Any:
        if not isinstance(data, str):
            return data
        return _CONTROL.sub(lambda sign: f"_x{ord(sign[0]):04X}_", _ESCAPE.sub("_x005F_", data))

    def _write_optimized_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        self.row_data_fh.seek(0)
        while data := self.row_data_fh.read(BLOCK):
            self.fh.write(data)
            self.tick()
        self.row_data_fh.close()
        Path(self.row_data_filename).unlink()
        self._xml_end_tag("sheetData")


class _Output:
    """The workbook's file, which says that somebody is at work whenever it is written to."""

    def __init__(self, file: IO[bytes], tick: Callable[[], None]) -> None:
        self._file, self._tick = file, tick

    def write(self, data: bytes) -> int:
        self._tick()
        return self._file.write(data)

    def let_go(self) -> None:
        """What a broken ending still writes, when its memory is freed, goes nowhere and says nothing."""
        self._file, self._tick = io.BytesIO(), lambda: None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._file, name)
