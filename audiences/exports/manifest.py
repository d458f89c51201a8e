"""The manifest beside every file: what is in it, where it came from, and whether that is everybody."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from audiences.exports.order import Export
from audiences.exports.table import Table
from audiences.exports.written import Digest, Written

VERSION = 1
NAME = "manifest.json"
_NO_NAMES = frozenset({"The", "What", "For", "It", "No", "Nothing", "Nobody", "There"})  # that begin a reason


def manifest(
    export: Export, name: str, table: Table, written: Written, trace_ids: Sequence[str], finished: datetime
) -> dict[str, Any]:
    """Of the file of this name. The order of its keys is always the same; times are in UTC."""
    return {
        "manifestVersion": VERSION,
        "summary": _summary(export, written.rows),
        "whole": not export.early,
        "status": _status(export),
        "rows": written.rows,
        "apiCount": export.expected,
        "asked": _when(export.asked_at),
        "started": _when(export.started_at),
        "finished": _when(finished),
        "by": {"name": export.by.name, "email": export.by.email} if export.by else None,
        "accountGroup": {"id": export.group_id, "name": export.group.name},
        "audience": {"id": export.audience_id, "name": export.name},
        "format": export.format,
        "file": {"name": name, **_digest(written.file)},
        "fileWithoutBom": _digest(written.bare) if written.bare else None,
        "columns": [{"key": key, "header": header} for key, header in table.heads()],
        "sheets": written.sheets,
        "formulasDefused": written.defused,
        "valuesCut": written.cut,
        "emailsLeftOut": table.emails_left_out,
        "cameTwice": export.twice,
        "withoutId": export.nameless,
        "cursorRestarts": export.restarts,
        "pages": export.pages,
        "traceIds": list(trace_ids),
    }


def encoded(facts: dict[str, Any]) -> bytes:
    """As it stands in the archive."""
    return json.dumps(facts, ensure_ascii=False, indent=2).encode("utf-8", "replace") + b"\n"


def _status(export: Export) -> str:
    if not export.early:
        return "whole"
    first, _, rest = export.early.rstrip(" .").partition(" ")
    return f"ended early because {first.lower() if first in _NO_NAMES else first} {rest}".rstrip()


def _summary(export: Export, rows: int) -> str:
    people = "1 person" if rows == 1 else f"{rows:,} people"
    counted = "" if export.expected is None else f"; the service counts {export.expected:,}"
    whole = f"Ended early: {export.early}" if export.early else "Whole."
    return f"{people} of {export.name or export.audience_id}{counted}. {whole}"


def _digest(digest: Digest) -> dict[str, Any]:
    return {"bytes": digest.size, "sha256": digest.sha256}


def _when(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat(timespec="seconds") if moment else None
