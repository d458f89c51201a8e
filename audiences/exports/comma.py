"""CSV after RFC 4180: UTF-8 with a BOM, CRLF, commas, people's texts in quotes.

All texts are quoted, not only those that must be: programs that also split at semicolons or tabs (LibreOffice offers
to) then leave them in one piece, and what isn't quoted is a number, a yes or no, or nothing. The headings are not:
what takes the BOM for a letter would not find the first one's quotes.
"""

from codecs import BOM_UTF8 as BOM
from collections.abc import Iterable, Sequence
from typing import IO

from audiences.exports.cells import APOSTROPHE, PLAIN, begins_formula, encodable
from audiences.exports.columns import Cell
from audiences.exports.written import BLOCK, Digesting, Written


def write_csv(sink: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Written:
    """Write the table, in the memory of one block."""
    cells, with_bom, bare = _Cells(), Digesting(sink), Digesting()
    with_bom.write(BOM)
    lines = [",".join(headers) + "\r\n"]
    count = length = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - it is given back
        line = cells.line(row)
        lines.append(line)
        length += len(line)
        if length >= BLOCK:
            _pass_on(lines, with_bom, bare)
            lines, length = [], 0
    _pass_on(lines, with_bom, bare)
    return Written(rows=count, file=with_bom.digest, bare=bare.digest, defused=cells.defused)


def _pass_on(lines: list[str], *sinks: Digesting) -> None:
    data = encodable("".join(lines)).encode()
    for sink in sinks:
        sink.write(data)


class _Cells:
    """Cells as CSV has them; counts those that it defused."""

    def __init__(self) -> None:
        self.defused = 0

    def line(self, row: Sequence[Cell]) -> str:
        return ",".join(map(self._field, row)) + "\r\n"

    def _field(self, cell: Cell) -> str:
        if not isinstance(cell, str):
            return "" if cell is None else str(cell).upper()  # TRUE and FALSE
        if not cell:
            return ""
        # looked at here first: a call for each of millions of cells takes its time
        if cell[0] not in PLAIN and begins_formula(cell):
            self.defused += 1
            cell = APOSTROPHE + cell
        return '"' + cell.replace('"', '""') + '"' if '"' in cell else f'"{cell}"'
