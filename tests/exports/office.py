"""LibreOffice, without a window: what it makes of a file, read from flat ODF."""

import os
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

TIMEOUT = 300.0
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"


@dataclass(frozen=True)
class Shown:
    """A cell: its text, what kind of value it is ("string", "float", …; "" for none), and its formula."""

    text: str
    kind: str
    formula: str


def opened(path: Path, folder: Path, *, filter: str = "") -> tuple[list[list[list[Shown]]], str]:
    """Its sheets as LibreOffice has them once it has opened the file, and all of the markup it wrote of them."""
    command = ["libreoffice", f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
    command += [
        *([f"--infilter={filter}"] if filter else []),
        "--convert-to",
        "fods",
        "--outdir",
        str(folder),
        str(path),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True)
    try:
        said = process.communicate(timeout=TIMEOUT)[0]
    finally:
        if process.poll() is None:
            _end(process)
    made = folder / f"{path.stem}.fods"
    assert made.exists(), said.decode(errors="replace")
    markup = made.read_text("utf-8")
    return [_rows(table) for table in ElementTree.fromstring(markup).iter(f"{_TABLE}table")], markup


def _end(process: subprocess.Popen[bytes]) -> None:
    """End what we started, with its children: the group has the number of the first."""
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def _rows(table: ElementTree.Element) -> list[list[Shown]]:
    """Its rows up to the last one that says something; those that are repeated as often as they are."""
    rows: list[list[Shown]] = []
    for row in table.iter(f"{_TABLE}table-row"):
        cells = [_shown(cell) for cell in row for _ in range(_times(cell, "columns"))]
        while cells and not cells[-1].text:
            del cells[-1]
        if cells:
            rows += [cells] * _times(row, "rows")
    return rows


def _times(element: ElementTree.Element, what: str) -> int:
    # what is repeated up to the end of the sheet is empty
    return min(int(element.get(f"{_TABLE}number-{what}-repeated", 1)), 100)


def _shown(cell: ElementTree.Element) -> Shown:
    lines = ["".join(_signs(line)) for line in cell.findall(f"{_TEXT}p")]
    formula = cell.get(f"{_TABLE}formula", "")
    return Shown("\n".join(lines), cell.get(f"{_OFFICE}value-type", ""), formula)


def _signs(element: ElementTree.Element) -> Iterator[str]:
    """Its text; blanks that would run together are elements of their own."""
    if element.tag == f"{_TEXT}s":
        yield " " * int(element.get(f"{_TEXT}c", 1))
    yield {f"{_TEXT}tab": "\t", f"{_TEXT}line-break": "\n"}.get(element.tag, "")
    yield element.text or ""
    for child in element:
        yield from _signs(child)
        yield child.tail or ""
