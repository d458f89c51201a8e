"""An export with its folder, and ways to close and read it."""

import csv
import io
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import pytest

from audiences.exports import files
from audiences.exports.columns import KEYS, chosen
from audiences.exports.order import Export
from audiences.exports.record import Record, record
from team.models import AccountGroup, User

ASKED = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)


@pytest.fixture
def export(tmp_path, settings) -> Export:
    """One that has been read: all columns, as CSV. It isn't in the database."""
    settings.EXPORTS_DIR = tmp_path
    export = Export(
        group=AccountGroup(id="grp_1", name="Nordwind GmbH"),
        by=User(name="Ada Stone", email="ada@example.com"),
        audience_id="aud_1",
        name="Nordic RevOps leads",
        columns=list(KEYS),
        asked_at=ASKED,
        started_at=ASKED,
        fence=7,
    )
    export.path().mkdir()
    return export


@pytest.fixture
def closed(export) -> Callable[..., Export]:
    """Close it with these people in it."""

    def close(people: Sequence, trace_ids: Sequence[str] = (), **changes) -> Export:
        for name, value in changes.items():
            setattr(export, name, value)
        columns = chosen(export.columns)
        records = [one if isinstance(one, Record) else record(one, columns) for one in people]
        export.rows = len(records)
        done = files.close(export, lambda: records, trace_ids, lambda rows: None)
        export.archive, export.size, export.sha256 = done.archive, done.size, done.sha256
        return export

    return close


def content(export: Export, bom: bool = True) -> bytes:
    part, length, _, _ = files.open_file(export, bom)
    data = part.read()
    part.close()
    assert len(data) == length
    return data


def table(export: Export) -> list[list[str]]:
    text = content(export).decode("utf-8")
    return list(csv.reader(io.StringIO(text[1:], newline=""), strict=True))
