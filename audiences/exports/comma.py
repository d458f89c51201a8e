"""CSV after RFC 4180: UTF-8 with a BOM, CRLF, commas, every text in quotes.

All texts are quoted, not only those that must be: programs that also split at semicolons or tabs (LibreOffice offers
to) then leave them in one piece, and what isn't quoted is a number or nothing.
"""

from codecs import BOM_UTF8 as BOM
from collections.abc import Iterable, Sequence
from itertools import chain
from typing import IO

from audiences.exports.cells import APOSTROPHE, begins_formula, encodable
from audiences.exports.columns import Cell
from audiences.exports.written import BLOCK, Digesting, Written


def write_csv(sink: IO[bytes], headers: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Written:
    """Write the table, in the memory of one block."""
    cells, with_bom, bare = _Cells(), Digesting(sink), Digesting()
    with_bom.write(BOM)
    count, lines, length = -1, [], 0
    for count, row in enumerate(chain([headers], rows)):  # noqa: B007 - counts the people: the headings are 0
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
        return ",".join([self._text(cell) if cell.__class__ is str else _other(cell) for cell in row]) + "\r\n"

    def _text(self, text: str) -> str:
        if not text:
            return ""
        if begins_formula(text):
            self.defused += 1
            text = APOSTROPHE + text
        return '"' + text.replace('"', '""') + '"'


def _other(cell: Cell) -> str:
    if cell is None:
        return ""
    return ("TRUE" if cell else "FALSE") if isinstance(cell, bool) else str(cell)
