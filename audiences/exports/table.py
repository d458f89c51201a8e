"""The table in a file: its headings, and people as its rows."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from audiences.exports.columns import AnyColumn, Cell, Column, EmailColumn
from audiences.exports.record import Record

EMAILS_MOST = 20  # of a person, in columns


@dataclass(slots=True)
class Table:
    """`emails` is how many of them have columns; at least one, so that the columns are there when nobody has any."""

    columns: Sequence[AnyColumn]
    emails: int = 1
    emails_left_out: int = field(default=0, init=False)

    def heads(self) -> list[tuple[str, str]]:
        """Key and heading of each of the file's columns, in order."""
        before, of_emails, after = self._parts()
        heads = [(column.key, column.header) for column in before]
        for number in range(1, self.emails + 1):
            heads += [(column.key, column.header.format(number)) for column in of_emails]
        return heads + [(column.key, column.header) for column in after]

    def rows(self, records: Iterable[Record]) -> Iterator[list[Cell]]:
        """Each person's cells; counts the e-mails that have no column."""
        before, of_emails, _ = self._parts()
        at, wide = len(before), self.emails * len(of_emails)
        for record in records:
            cells: list[Cell] = list(chain.from_iterable(record.emails[: self.emails]))
            cells += [None] * (wide - len(cells))
            self.emails_left_out += max(0, len(record.emails) - self.emails)
            yield record.cells[:at] + cells + record.cells[at:]

    def _parts(self) -> tuple[list[Column], list[EmailColumn], list[Column]]:
        """The columns before those of e-mails, these, and those after."""
        kinds = [isinstance(column, EmailColumn) for column in self.columns]
        at = kinds.index(True) if True in kinds else len(kinds)
        before = [column for column in self.columns[:at] if isinstance(column, Column)]
        after = [column for column in self.columns[at:] if isinstance(column, Column)]
        return before, [column for column in self.columns if isinstance(column, EmailColumn)], after


def most_emails(columns: Sequence[AnyColumn], records: Iterable[Record]) -> int:
    """How many e-mails need columns; nobody is looked at where none was chosen."""
    if not any(isinstance(column, EmailColumn) for column in columns):
        return 1
    most = max((len(record.emails) for record in records), default=1)
    return min(max(most, 1), EMAILS_MOST)
