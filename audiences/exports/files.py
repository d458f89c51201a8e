"""Stands in until the files are written: what the pages ask of an archive."""

import io
import json
import zipfile
from typing import Any, BinaryIO

from audiences.exports.order import Export


def _path(export: Export) -> Any:
    if not export.archive:
        raise FileNotFoundError
    return export.path() / export.archive


def manifest(export: Export) -> dict[str, Any]:
    with zipfile.ZipFile(_path(export)) as archive:
        made: dict[str, Any] = json.loads(archive.read("manifest.json"))
        return made


def open_archive(export: Export) -> tuple[BinaryIO, int, str]:
    path = _path(export)
    return path.open("rb"), path.stat().st_size, f"{export.name or 'audience'}.zip"


def archive_without_bom(export: Export) -> tuple[BinaryIO, int, str]:
    return open_archive(export)


def open_file(export: Export, bom: bool = True) -> tuple[BinaryIO, int, str, str]:
    archive = zipfile.ZipFile(_path(export))
    info = next(one for one in archive.infolist() if one.filename != "manifest.json")
    data = archive.read(info).removeprefix(b"" if bom else b"\xef\xbb\xbf")
    return io.BytesIO(data), len(data), info.filename, "text/csv"
