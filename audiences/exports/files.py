"""The archive of an export: made whole in a folder of its own, then fetched from.

It holds the file and its manifest, is written in constant memory, and gets its place when all of it is on the disk.
"""

import errno
import json
import os
import shutil
import struct
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from django.utils import timezone

from audiences.exports import manifest as manifests
from audiences.exports.columns import chosen
from audiences.exports.comma import BOM, write_csv
from audiences.exports.heartbeat import Alive, Heartbeat
from audiences.exports.names import file_name
from audiences.exports.order import Export
from audiences.exports.record import Record
from audiences.exports.spool import sweep
from audiences.exports.synced import sync, sync_names
from audiences.exports.table import Table, most_emails
from audiences.exports.written import Written, copied
from audiences.exports.xlsx import write_xlsx

CONTENT_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LARGE = 2**29  # bytes of a spool: what comes of it may be more than a zip of the old kind can hold
_LEVEL = 1  # of compression: the higher ones take three times as long for a sixth less
_WORK, _DONE = ".part", ".zip"
# what reading an archive raises that is damaged in whatever way, or that the disk does not give
_UNREADABLE = (
    *(OSError, BadZipFile, zlib.error, struct.error, EOFError),
    *(LookupError, TypeError, ValueError, RuntimeError),
)
_NO_ROOM = (errno.ENOSPC, errno.EDQUOT)


@dataclass(frozen=True, slots=True)
class Closed:
    """The archive's name in the export's folder; size and digest of the file in it."""

    archive: str
    size: int
    sha256: str


class Uneven(Exception):
    """The spool holds more or fewer people than the row says: what would be written is not what was read."""


class NoRoom(Exception):
    """The disk is full, or takes nothing: what is made for a download cannot be."""


# --- Making -------------------------------------------------------------------------------------------


def close(export: Export, records: Callable[[], Iterable[Record]], trace_ids: Sequence[str], alive: Alive) -> Closed:
    """Make the archive. `records` is called twice and gives the people anew each time; `alive` hears how many are
    written, every 500 and every second or so, and what it raises ends it all. Raises Uneven, and OSError.
    """
    beat = Heartbeat(alive)
    columns = chosen(export.columns)
    table = Table(columns, most_emails(columns, beat.looking(records())))
    archive = f"{export.fence}{_DONE}"
    with _work_folder(export) as folder:
        made = folder / archive
        with made.open("wb") as file:
            with ZipFile(file, "w") as pack:
                written = _Making(export, table, beat, folder, pack).fill(records(), trace_ids)
            file.flush()
            sync(file.fileno(), beat)
        beat.beat()  # all of them are done, and it is still ours
        made.replace(export.path() / archive)
    sync_names(export.path(), beat)
    return Closed(archive, written.file.size, written.file.sha256)


@dataclass(frozen=True, slots=True)
class _Making:
    """An archive that is being filled."""

    export: Export
    table: Table
    beat: Heartbeat
    folder: Path
    pack: ZipFile

    def fill(self, records: Iterable[Record], trace_ids: Sequence[str]) -> Written:
        name = f"{file_name(self.export)}.{self.export.format}"
        rows = self.table.rows(self.beat.writing(records))
        written = self._csv(name, rows) if self.export.format == Export.Format.CSV else self._xlsx(name, rows)
        if written.rows != self.export.rows:
            raise Uneven(f"{written.rows} people instead of {self.export.rows}")
        facts = manifests.manifest(self.export, name, self.table, written, trace_ids, timezone.now())
        with self._entry(manifests.NAME, ZIP_DEFLATED) as sink:
            sink.write(manifests.encoded(facts))
        return written

    def _csv(self, name: str, rows: Iterable[Sequence[Any]]) -> Written:
        with self._entry(name, ZIP_DEFLATED) as sink:
            return write_csv(sink, [header for _, header in self.table.heads()], rows)

    def _xlsx(self, name: str, rows: Iterable[Sequence[Any]]) -> Written:
        book = self.folder / "book"
        written = write_xlsx(book, self.table.heads(), rows, self.beat.tick)
        with book.open("rb") as source, self._entry(name, ZIP_STORED) as sink:
            return written.of(copied(source, sink, self.beat.tick))

    def _entry(self, name: str, compression: int) -> IO[bytes]:
        is_large = sum(size for _, size in self.export.segments) > _LARGE
        return self.pack.open(_info(name, compression, timezone.now()), "w", force_zip64=is_large)


def _info(name: str, compression: int, moment: datetime) -> ZipInfo:
    info = ZipInfo(name, moment.astimezone(UTC).timetuple()[:6])
    info.compress_type = compression
    info._compresslevel = _LEVEL  # type: ignore[attr-defined] # the name that all versions of Python have
    info.external_attr = 0o600 << 16
    return info


@contextmanager
def _work_folder(export: Export) -> Iterator[Path]:
    """A folder inside the export's, gone in the end whatever happens; with what others have left there."""
    sweep(export.path(), export.fence, [name for name, _ in export.segments])
    folder = export.path() / f"{export.fence}{_WORK}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


# --- Fetching; all raise FileNotFoundError where it is gone, and where it cannot be read ------------------


def open_archive(export: Export) -> tuple[IO[bytes], int, str]:
    """The archive, its length, and what to call it."""
    with _readable():
        file = _path(export).open("rb")
        return file, os.fstat(file.fileno()).st_size, _archive_name(export)


def archive_without_bom(export: Export) -> tuple[IO[bytes], int, str]:
    """The same with the CSV in it made anew without a BOM, in a file that nobody else sees; XLSX has none.

    Raises NoRoom.
    """
    if export.format != Export.Format.CSV:
        return open_archive(export)
    with _opened(export) as pack, ExitStack() as unless_done:
        file = unless_done.enter_context(_scratch(export.path()))
        with ZipFile(file, "w") as bare:
            for info in pack.infolist():
                info_bare = _info(info.filename, ZIP_DEFLATED, datetime(*info.date_time, tzinfo=UTC))
                with pack.open(info) as source, bare.open(info_bare, "w", force_zip64=info.file_size > _LARGE) as sink:
                    if info.filename != manifests.NAME:
                        source.read(len(BOM))
                    shutil.copyfileobj(source, sink, 64 * 1024)
        length = file.tell()
        file.seek(0)
        unless_done.pop_all()
        return file, length, _archive_name(export)


def _scratch(folder: Path) -> IO[bytes]:
    try:
        return tempfile.TemporaryFile(dir=folder)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise NoRoom from error


def open_file(export: Export, bom: bool = True) -> tuple[IO[bytes], int, str, str]:
    """The CSV or XLSX alone, its length, its name and its content type; a CSV without its BOM if so wanted."""
    with _opened(export) as pack:
        info = pack.infolist()[0]
        source, length = pack.open(info), info.file_size
        if export.format == Export.Format.CSV and not bom:
            length -= len(source.read(len(BOM)))
    return source, length, info.filename, CONTENT_TYPES[export.format]


def manifest(export: Export) -> dict[str, Any]:
    """What the manifest in the archive says."""
    with _opened(export) as pack:
        return dict(json.loads(pack.read(manifests.NAME)))


@contextmanager
def _opened(export: Export) -> Iterator[ZipFile]:
    with _readable(), ZipFile(_path(export)) as pack:
        yield pack


@contextmanager
def _readable() -> Iterator[None]:
    try:
        yield
    except _UNREADABLE as error:
        if isinstance(error, OSError) and error.errno in _NO_ROOM:
            raise NoRoom from error
        raise FileNotFoundError("the archive cannot be read") from error


def _path(export: Export) -> Path:
    if not export.archive:
        raise FileNotFoundError("there is no archive")
    return export.path() / export.archive


def _archive_name(export: Export) -> str:
    return f"{file_name(export)}{_DONE}"
