"""A person as the spool holds them: the chosen columns' values, and nothing else of them."""

from collections.abc import Sequence

import msgspec

from audiences.api.records import Prospect
from audiences.exports.columns import AnyColumn, Cell, Column, EmailColumn


class Record(msgspec.Struct, array_like=True):
    """`cells`: a value for each chosen Column, in order; `emails`: for each e-mail, one for each chosen EmailColumn."""

    id: str
    cells: list[Cell]
    emails: list[list[str]]


def record(prospect: Prospect, columns: Sequence[AnyColumn]) -> Record:
    """What the file will say of somebody."""
    of_emails = [column for column in columns if isinstance(column, EmailColumn)]
    return Record(
        prospect.id,
        [column.read(prospect) for column in columns if isinstance(column, Column)],
        [[column.read(email) for column in of_emails] for email in prospect.emails] if of_emails else [],
    )
