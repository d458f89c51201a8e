"""What was read of an export so far: lines of JSON in its folder, page by page.

Every turn writes a segment of its own, named after the fence that it was claimed with, and the row says which segments
count and how many bytes of each. What lies beyond was written by a worker that died before the row said so, or that was
frozen while another went on: nobody ever reads it. A page is a line for itself, then one for each person in it.
"""

import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import msgspec

from audiences.exports.record import Record
from audiences.exports.seen import LEFT, Seen

SEGMENT = ".jsonl"
_ENCODER = msgspec.json.Encoder()

Segments = list[Any]  # of [name, bytes that count], as the row has them


class Damaged(Exception):
    """What the row counts on is not there, or cannot be read."""


class Head(msgspec.Struct):
    """The line of a page: the cursor that it was asked for with, and the trace id of the answer."""

    cursor: str
    trace_id: str


_HEAD: msgspec.json.Decoder[Head] = msgspec.json.Decoder(Head)
_RECORD: msgspec.json.Decoder[Record] = msgspec.json.Decoder(Record)


def records(folder: Path, segments: Segments) -> Iterator[Record]:
    """Everybody, in the API's order. Raises Damaged, and OSError where they are there and cannot be read now."""
    for found in _read(folder, segments):
        if isinstance(found, Record):
            yield found


def heads(folder: Path, segments: Segments) -> Iterator[Head]:
    """The pages. Raises Damaged, and OSError."""
    for line in _lines(folder, segments):
        if line.startswith(b"{"):
            yield _decoded(_HEAD, line)


def _read(folder: Path, segments: Segments) -> Iterator[Head | Record]:
    for line in _lines(folder, segments):
        yield _decoded(_HEAD, line) if line.startswith(b"{") else _decoded(_RECORD, line)


def _decoded(decoder: msgspec.json.Decoder[Any], line: bytes) -> Any:
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise Damaged("a line cannot be read") from None


def _lines(folder: Path, segments: Segments) -> Iterator[bytes]:
    for name, size in segments:
        try:
            with (folder / name).open("rb") as file:
                yield from _up_to(file, size)
        except FileNotFoundError:
            raise Damaged("a segment is gone") from None


def _up_to(file: BinaryIO, size: int) -> Iterator[bytes]:
    while size > 0:
        line = file.readline(size)
        if not line.endswith(b"\n"):
            raise Damaged("a segment is shorter than it was")
        size -= len(line)
        yield line


def sweep(folder: Path, own: int, kept: Iterable[str]) -> None:
    """Delete from the folder what the dead have left: all but these names, and but what belongs to a later fence than
    one's own: whoever slept over their lease must not harm who came after them.
    """
    names = set(kept)
    for path in folder.iterdir() if folder.is_dir() else ():
        fence = path.name.partition(".")[0]
        if path.name in names or (fence.isdecimal() and int(fence) > own):
            continue
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink(missing_ok=True)


class Spool:
    """The spool in the hands of one turn. What it raises when the disk is full is an OSError or a sqlite3.Error.

    Left by an exception it leaves nothing behind that counts.
    """

    def __init__(self, folder: Path, segments: Segments, own: int) -> None:
        self.segments: Segments = [list(segment) for segment in segments]
        self._folder, self._own = folder, own
        self._name = f"{own}{SEGMENT}"
        self._file: BinaryIO | None = None
        self._written = 0
        self._seen = Seen(folder, str(own))

    def open(self, alive: Callable[[], None]) -> None:
        """Look at what is there; `alive` is called often meanwhile. Raises Damaged."""
        self._folder.mkdir(mode=0o700, exist_ok=True)
        sweep(self._folder, self._own, [LEFT, *(name for name, _ in self.segments)])
        if self._seen.take(self.segments):
            return
        for found in _read(self._folder, self.segments):
            if isinstance(found, Head):
                self._seen.add_place(found.cursor)
                alive()
            else:
                self._seen.add_person(found.id)

    def has_been_at(self, cursor: str) -> bool:
        """Whether the page at this cursor is there already."""
        return self._seen.has_place(cursor)

    def add(self, cursor: str, trace_id: str, people: Sequence[Record]) -> int:
        """Write a page, without those who are there already; gives how many are new. `segments` then counts it, and
        the row has to say so.
        """
        new = [person for person in people if self._seen.add_person(person.id)]
        self._seen.add_place(cursor)
        self._write(_ENCODER.encode_lines([Head(cursor, trace_id), *new]))
        return len(new)

    def _write(self, lines: bytes) -> None:
        if self._file is None:
            self._file = (self._folder / self._name).open("xb")
            self.segments = [*self.segments, [self._name, 0]]
        self._file.write(lines)
        self._file.flush()
        self._written += len(lines)
        self.segments = [*self.segments[:-1], [self._name, self._written]]

    def leave(self) -> None:
        """End in good order: everything that was added counts, by the row."""
        self._seen.leave(self.segments)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
    ) -> None:
        if self._file is not None:
            with suppress(OSError):  # what a full disk did not take is written once more by closing
                self._file.close()
        self._seen.drop()
